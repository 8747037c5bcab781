#include "core/kql/literal.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/kql/field_name.h"

#define MEMORY_MAX ((size_t)1024 * 1024)

/* What a literal means, its unescaped wildcards as "<*>". */
static void expect_literal(const char *text, enum kql_literal_kind kind, const char *wanted,
                           size_t end)
{
    struct arena arena;
    struct buf out;
    arena_init(&arena, MEMORY_MAX);
    buf_init(&out, MEMORY_MAX);
    size_t pos = 0;
    struct kql_literal literal = {0};
    cr_assert(eq(int, kql_literal_read(bytes_of(text), &pos, &arena, &literal), ST_OK), "%s", text);
    if (kind == KQL_WILDCARD) {
        for (size_t i = 0; i < literal.piece_count; i++) {
            buf_add_text(&out, i == 0 ? "" : "<*>");
            buf_add(&out, literal.pieces[i]);
        }
    } else {
        buf_add(&out, literal.text);
    }
    cr_expect(eq(int, literal.kind, kind), "%s", text);
    cr_expect_str_eq(buf_text(&out), wanted, "%s", text);
    cr_expect(eq(sz, pos, end), "%s", text);
    buf_release(&out);
    arena_release(&arena);
}

Test(kql_literal, quoted_escapes)
{
    expect_literal("\"a\\\"b\\\\c\" x", KQL_TEXT, "a\"b\\c", 9);
    expect_literal("\"C:\\foo\"", KQL_TEXT, "C:\\foo", 8);
    expect_literal("\"\\t\\r\\n\\u00e9\\u00zz\"", KQL_TEXT, "\t\r\n\xc3\xa9\\u00zz", 20);
    expect_literal("\" a* \"", KQL_TEXT, " a* ", 6);
    expect_literal("\"null\"", KQL_TEXT, "null", 6);
}

Test(kql_literal, unquoted_text_is_trimmed_after_its_escapes_are_read)
{
    expect_literal("hello world ", KQL_TEXT, "hello world", 12);
    expect_literal("\\u0020b\\t", KQL_TEXT, "b", 9);
    expect_literal("\xe3\x80\x80x\xef\xbb\xbf", KQL_TEXT, "x", 7);
    expect_literal("\\(\\)\\:\\<\\>\\\"\\*\\{\\}\\\\", KQL_TEXT, "():<>\"*{}\\", 20);
    expect_literal("\\or\\AND\\Not\\not", KQL_TEXT, "orANDNot\not", 15);
}

Test(kql_literal, wildcards_are_kept_apart_from_escaped_asterisks)
{
    expect_literal("*", KQL_WILDCARD, "<*>", 1);
    expect_literal(" a * b ", KQL_WILDCARD, "a <*> b", 7);
    expect_literal("a\\**", KQL_WILDCARD, "a*<*>", 4);
    expect_literal("**", KQL_WILDCARD, "<*><*>", 2);
}

Test(kql_literal, three_words_are_json_values)
{
    expect_literal("null", KQL_NULL, "null", 4);
    expect_literal(" true ", KQL_TRUE, "true", 6);
    expect_literal("\\u0066alse", KQL_FALSE, "false", 10);
    expect_literal("True", KQL_TEXT, "True", 4);
}

Test(kql_literal, operators_and_special_characters_end_it)
{
    static const struct {
        const char *text;
        const char *wanted;
        size_t end;
    } cases[] = {
        {"a or b", "a", 1},
        {"a  AND\tb", "a", 1},
        {"a\xc2\xa0or\xc2\xa0"
         "b",
         "a", 1},
        {"foo or", "foo or", 6},
        {"or foo", "or foo", 6},
        {"a order", "a order", 7},
        {"cannot connect", "can", 3},
        {"a not", "a not", 5},
        {"a:b", "a", 1},
        {"a)", "a", 1},
        {"a\\ b", "a", 1},
        {"a\\u12", "a", 1},
        {"a<b", "a", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_literal(cases[i].text, KQL_TEXT, cases[i].wanted, cases[i].end);
}

Test(kql_literal, nothing_starts_with_these)
{
    static const char *const texts[] = {"",           ":",  ")",   "{",    "\"open",
                                        "\"open\\\"", "\\", "\\x", "not a"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct arena arena;
        arena_init(&arena, MEMORY_MAX);
        size_t pos = 0;
        struct kql_literal literal = {0};
        const enum status status = kql_literal_read(bytes_of(texts[i]), &pos, &arena, &literal);
        cr_expect(eq(int, status, ST_INVALID), "%s", texts[i]);
        cr_expect(eq(sz, pos, 0));
        arena_release(&arena);
    }
}
