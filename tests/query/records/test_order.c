#include "query/records/order.h"

#include <criterion/criterion.h>

#include "core/document/field_list.h"

static struct document a;
static struct document b;

static void start(void)
{
    cr_assert_eq(document_init(&a, data_view_builtin(), 65536), ST_OK);
    cr_assert_eq(document_init(&b, data_view_builtin(), 65536), ST_OK);
}

static void stop(void)
{
    document_release(&a);
    document_release(&b);
}

TestSuite(order, .init = start, .fini = stop);

/* Negative if a comes before b. */
static int compare(const char *field, bool is_descending, const char *id_a, const char *id_b)
{
    const struct order order = {.field = bytes_of(field), .is_descending = is_descending};
    struct buf key_a;
    struct buf key_b;
    buf_init(&key_a, 65536);
    buf_init(&key_b, 65536);
    order_key(&order, &a, bytes_of(id_a), &key_a);
    order_key(&order, &b, bytes_of(id_b), &key_b);
    const int result = bytes_compare(buf_bytes(&key_a), buf_bytes(&key_b));
    buf_release(&key_a);
    buf_release(&key_b);
    return result;
}

Test(order, older_lookups_come_first)
{
    document_add_time(&a, DOC_TIMESTAMP, -5);
    document_add_time(&b, DOC_TIMESTAMP, 7);
    cr_expect_lt(compare("", false, "", ""), 0);
    cr_expect_lt(compare("", false, "z", "a"), 0);
}

Test(order, the_start_has_more_digits_than_the_time_stamp)
{
    document_add_time(&a, DOC_TIMESTAMP, 1000000);
    document_add_time(&a, DOC_EVENT_START, 1000007);
    document_add_time(&b, DOC_TIMESTAMP, 1000000);
    document_add_time(&b, DOC_EVENT_START, 1000006);
    cr_expect_gt(compare("", false, "", ""), 0);
}

Test(order, a_time_stamp_has_milliseconds)
{
    document_add_time(&a, DOC_TIMESTAMP, 1000007);
    document_add_time(&a, DOC_EVENT_START, 1000007);
    document_add_time(&b, DOC_TIMESTAMP, 1000008);
    document_add_time(&b, DOC_EVENT_START, 1000008);
    cr_expect_lt(compare("@timestamp", true, "", ""), 0, "equal: then the older one is first");
    cr_expect_gt(compare("event.start", true, "", ""), 0, "date_nanos has nanoseconds");
}

Test(order, at_the_same_time_the_identity_decides)
{
    document_add_time(&a, DOC_TIMESTAMP, 1);
    document_add_time(&b, DOC_TIMESTAMP, 1);
    cr_expect_eq(compare("", false, "", ""), 0);
    cr_expect_lt(compare("", false, "a", "b"), 0);
    document_add_static(&a, DOC_EVENT_ID, "b");
    document_add_static(&b, DOC_EVENT_ID, "a");
    cr_expect_gt(compare("", false, "", ""), 0, "event.id stands for the id");
}

Test(order, numbers_compare_as_numbers)
{
    document_add_integer(&a, DOC_EVENT_DURATION, 9);
    document_add_integer(&b, DOC_EVENT_DURATION, 10);
    cr_expect_lt(compare("event.duration", false, "", ""), 0);
    cr_expect_gt(compare("event.duration", true, "", ""), 0);
}

Test(order, a_text_comes_before_its_extensions)
{
    document_add_static(&a, DOC_DNS_QUESTION_NAME, "a.example");
    document_add_static(&b, DOC_DNS_QUESTION_NAME, "a.example.com");
    document_add_time(&a, DOC_TIMESTAMP, INT64_MAX);
    cr_expect_lt(compare("dns.question.name", false, "", ""), 0);
    cr_expect_gt(compare("dns.question.name", true, "", ""), 0);
}

Test(order, without_the_field_a_lookup_comes_last)
{
    document_add_integer(&b, DOC_EVENT_DURATION, 10);
    cr_expect_gt(compare("event.duration", false, "", ""), 0);
    cr_expect_gt(compare("event.duration", true, "", ""), 0);
}

Test(order, of_several_values_the_first_in_the_order_counts)
{
    document_add_integer(&a, DOC_SOURCE_PORT, 5);
    document_add_integer(&a, DOC_SOURCE_PORT, 1);
    document_add_integer(&a, DOC_SOURCE_PORT, 9);
    document_add_integer(&b, DOC_SOURCE_PORT, 7);
    cr_expect_lt(compare("source.port", false, "", ""), 0, "1 is before 7");
    cr_expect_lt(compare("source.port", true, "", ""), 0, "9 is before 7");
    document_add_static(&a, DOC_DNS_HEADER_FLAGS, "RD");
    document_add_static(&a, DOC_DNS_HEADER_FLAGS, "AA");
    document_add_static(&b, DOC_DNS_HEADER_FLAGS, "AAA");
    cr_expect_lt(compare("dns.header_flags", false, "", ""), 0);
    cr_expect_lt(compare("dns.header_flags", true, "", ""), 0);
}

Test(order, equal_values_are_ordered_by_time)
{
    document_add_static(&a, DOC_LOOKUP_RESULT, "nodata");
    document_add_static(&b, DOC_LOOKUP_RESULT, "nodata");
    document_add_time(&a, DOC_TIMESTAMP, 1);
    document_add_time(&b, DOC_TIMESTAMP, 2);
    cr_expect_lt(compare("lookup.result", false, "", ""), 0);
    cr_expect_lt(compare("lookup.result", true, "", ""), 0);
}
