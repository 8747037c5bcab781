#include "core/kql/parser.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/kql/printer.h"

#define MEMORY_MAX ((size_t)16 * 1024 * 1024)

struct result {
    enum status status;
    struct kql_error error;
    const struct kql_node *tree;
    struct arena arena;
};

static struct result parse(struct bytes text)
{
    struct result result = {0};
    arena_init(&result.arena, MEMORY_MAX);
    result.status = kql_parse(text, &result.arena, &result.tree, &result.error);
    return result;
}

/* The tree as text, which differs for trees that differ. */
static char *printed(const char *text)
{
    struct result result = parse(bytes_of(text));
    cr_assert(eq(int, result.status, ST_OK), "%s: %s", text, result.error.message);
    struct buf out;
    buf_init(&out, MEMORY_MAX);
    kql_print(result.tree, &out);
    char *const copy = strdup(buf_text(&out));
    buf_release(&out);
    arena_release(&result.arena);
    return copy;
}

static void expect_same_tree(const char *left, const char *right)
{
    char *const a = printed(left);
    char *const b = printed(right);
    cr_expect_str_eq(a, b, "%s and %s", left, right);
    free(a);
    free(b);
}

Test(kql_parser, not_binds_more_than_and_and_and_more_than_or)
{
    expect_same_tree("a or b and not c", "a or (b and (not c))");
    expect_same_tree("not a and b", "(not a) and b");
    expect_same_tree("A Or B aNd NoT c", "A or B and not c");
}

Test(kql_parser, a_value_group_is_clauses_of_its_field)
{
    expect_same_tree("f:(a or b and not (c))", "f:a or f:b and not f:c");
    expect_same_tree("f:((a))", "f:a");
}

