#include "core/kql/warnings.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/kql/parser.h"

#define MEMORY_MAX ((size_t)16 * 1024 * 1024)

static size_t warn(const char *text, struct kql_warning *warnings, size_t max)
{
    struct arena arena;
    arena_init(&arena, MEMORY_MAX);
    const struct kql_node *tree = NULL;
    struct kql_error error = {0};
    cr_assert(eq(int, kql_parse(bytes_of(text), &arena, &tree, &error), ST_OK), "%s", text);
    const size_t count = kql_warn(bytes_of(text), tree, data_view_builtin(), warnings, max);
    arena_release(&arena);
    return count;
}

Test(kql_warnings, each_habit_is_met_with_an_expression_that_works)
{
    static const struct {
        const char *text;
        const char *hint;
    } cases[] = {
        {"rrsets:{not type:A}", "not rrsets:{type:A}"},
        {"rrsets:{not (type:A and ttl > 5)}", "not rrsets:{(type:A and ttl > 5)}"},
        {"dns.type = query", "dns.type:query"},
        {"dns.id:7 and dns.type==query", "dns.id:7 and dns.type:query"},
        {"dns.type != query", "not dns.type:query"},
        {"dns.type:a || dns.id", "dns.type:a or dns.id"},
        {"!dns.type:query", "not dns.type:query"},
        {"lookup.count:[1 TO 5]", "lookup.count >= 1 and lookup.count <= 5"},
        {"_exists_:dns.id", "dns.id:*"},
        {"_missing_:dns.id", "not dns.id:*"},
        {"dns.question.name:/a.*b/", ""},
        {"dns.question.name:\"*.org\"", "dns.question.name:*.org"},
        {"dns.question.name:a?b", ""},
        {"dns.type:query and", "dns.type:query"},
        {"rrsets:{A}", ""},
        {"rrsets:*", "rrsets:{*:*}"},
        {"dns.qestion.type:A", "dns.question.type:A"},
        {"rrsets:{typ:A}", "rrsets:{type:A}"},
        {"nothing.of.this.kind:A", ""},
        {"dns.question.name:web~", ""},
        {"dns.question.name:web^2", ""},
        {"dns.question.name:web\\not", ""},
        {"dns.question.type:A AAAA", "dns.question.type:(A or AAAA)"},
        {"dns.question.type:A,AAAA and dns.id:7", "dns.question.type:(A or AAAA) and dns.id:7"},
        {"dns.question.type:( A, MX )", "dns.question.type:( A or MX )"},
        {"NXDOMAIN www.example", "NXDOMAIN and www.example"},
        {"rrsets:{type:A and type:CNAME}", "rrsets:{type:A} and rrsets:{type:CNAME}"},
        {"FROM logs-* | WHERE dns.id == 7", "dns.id: 7"},
        {"select * from lookups where dns.id = 7", "dns.id: 7"},
        {"SELECT * FROM lookups", ""},
        {"lookups | stats count by name", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct kql_warning warning = {0};
        cr_assert(eq(sz, warn(cases[i].text, &warning, 1), 1), "%s", cases[i].text);
        cr_expect_str_eq(warning.hint, cases[i].hint, "%s", cases[i].text);
        cr_expect(ne(chr, warning.message[0], '\0'));
    }
}

Test(kql_warnings, good_expressions_pass_in_silence)
{
    static const char *const texts[] = {
        "",
        "*:*",
        "CNAME",
        "dns.question.type: A and rrsets:{type:\"CNAME\"} AND NOT rrsets:{type:\"A\"}",
        "dns.question.*:*",
        "dns.question:*",
        "kubernetes.labels.app:web",
        "_id:abc",
        "lookup.count > 1 and source.ip:10.0.0.0/8",
        "rrsets:{type:* and ttl < 60}",
        "dns.question.type:(A or AAAA)",
        "dns.question.name:a~b or dns.id:\"A B\"",
        "rrsets:{type:A and name:a}",
        "from",
        "dns.question.name:from",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct kql_warning warning = {0};
        cr_expect(eq(sz, warn(texts[i], &warning, 1), 0), "%s: %s", texts[i], warning.message);
    }
}

Test(kql_warnings, what_may_be_meant_is_a_guess)
{
    struct kql_warning warning = {0};
    cr_expect(eq(sz, warn("rrsets:{not type:A}", &warning, 1), 1));
    cr_expect_not(warning.is_guess);
    cr_expect(eq(sz, warn("dns.question.type:A AAAA", &warning, 1), 1));
    cr_expect(warning.is_guess);
}

Test(kql_warnings, no_more_than_asked_for_are_given)
{
    struct kql_warning warnings[2] = {0};
    cr_expect(eq(sz, warn("!a:b and !c:d and !e:f", warnings, 2), 2));
    cr_expect(eq(sz, warnings[0].at, 0));
    cr_expect(eq(sz, warnings[1].at, 9));
}

Test(kql_warnings, the_same_is_said_once)
{
    struct kql_warning warnings[4] = {0};
    cr_expect(eq(sz, warn("dns.qestion.type:(A or AAAA or MX)", warnings, 4), 1));
    cr_expect(eq(sz, warn("dns.qestion.type:A or dns.qestion.type:A", warnings, 4), 2));
}
