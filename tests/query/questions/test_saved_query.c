#include "query/questions/saved_query.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "query/questions/saved_kql.h"

/* The least that a file needs, up to its steps. */
#define HEAD                                                                                   \
    "title: T\nquestion: Q\nseverity: high\nmeaning: M\nnext: N\nparameters:\n  slow:\n"       \
    "    help: H\n    kind: duration\n    default: 1s\n  type:\n    help: H\n    kind: text\n" \
    "    default: A\n  ttl:\n    help: H\n    kind: number\n    default: 1\n"
#define STEP(kql) HEAD "steps:\n  - title: S\n    kql: '" kql "'\n"

static struct saved_query *read_text(const char *text)
{
    struct saved_query *query = NULL;
    struct error err = {.status = ST_OK};
    cr_assert_eq(saved_query_read(bytes_of(text), "folder/some.yaml", &query, &err), ST_OK, "%s",
                 err.text);
    return query;
}

Test(saved_query, everything_of_a_file_is_read)
{
    struct saved_query *const query = read_text(
        "title: T\nquestion: Why?\nseverity: low\nthreshold: 7\nmeaning: >\n  one\n  two\n\n  "
        "three\nnext: N\nsteps:\n"
        "  - title: First\n    kql: 'a: b'\n    columns: [source.ip, dns.question.name]\n"
        "    sort: event.duration:desc\n"
        "  - title: Second\n    kql: '*'\n    by: [source.ip]\n    distinct: source.port\n"
        "    distinct_min: 2\n    distinct_max: 3\n    count_min: 4\n    uneven_percent: 150\n"
        "    new: true\n");
    cr_expect_str_eq(query->name, "some");
    cr_expect_str_eq(query->title, "T");
    cr_expect_str_eq(query->question, "Why?");
    cr_expect_str_eq(query->meaning, "one two\nthree");
    cr_expect_str_eq(query->next, "N");
    cr_expect_eq(query->severity, SAVED_LOW);
    cr_expect_eq(query->threshold, 7);
    cr_assert_eq(query->step_count, 2);
    const struct saved_step *const first = &query->steps[0];
    cr_expect_str_eq(first->title, "First");
    cr_expect_str_eq(first->kql, "a: b");
    cr_expect_eq(first->kql_line, 13);
    cr_expect_eq(first->columns.count, 2);
    cr_expect(bytes_is(first->order.field, "event.duration") && first->order.is_descending);
    const struct saved_step *const second = &query->steps[1];
    cr_expect_eq(second->by.count, 1);
    cr_expect(bytes_is(second->filter.distinct, "source.port"));
    cr_expect_eq(second->filter.distinct_min, 2);
    cr_expect_eq(second->filter.distinct_max, 3);
    cr_expect_eq(second->filter.count_min, 4);
    cr_expect_eq(second->filter.uneven_percent, 150);
    cr_expect(second->filter.is_new);
    saved_query_free(query);
}

