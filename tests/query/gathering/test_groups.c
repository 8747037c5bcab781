#include "query/gathering/groups.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "core/document/field_list.h"

static struct groups *group_by(const char *fields, struct field_names *names)
{
    cr_assert_eq(field_names_split(bytes_of(fields), names, NULL), ST_OK);
    static const struct group_filter all;
    struct groups *groups = NULL;
    cr_assert_eq(groups_new(names, &all, &groups), ST_OK);
    return groups;
}

static const struct group *sort(struct groups *groups, size_t *count)
{
    const struct group *sorted = NULL;
    cr_assert_eq(groups_sort(groups, &sorted, count), ST_OK);
    return sorted;
}

static void lookup(struct document *document, const char *name, const char *type, int64_t duration)
{
    document_reset(document);
    document_add_static(document, DOC_DNS_QUESTION_NAME, name);
    if (type != NULL)
        document_add_static(document, DOC_DNS_QUESTION_TYPE, type);
    if (duration >= 0)
        document_add_integer(document, DOC_EVENT_DURATION, duration);
}

static struct document make_document(void)
{
    struct document document;
    cr_assert_eq(document_init(&document, data_view_builtin(), 65536), ST_OK);
    return document;
}

static const char *value_of(const struct group *group, size_t at, char *text, size_t size)
{
    struct bytes value = {0};
    if (!group_value(group, at, &value))
        return "(none)";
    (void)snprintf(text, size, "%.*s", (int)value.len, (const char *)value.data);
    return text;
}

Test(groups, most_frequent_first_and_equal_ones_by_value)
{
    struct document document = make_document();
    struct field_names names;
    struct groups *const groups = group_by("dns.question.name,dns.question.type", &names);
    const struct {
        const char *name, *type;
    } lookups[] = {{"b.example", "A"},    {"a.example", "A"}, {"c.example", "A"},
                   {"c.example", "AAAA"}, {"c.example", "A"}, {"a.example", NULL}};
    for (size_t i = 0; i < 6; i++) {
        lookup(&document, lookups[i].name, lookups[i].type, 1000 * (int64_t)i);
        cr_assert_eq(groups_add(groups, &document), ST_OK);
    }
    size_t count = 0;
    const struct group *const sorted = sort(groups, &count);
    cr_assert_eq(count, 5);
    const char *const expected[][2] = {{"c.example", "A"},
                                       {"a.example", "A"},
                                       {"a.example", "(none)"},
                                       {"b.example", "A"},
                                       {"c.example", "AAAA"}};
    for (size_t i = 0; i < count; i++) {
        char text[64];
        cr_expect_str_eq(value_of(&sorted[i], 0, text, sizeof text), expected[i][0]);
        cr_expect_str_eq(value_of(&sorted[i], 1, text, sizeof text), expected[i][1]);
        cr_expect_eq(sorted[i].count, i == 0 ? 2 : 1);
    }
    cr_expect_eq(quantiles_percentile(&sorted[0].latency, 50), 2000);
    cr_expect_eq(quantiles_percentile(&sorted[0].latency, 99), 4000);
    groups_free(groups);
    document_release(&document);
}

Test(groups, a_document_counts_once_for_each_distinct_value)
{
    struct document document = make_document();
    struct field_names names;
    struct groups *const groups = group_by("rrsets.type", &names);
    lookup(&document, "www.example", "A", -1);
    for (int i = 0; i < 3; i++) {
        const uint32_t outer = document_begin_object(&document, DOC_RRSETS);
        document_add_static(&document, DOC_RRSETS_TYPE, i == 0 ? "CNAME" : "A");
        document_end_object(&document, outer);
    }
    cr_assert_eq(groups_add(groups, &document), ST_OK);
    size_t count = 0;
    const struct group *const sorted = sort(groups, &count);
    cr_assert_eq(count, 2);
    char text[64];
    cr_expect_str_eq(value_of(&sorted[0], 0, text, sizeof text), "A");
    cr_expect_eq(sorted[0].count, 1);
    cr_expect_eq(sorted[0].latency.count, 0, "an unanswered lookup has no latency");
    cr_expect_str_eq(value_of(&sorted[1], 0, text, sizeof text), "CNAME");
    groups_free(groups);
    document_release(&document);
}

Test(groups, many_groups_are_told_apart)
{
    struct document document = make_document();
    struct field_names names;
    struct groups *const groups = group_by("source.port", &names);
    for (int64_t i = 0; i < 30000; i++) {
        document_reset(&document);
        document_add_integer(&document, DOC_SOURCE_PORT, i % 10000);
        cr_assert_eq(groups_add(groups, &document), ST_OK);
    }
    size_t count = 0;
    const struct group *const sorted = sort(groups, &count);
    cr_assert_eq(count, 10000);
    cr_expect_eq(sorted[0].count, 3);
    cr_expect_eq(sorted[9999].count, 3);
    cr_expect_eq(groups_left_out(groups), 0);
    groups_free(groups);
    document_release(&document);
}

