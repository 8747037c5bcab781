#include "core/kql/error_print.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdint.h>
#include <string.h>

#define MEMORY_MAX ((size_t)16 * 1024 * 1024)

static void expect_print(struct bytes text, const struct kql_error *error, const char *wanted)
{
    struct buf out;
    buf_init(&out, MEMORY_MAX);
    kql_error_print(text, error, &out);
    cr_expect_str_eq(buf_text(&out), wanted);
    buf_release(&out);
}

static struct kql_error error_of(const char *text)
{
    struct arena arena;
    arena_init(&arena, MEMORY_MAX);
    const struct kql_node *tree = NULL;
    struct kql_error error = {0};
    cr_assert(eq(int, kql_parse(bytes_of(text), &arena, &tree, &error), ST_INVALID), "%s", text);
    arena_release(&arena);
    return error;
}

static void expect_error(const char *text, const char *wanted)
{
    const struct kql_error error = error_of(text);
    expect_print(bytes_of(text), &error, wanted);
}

Test(kql_error_print, missing_brace_has_two_carets_and_a_hint)
{
    expect_error("rrsets:{type:\"CNAME\"",
                 "syntax error at column 21: \"}\" is missing, the group opened at column 8 is not "
                 "closed\n"
                 "  rrsets:{type:\"CNAME\"\n"
                 "         ^            ^\n"
                 "  hint: rrsets:{type:\"CNAME\"}\n");
}

Test(kql_error_print, columns_count_characters)
{
    expect_error("é:\"x", "syntax error at column 3: the quotation mark that opens here is not "
                          "closed\n"
                          "  é:\"x\n"
                          "    ^\n"
                          "  hint: é:\"x\"\n");
}

Test(kql_error_print, wide_and_combining_characters_move_the_caret)
{
    expect_error("日本:\"x", "syntax error at column 4: the quotation mark that opens here is not "
                             "closed\n"
                             "  日本:\"x\n"
                             "       ^\n"
                             "  hint: 日本:\"x\"\n");
    expect_error("e\xcc\x81:\"x",
                 "syntax error at column 4: the quotation mark that opens here is not closed\n"
                 "  e\xcc\x81:\"x\n"
                 "    ^\n"
                 "  hint: e\xcc\x81:\"x\"\n");
}

Test(kql_error_print, control_characters_do_not_reach_the_terminal)
{
    expect_error("\x1b[31m\xe2\x80\xae:\"x",
                 "syntax error at column 8: the quotation mark that opens here is not closed\n"
                 "  \\u001b[31m\\u202e:\"x\n"
                 "                   ^\n"
                 "  hint: \\u001b[31m\\u202e:\"x\"\n");
    expect_error("a\xff", "syntax error at column 2: the octet 0xff is not valid UTF-8 here\n"
                          "  a\\xff\n"
                          "   ^\n");
}

Test(kql_error_print, several_lines_are_shown_as_one)
{
    expect_error("a:b\nand\t)", "syntax error at column 9: a clause is missing between \"and\" and "
                                "\")\"\n"
                                "  a:b and )\n"
                                "          ^\n");
}

Test(kql_error_print, of_a_long_expression_the_part_around_the_place_is_shown)
{
    struct buf text;
    buf_init(&text, MEMORY_MAX);
    for (size_t i = 0; i < 100; i++)
        buf_add_text(&text, "abcdefgh:x or ");
    buf_add_text(&text, "a:\"open");
    for (size_t i = 0; i < 10; i++)
        buf_add_text(&text, " 0123456789");
    const struct kql_error error = error_of(buf_text(&text));
    expect_print(buf_bytes(&text), &error,
                 "syntax error at column 1403: the quotation mark that opens here is not closed\n"
                 "  ...r abcdefgh:x or abcdefgh:x or abcdefgh:x or abcdefgh:x or a:\"open "
                 "0123456789 0123456789 0123456789 0...\n"
                 "                                                                 ^\n");
    buf_release(&text);
}

Test(kql_error_print, a_second_place_left_out_has_no_caret)
{
    struct buf text;
    buf_init(&text, MEMORY_MAX);
    buf_add_text(&text, "(");
    for (size_t i = 0; i < 20; i++)
        buf_add_text(&text, "abcdefgh:x or ");
    buf_add_text(&text, "y");
    const struct kql_error error = error_of(buf_text(&text));
    struct buf out;
    buf_init(&out, MEMORY_MAX);
    kql_error_print(buf_bytes(&text), &error, &out);
    const char *const first = strchr(buf_text(&out), '^');
    cr_assert(first != NULL);
    cr_expect(strchr(first + 1, '^') == NULL);
    buf_release(&text);
    buf_release(&out);
}

Test(kql_error_print, a_place_behind_the_text_is_no_trouble)
{
    const struct kql_error error = {
        .kind = KQL_ERROR_LIMIT, .at = 70000, .related_at = SIZE_MAX, .message = "too long"};
    expect_print(bytes_of("abc"), &error, "error at column 4: too long\n  abc\n  \n");
}
