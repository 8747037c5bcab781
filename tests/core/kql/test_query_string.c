#include "core/kql/query_string.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/base/buf.h"
#include "core/kql/parser.h"

#define ARENA_MAX ((size_t)1 << 20)

static void print_term(const struct query_term *term, struct buf *out)
{
    if (term->occur == OCCUR_MUST)
        buf_add_u8(out, '+');
    if (term->occur == OCCUR_MUST_NOT)
        buf_add_u8(out, '-');
    for (size_t i = 0; term->kind != TERM_TEXT && i < term->piece_count; i++) {
        if (i != 0)
            buf_add_u8(out, '*');
        buf_add(out, term->pieces[i]);
    }
    if (term->kind == TERM_TEXT)
        buf_add(out, term->text);
    buf_add_u8(out, '|');
}

static enum status terms_of(const char *kql, struct arena *arena, struct query_string *query)
{
    const struct kql_node *tree = NULL;
    struct kql_error error;
    cr_assert(kql_parse(bytes_of(kql), arena, &tree, &error) == ST_OK, "%s", kql);
    cr_assert(tree->value.kind == KQL_WILDCARD, "%s", kql);
    return query_string_read(&tree->value, arena, query);
}

Test(query_string, blanks_divide_terms_and_capital_words_are_operators)
{
    static const struct {
        const char *kql;
        const char *terms; /* + must, - must not */
    } CASES[] = {
        {"a*", "a*|"},
        {"* *", "*|*|"},
        {"**", "**|"},
        {"a*b c*", "a*b|c*|"},
        {"hello w*", "hello|w*|"},
        {"hello big w*", "hello big|w*|"},
        {"co* \\AND re*", "+co*|+re*|"},
        {"co* \\OR re*", "co*|re*|"},
        {"a b c \\AND d*", "a b|+c|+d*|"},
        {"connect \\NOT co*", "connect|-co*|"},
        {"\\NOT co*", "-co*|"},
        {"a* \\AND \\NOT b*", "+a*|-b*|"},
        {"a* \\NOT b \\AND c", "a*|-b|+c|"},
        {"a\t\r\n b*", "a|b*|"},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        struct arena arena;
        struct query_string query;
        struct buf out;
        arena_init(&arena, ARENA_MAX);
        buf_init(&out, 1000);
        cr_expect(eq(int, terms_of(CASES[i].kql, &arena, &query), ST_OK), "%s", CASES[i].kql);
        for (size_t t = 0; t < query.count; t++)
            print_term(&query.terms[t], &out);
        cr_expect(bytes_is(buf_bytes(&out), CASES[i].terms), "%s: %s", CASES[i].kql,
                  buf_text(&out));
        buf_release(&out);
        arena_release(&arena);
    }
}

Test(query_string, operators_without_a_term_are_invalid)
{
    static const char *const CASES[] = {"\\AND a*", "a* \\AND", "a* \\OR \\AND b", "\\NOT \\NOT a*",
                                        "a* \\NOT"};
    struct arena arena;
    struct query_string query;
    arena_init(&arena, ARENA_MAX);
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
        cr_expect(eq(int, terms_of(CASES[i], &arena, &query), ST_INVALID), "%s", CASES[i]);
    arena_release(&arena);
}