Test(kql_parser, angle_brackets_are_another_spelling_of_braces)
{
    static const char *const cases[][2] = {
        {"rrsets:<type:\"CNAME\">", "rrsets:{type:\"CNAME\"}"},
        {"rrsets : < type:A and ttl > 5 >", "rrsets:{type:A and ttl > 5}"},
        {"rrsets:<ttl>5> or x:y", "rrsets:{ttl > 5} or x:y"},
        {"rrsets:<ttl<=5>", "rrsets:{ttl <= 5}"},
        {"rrsets:<A> and x:y", "rrsets:{A} and x:y"},
        {"(rrsets:<A>)", "rrsets:{A}"},
        {"a:<b:<c>>", "a:{b:{c}}"},
        {"a:{b:<c:d>}", "a:{b:{c:d}}"},
        {"a:<b:{ttl > 5}>", "a:{b:{ttl > 5}}"},
        {"a:<(ttl > 5)>", "a:{(ttl > 5)}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_same_tree(cases[i][0], cases[i][1]);
}

Test(kql_parser, blank_expression_is_everything)
{
    expect_same_tree("", "*:*");
    expect_same_tree(" \t\r\n\xc2\xa0", "* : *");
}

Test(kql_parser, nodes_know_their_place)
{
    const char *const text = "a:b and  not rrsets:{ttl >= 5 }";
    struct result result = parse(bytes_of(text));
    cr_assert(eq(int, result.status, ST_OK));
    const struct kql_node *const first = result.tree->children[0];
    const struct kql_node *const negation = result.tree->children[1];
    const struct kql_node *const nested = negation->children[0];
    const struct kql_node *const range = nested->children[0];
    cr_expect(eq(sz, result.tree->at, 0));
    cr_expect(eq(sz, result.tree->end, strlen(text)));
    cr_expect(eq(sz, first->field.end, 1));
    cr_expect(eq(sz, first->value.at, 2));
    cr_expect(eq(sz, first->end, 3));
    cr_expect(eq(sz, negation->at, 9));
    cr_expect(eq(sz, nested->at, 13));
    cr_expect(eq(sz, nested->end, 31));
    cr_expect(eq(sz, range->at, 21));
    cr_expect(eq(sz, range->end, 29));
    cr_expect(eq(int, range->op, KQL_GTE));
    arena_release(&result.arena);
}

Test(kql_parser, literals_outlive_the_text)
{
    char text[] = "field:value*x";
    struct result result = parse(bytes_of(text));
    memset(text, 'z', strlen(text));
    cr_assert(eq(int, result.status, ST_OK));
    cr_expect(bytes_is(result.tree->field.text, "field"));
    cr_expect(eq(sz, result.tree->value.piece_count, 2));
    cr_expect(bytes_is(result.tree->value.pieces[0], "value"));
    arena_release(&result.arena);
}

Test(kql_parser, surrogate_pairs_become_one_character_and_halves_are_replaced)
{
    static const struct {
        const char *kql;
        const char *text;
    } cases[] = {
        {"\\ud83d\\ude00", "\xf0\x9f\x98\x80"},
        {"\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80"},
        {"a\\ud83d", "a\xef\xbf\xbd"},
        {"\\ude00z", "\xef\xbf\xbdz"},
        {"\\ud83d\\ud83d\\ude00", "\xef\xbf\xbd\xf0\x9f\x98\x80"},
        {"\\ud83dx\\ude00", "\xef\xbf\xbdx\xef\xbf\xbd"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct result result = parse(bytes_of(cases[i].kql));
        cr_assert(eq(int, result.status, ST_OK), "%s", cases[i].kql);
        cr_expect(bytes_is(result.tree->value.text, cases[i].text), "%s", cases[i].kql);
        arena_release(&result.arena);
    }
}

/* Kibana accepts these; they must not change by accident. */
Test(kql_parser, every_prefix_ends_in_a_tree_or_an_error_at_a_place_in_it)
{
    const char *const text =
        "dns.question.type: A and rrsets:{type:\"CN\\u0041ME\"} AND NOT f:(a* or \\and) or x<=1";
    for (size_t len = 0; len <= strlen(text); len++) {
        uint8_t *const copy = malloc(len == 0 ? 1 : len);
        memcpy(copy, text, len);
        struct result result = parse((struct bytes){copy, len});
        if (result.status != ST_OK) {
            cr_expect(eq(int, result.status, ST_INVALID));
            cr_expect(eq(int, result.error.kind, KQL_ERROR_SYNTAX));
            cr_expect(le(sz, result.error.at, len));
            cr_expect(ne(chr, result.error.message[0], '\0'));
        }
        arena_release(&result.arena);
        free(copy);
    }
}

static struct result parse_repeated(const char *before, size_t count, const char *middle,
                                    const char *behind)
{
    struct buf text;
    buf_init(&text, 4 * KQL_TEXT_MAX);
    for (size_t i = 0; i < count; i++)
        buf_add_text(&text, before);
    buf_add_text(&text, middle);
    for (size_t i = 0; i < count; i++)
        buf_add_text(&text, behind);
    const struct result result = parse(buf_bytes(&text));
    buf_release(&text);
    return result;
}

Test(kql_parser, nesting_has_a_limit)
{
    static const struct {
        const char *before;
        const char *behind;
        size_t levels; /* of one repetition */
    } cases[] = {{"(", ")", 1}, {"a:{", "}", 1}, {"a:<", ">", 1}, {"not (", ")", 2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const size_t most = KQL_DEPTH_MAX / cases[i].levels;
        struct result result = parse_repeated(cases[i].before, most, "a:b", cases[i].behind);
        cr_expect(eq(int, result.status, ST_OK), "%s", cases[i].before);
        arena_release(&result.arena);
        result = parse_repeated(cases[i].before, most + 1, "a:b", cases[i].behind);
        cr_expect(eq(int, result.status, ST_LIMIT), "%s", cases[i].before);
        cr_expect(eq(int, result.error.kind, KQL_ERROR_LIMIT));
        arena_release(&result.arena);
    }
}

Test(kql_parser, text_has_a_limit)
{
    struct result result = parse_repeated("a", KQL_TEXT_MAX, "", "");
    cr_expect(eq(int, result.status, ST_OK));
    arena_release(&result.arena);
    result = parse_repeated("a", KQL_TEXT_MAX + 1, "", "");
    cr_expect(eq(int, result.status, ST_LIMIT));
    cr_expect(eq(int, result.error.kind, KQL_ERROR_LIMIT));
    arena_release(&result.arena);
}

/* Each would take minutes if the time grew with the square of the length. */
Test(kql_parser, hostile_texts_take_linear_time, .timeout = 30)
{
    static const char *const parts[] = {
        "(",   ")",   " ", "\"", "\\", "*",  "{",   "a:(",  "not ",      "not (", " and a",
        "a:<", "\\u", ":", "<",  "a ", "no", " or", "a>b ", "a:{b and ", "\t",    "a or "};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const size_t count = KQL_TEXT_MAX / strlen(parts[i]);
        for (unsigned round = 0; round < 10; round++) {
            struct result result = parse_repeated(parts[i], count, "", "");
            arena_release(&result.arena);
        }
    }
}

Test(kql_parser, memory_stays_below_what_the_header_promises)
{
    static const char *const parts[] = {"a or ",   "a:b or ",   "* or ",  "*",
                                        "\\u0041", "**:** or ", "\\t or "};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const size_t count = (KQL_TEXT_MAX - 1) / strlen(parts[i]);
        struct result result = parse_repeated(parts[i], count, "a", "");
        cr_expect(eq(int, result.status, ST_OK), "%s", parts[i]);
        cr_expect(le(sz, result.arena.total, KQL_TEXT_MAX * KQL_ARENA_PER_OCTET + KQL_ARENA_LEAST),
                  "%s takes %zu", parts[i], result.arena.total);
        arena_release(&result.arena);
    }
}

Test(kql_parser, invalid_utf8_is_an_error_at_its_octet)
{
    static const struct {
        const char *text;
        size_t at;
    } cases[] = {{"\xff", 0}, {"a:\xc3", 2}, {"a:\"\xed\xa0\x80\"", 3}, {"a\xc0\x80", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct result result = parse(bytes_of(cases[i].text));
        cr_expect(eq(int, result.status, ST_INVALID));
        cr_expect(eq(sz, result.error.at, cases[i].at));
        arena_release(&result.arena);
    }
}

Test(kql_parser, a_full_arena_is_reported)
{
    struct buf text;
    buf_init(&text, KQL_TEXT_MAX);
    for (size_t i = 0; i < 2000; i++)
        buf_add_text(&text, i == 0 ? "f:\\u0041*" : " or f:(\"\\u0041\" and not \\u0042*)");
    enum status status = ST_NO_MEMORY;
    size_t failures = 0;
    for (size_t max = 0; status != ST_OK; max += 32 * 1024 + 512) {
        struct arena arena;
        arena_init(&arena, max);
        const struct kql_node *tree = NULL;
        struct kql_error error = {0};
        status = kql_parse(buf_bytes(&text), &arena, &tree, &error);
        arena_release(&arena);
        if (status == ST_OK)
            break;
        failures++;
        cr_assert(eq(int, status, ST_NO_MEMORY));
        cr_assert(eq(int, error.kind, KQL_ERROR_LIMIT));
    }
    cr_expect(gt(sz, failures, 10));
    buf_release(&text);
}