Test(saved_query, what_is_wrong_is_said_with_its_line)
{
    static const struct {
        const char *text, *complaint;
    } cases[] = {
        {"", "some.yaml:1: the file is empty"},
        {"title: [", "some.yaml:2: "},
        {"- a\n", "some.yaml:1: keys with values are expected here"},
        {"title: T\nquestoin: Q\n", "some.yaml:2: unknown key questoin; did you mean question?"},
        {"title: T\nunheard_of: Q\n", "some.yaml:2: unknown key unheard_of"},
        {"title: T\ntitle: U\n", "some.yaml:2: this key is there twice"},
        {"title: T\n", "some.yaml:1: the key question is missing"},
        {"title: ''\n", "some.yaml:1: this text is empty"},
        {"title: {a: b}\n", "some.yaml:1: a text is expected here"},
        {"[a]: b\n", "some.yaml:1: a key is expected here"},
        {"severity: hihg\n", "some.yaml:1: unknown word \"hihg\"; did you mean high?"},
        {"severity: urgent\n",
         "some.yaml:1: unknown word \"urgent\"; one of overview, low, medium, high is expected"},
        {"threshold: many\n", "some.yaml:1: a number is expected here"},
        {"threshold: -1\n", "some.yaml:1: a number is expected here"},
        {"steps: []\n", "some.yaml:1: a list of steps is expected here"},
        {"steps: text\n", "some.yaml:1: a list of steps is expected here"},
        {"steps:\n  - title: S\n", "some.yaml:2: the key kql is missing"},
        {"steps:\n  - title: S\n    kql: a\n    colums: [a]\n",
         "some.yaml:4: unknown key colums; did you mean columns?"},
        {"steps:\n  - title: S\n    kql: a\n    columns: [source.ipp]\n",
         "did you mean source.ip?"},
        {"steps:\n  - title: S\n    kql: a\n    columns: source.ip\n",
         "some.yaml:4: a list of fields is expected here"},
        {"steps:\n  - title: S\n    kql: a\n    sort: source.ip:up\n",
         "some.yaml:4: behind the colon stands asc or desc"},
        {"steps:\n  - title: S\n    kql: a\n    by: [source.ip]\n    columns: [source.ip]\n",
         "some.yaml:2: a step with `by` has neither `columns` nor `sort`"},
        {"steps:\n  - title: S\n    kql: a\n    count_min: 2\n",
         "some.yaml:2: conditions on groups need `by`"},
        {"steps:\n  - title: S\n    kql: a\n    by: [source.ip]\n    distinct_min: 2\n",
         "some.yaml:2: `distinct_min` and `distinct_max` need `distinct`"},
        {"parameters:\n  slow:\n    help: H\n    kind: time\n",
         "some.yaml:4: unknown word \"time\""},
        {"parameters:\n  slow:\n    help: H\n", "some.yaml:3: the key kind is missing"},
        {STEP("a:("), "some.yaml:21: "},
        {STEP("a: ${fast}"), "some.yaml:21: ${fast}: there is no such parameter"},
        {STEP("a: ${slow"), "some.yaml:21: ${slow}: there is no such parameter"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct saved_query *query = NULL;
        struct error err = {.status = ST_OK};
        cr_expect_eq(saved_query_read(bytes_of(cases[i].text), "some.yaml", &query, &err),
                     ST_INVALID, "%s", cases[i].text);
        cr_expect_not_null(strstr(err.text, cases[i].complaint), "\"%s\" instead of \"%s\"",
                           err.text, cases[i].complaint);
    }
}

/* Whatever is cut off, there is a verdict, and the query is freed when it was read. */
Test(saved_query, every_beginning_of_a_file_is_read_or_refused)
{
    const char *const text = STEP("event.duration > ${slow}") "    by: [source.ip]\n";
    for (size_t len = 0; len <= strlen(text); len++) {
        struct saved_query *query = NULL;
        struct error err = {.status = ST_OK};
        const struct bytes part = {(const uint8_t *)text, len};
        if (saved_query_read(part, "some.yaml", &query, &err) == ST_OK)
            saved_query_free(query);
        else
            cr_expect_neq(err.text[0], '\0');
    }
}

static const char *kql_of(const char *step, const char *const *values)
{
    static char text[2048];
    struct saved_query *const query = read_text(step);
    struct saved_values given = {.count = 0};
    struct error err = {.status = ST_OK};
    struct bytes made = {0};
    for (; *values != NULL; values++)
        cr_assert_eq(saved_values_add(&given, *values, &err), ST_OK, "%s", err.text);
    enum status status = saved_values_check(query, &given, &err);
    if (status == ST_OK)
        status = saved_kql(query, &query->steps[0], &given, &made, &err);
    if (status == ST_OK)
        (void)snprintf(text, sizeof text, "%.*s", (int)made.len, (const char *)made.data);
    else
        (void)snprintf(text, sizeof text, "error: %s", err.text);
    saved_query_free(query);
    return text;
}

Test(saved_query, parameters_become_literals_that_mean_their_value)
{
    static const struct {
        const char *kql, *values[3], *expected;
    } cases[] = {
        {STEP("a: ${type}"), {NULL}, "a: \"A\""},
        {STEP("a: ${type}"), {"type=AAAA"}, "a: \"AAAA\""},
        {STEP("a: ${type}"), {"type=MX", "type=NS"}, "a: \"NS\""},
        {STEP("a: ${type}"), {"type=\" or b: *"}, "a: \"\\\" or b: *\""},
        {STEP("a: ${type}"), {"type=a\\"}, "a: \"a\\\\\""},
        {STEP("a: ${type}"), {"type=a:(*)"}, "a: a\\:\\(*\\)"},
        {STEP("a > ${slow}"), {NULL}, "a > 1000000000"},
        {STEP("a > ${slow}"), {"slow=250ms"}, "a > 250000000"},
        {STEP("a > ${slow}"), {"slow=2m"}, "a > 120000000000"},
        {STEP("a > ${slow} or b: ${ttl}"), {"ttl=5"}, "a > 1000000000 or b: 5"},
        {STEP("a or b"),
         {"client=10.0.0.1", "name=*.shop.test"},
         "(a or b) and source.ip: \"10.0.0.1\" and dns.question.name: *.shop.test"},
        {STEP("a > ${slow}"), {"slow=fast"}, "error: slow=fast: a duration is expected"},
        {STEP("a > ${slow}"), {"slow=1 or *"}, "error: slow=1 or *: a duration is expected"},
        {STEP("a: ${ttl}"), {"ttl=-1"}, "error: ttl=-1: a number is expected"},
        {STEP("a"), {"tipe=A"}, "error: --param: some has no parameter tipe; did you mean type?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const text = kql_of(cases[i].kql, cases[i].values);
        cr_expect_eq(strncmp(text, cases[i].expected, strlen(cases[i].expected)), 0,
                     "%s instead of %s", text, cases[i].expected);
    }
}

Test(saved_query, a_parameter_needs_a_name_and_a_value)
{
    static const char *const texts[] = {"", "a", "a=", "=b"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct saved_values values = {.count = 0};
        cr_expect_eq(saved_values_add(&values, texts[i], NULL), ST_INVALID);
    }
}