/* Counts lookups by name; the names of the wanted groups in one text. */
static const char *wanted(const struct group_filter *filter)
{
    static const struct {
        const char *name, *type;
        int64_t time_s;
    } lookups[] = {{"a.example", "A", 10},    {"a.example", "A", 20}, {"a.example", "AAAA", 21},
                   {"a.example", "MX", 22},   {"b.example", "A", 5},  {"b.example", "A", 20},
                   {"c.example", "AAAA", 30}, {"d.example", "A", 1}};
    static char names[256];
    static struct field_names by;
    struct document document = make_document();
    struct groups *groups = NULL;
    cr_assert_eq(field_names_split(BYTES_LITERAL("dns.question.name"), &by, NULL), ST_OK);
    cr_assert_eq(groups_new(&by, filter, &groups), ST_OK);
    for (size_t i = 0; i < sizeof lookups / sizeof *lookups; i++) {
        lookup(&document, lookups[i].name, lookups[i].type, 1000);
        document_add_time(&document, DOC_TIMESTAMP, lookups[i].time_s * INT64_C(1000000000));
        cr_assert_eq(groups_add(groups, &document), ST_OK);
    }
    size_t count = 0;
    const struct group *const sorted = sort(groups, &count);
    names[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        struct bytes value = {0};
        cr_assert(group_value(&sorted[i], 0, &value));
        cr_expect_eq(sorted[i].latency.count, sorted[i].count);
        const size_t len = strlen(names);
        (void)snprintf(names + len, sizeof names - len, "%.*s %llu %llu;", (int)value.len,
                       (const char *)value.data, (unsigned long long)sorted[i].count,
                       (unsigned long long)sorted[i].distinct);
    }
    groups_free(groups);
    document_release(&document);
    return names;
}

Test(groups, only_those_with_enough_documents)
{
    cr_expect_str_eq(wanted(&(struct group_filter){.count_min = 2}),
                     "a.example 4 0;b.example 2 0;");
}

Test(groups, different_values_of_a_field_are_counted)
{
    const struct bytes type = BYTES_LITERAL("dns.question.type");
    cr_expect_str_eq(wanted(&(struct group_filter){.distinct = type}),
                     "a.example 4 3;b.example 2 1;c.example 1 1;d.example 1 1;");
    cr_expect_str_eq(wanted(&(struct group_filter){.distinct = type, .distinct_min = 2}),
                     "a.example 4 3;");
    cr_expect_str_eq(
        wanted(&(struct group_filter){.distinct = type, .distinct_max = 1, .count_min = 2}),
        "b.example 2 1;");
}

/* Of eight documents in four groups an even share is two. */
Test(groups, only_those_that_have_more_than_an_even_share)
{
    cr_expect_str_eq(wanted(&(struct group_filter){.uneven_percent = 150}), "a.example 4 0;");
    cr_expect_str_eq(wanted(&(struct group_filter){.uneven_percent = 100}),
                     "a.example 4 0;b.example 2 0;");
    cr_expect_str_eq(wanted(&(struct group_filter){.uneven_percent = 201}), "");
}

Test(groups, only_those_that_were_not_there_before)
{
    const struct group_filter filter = {.is_new = true, .since_ns = INT64_C(10000000000)};
    cr_expect_str_eq(wanted(&filter), "a.example 4 0;c.example 1 0;");
}

Test(groups, a_document_with_several_distinct_values_counts_once)
{
    const struct group_filter filter = {.distinct = BYTES_LITERAL("dns.header_flags")};
    struct document document = make_document();
    struct field_names by;
    struct groups *groups = NULL;
    cr_assert_eq(field_names_split(BYTES_LITERAL("dns.question.name"), &by, NULL), ST_OK);
    cr_assert_eq(groups_new(&by, &filter, &groups), ST_OK);
    for (int i = 0; i < 3; i++) {
        lookup(&document, "a.example", "A", 1000);
        document_add_static(&document, DOC_DNS_HEADER_FLAGS, "RD");
        document_add_static(&document, DOC_DNS_HEADER_FLAGS, i == 2 ? "TC" : "RA");
        cr_assert_eq(groups_add(groups, &document), ST_OK);
    }
    size_t count = 0;
    const struct group *const sorted = sort(groups, &count);
    cr_assert_eq(count, 1);
    cr_expect_eq(sorted[0].count, 3);
    cr_expect_eq(sorted[0].distinct, 3);
    cr_expect_eq(sorted[0].latency.count, 3);
    groups_free(groups);
    document_release(&document);
}

Test(groups, many_distinct_values_are_told_apart)
{
    const struct group_filter filter = {.distinct = BYTES_LITERAL("source.port")};
    struct document document = make_document();
    struct field_names by;
    struct groups *groups = NULL;
    cr_assert_eq(field_names_split(BYTES_LITERAL("dns.question.name"), &by, NULL), ST_OK);
    cr_assert_eq(groups_new(&by, &filter, &groups), ST_OK);
    for (int64_t i = 0; i < 30000; i++) {
        lookup(&document, i % 2 == 0 ? "a.example" : "b.example", NULL, -1);
        document_add_integer(&document, DOC_SOURCE_PORT, i % 10000);
        cr_assert_eq(groups_add(groups, &document), ST_OK);
    }
    size_t count = 0;
    const struct group *const sorted = sort(groups, &count);
    cr_assert_eq(count, 2);
    cr_expect_eq(sorted[0].distinct, 5000);
    cr_expect_eq(sorted[1].distinct, 5000);
    groups_free(groups);
    document_release(&document);
}
