#include "core/kql/hints.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/kql/parser.h"

#define MEMORY_MAX ((size_t)16 * 1024 * 1024)

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

struct habit {
    const char *text;
    const char *hint;
};

static void expect_hints(const struct habit *habits, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct kql_error error = error_of(habits[i].text);
        cr_expect_str_eq(error.hint, habits[i].hint, "%s: %s", habits[i].text, error.message);
    }
}

#define EXPECT_HINTS(...)                                       \
    do {                                                        \
        const struct habit habits[] = {__VA_ARGS__};            \
        expect_hints(habits, sizeof habits / sizeof habits[0]); \
    } while (0)

Test(kql_hints, what_is_open_gets_closed)
{
    EXPECT_HINTS({"rrsets:{type:\"CNAME\"", "rrsets:{type:\"CNAME\"}"}, {"(a or b ", "(a or b)"},
                 {"(a:b and (c:d or e:{f:g", "(a:b and (c:d or e:{f:g}))"}, {"a:\"b", "a:\"b\""},
                 {"rrsets:{type:\"CNAME}", "rrsets:{type:\"CNAME\"}"},
                 {"(rrsets:{type:\"CNAME})", "(rrsets:{type:\"CNAME\"})"},
                 {"rrsets:{type:\"CNAME", "rrsets:{type:\"CNAME\"}"},
                 {"rrsets:<type:A", "rrsets:{type:A}"});
}

Test(kql_hints, what_is_too_much_goes)
{
    EXPECT_HINTS({"a:b)", "a:b"}, {"a:b}", "a:b"}, {"a:b\"", "a:b"}, {"a:b and ", "a:b"},
                 {"\"a\" or", "\"a\""}, {"(a:b or ", "(a:b)"}, {"a:b and not ", "a:b"});
}

Test(kql_hints, signs_of_other_languages_become_words)
{
    EXPECT_HINTS({"type=\"A\"", "type:\"A\""}, {"type == \"A\" and x:y", "type:\"A\" and x:y"},
                 {"x:y or type != \"A\"", "x:y or not type:\"A\""},
                 {"a:\"b\" && c:\"d\"", "a:\"b\" and c:\"d\""},
                 {"a:b&&c:d||e:f", "a:b and c:d or e:f"}, {"a:\"&&\" || b:c", "a:\"&&\" or b:c"},
                 {"!(a:b)", "not (a:b)"}, {"x:y and -(a:b)", "x:y and not (a:b)"},
                 {"type in (A, AAAA)", "type:(A or AAAA)"},
                 {"type: in (A, AAAA)", "type:(A or AAAA)"});
}

Test(kql_hints, of_a_pipeline_the_condition_stays)
{
    EXPECT_HINTS({"FROM logs-* | WHERE type == \"A\" AND a > 5 | LIMIT 3", "type: \"A\" AND a > 5"},
                 {"FROM logs-* | WHERE CIDR_MATCH(ip, \"10.0.0.0/8\")", ""},
                 {"SELECT * FROM t WHERE type = 'A' (", ""});
    const struct kql_error error = error_of("FROM logs | WHERE a == \"b\"");
    cr_expect(eq(sz, error.at, 0));
}

Test(kql_hints, comparisons_lose_their_colon)
{
    EXPECT_HINTS({"ttl:>60", "ttl >60"}, {"ttl:<=60", "ttl <=60"}, {"ttl: < 60", "ttl < 60"},
                 {"t:[2024-01-01T00:00 TO 2024-02-01]", "t >= \"2024-01-01T00:00\" and t <= "
                                                        "\"2024-02-01\""});
}

Test(kql_hints, operators_get_their_blanks_and_clauses_their_operator)
{
    EXPECT_HINTS({"not(a:b)", "not (a:b)"}, {"a:b AND NOT(c:d)", "a:b AND NOT (c:d)"},
                 {"(a:b)and(c:d)", "(a:b) and (c:d)"}, {"(a:b) (c:d)", "(a:b) and (c:d)"},
                 {"\"a\" \"b\"", "\"a\" and \"b\""}, {"a:b c:d", "a:b and c:d"},
                 {"rrsets{type:A}", "rrsets:{type:A}"});
}

Test(kql_hints, values_with_signs_get_quotes_or_escapes)
{
    EXPECT_HINTS({"client.ip:2001:db8::1", "client.ip:\"2001:db8::1\""},
                 {"client.ip:2001:db8::1 and a:b", "client.ip:\"2001:db8::1\" and a:b"},
                 {"path:C\\dir", "path:C\\\\dir"},
                 {"message:cannot connect", "message:\"cannot connect\""},
                 {"message:cannot connect and a:b", "message:\"cannot connect\" and a:b"},
                 {"type:not A", "not type:A"});
}

Test(kql_hints, nothing_is_said_without_a_good_guess)
{
    EXPECT_HINTS({")", ""}, {":", ""}, {"a:", ""}, {"a > ", ""}, {"not ", ""}, {"a > (1 or 2)", ""},
                 {"a:b and )", ""});
}

Test(kql_hints, the_caret_stands_below_the_sign_that_is_no_operator)
{
    cr_expect(eq(sz, error_of("a:b && c:d").at, 4));
    cr_expect(eq(sz, error_of("a:\"&&\" || b:c").at, 7));
    cr_expect(eq(sz, error_of("a:b and c:d&&e:f").at, 11));
}
