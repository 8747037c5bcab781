#include "query/groups.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "core/document/field_list.h"

static struct groups *group_by(const char *fields, struct field_names *names)
{
    cr_assert_eq(field_names_split(bytes_of(fields), names, NULL), ST_OK);
    struct groups *groups = NULL;
    cr_assert_eq(groups_new(names, &groups), ST_OK);
    return groups;
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
    const struct group *const sorted = groups_sort(groups, &count);
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
    const struct group *const sorted = groups_sort(groups, &count);
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
    const struct group *const sorted = groups_sort(groups, &count);
    cr_assert_eq(count, 10000);
    cr_expect_eq(sorted[0].count, 3);
    cr_expect_eq(sorted[9999].count, 3);
    cr_expect_eq(groups_left_out(groups), 0);
    groups_free(groups);
    document_release(&document);
}
