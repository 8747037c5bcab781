#include "core/document/document.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/document/field_list.h"

static struct document *document_new(size_t arena_max)
{
    struct document *const d = malloc(sizeof *d);
    cr_assert(eq(int, document_init(d, data_view_builtin(), arena_max), ST_OK));
    return d;
}

static void document_free(struct document *d)
{
    document_release(d);
    free(d);
}

static size_t count_of(const struct document *d, uint32_t object, uint16_t field)
{
    size_t count = 0;
    for (const struct value *v = document_first(d, object, field); v != NULL;
         v = document_next(d, v))
        count++;
    return count;
}

Test(document, values_of_a_field_keep_their_order)
{
    struct document *const d = document_new(1 << 16);
    document_add_static(d, DOC_DNS_HEADER_FLAGS, "RD");
    document_add_integer(d, DOC_EVENT_DURATION, -5);
    document_add_text(d, DOC_DNS_HEADER_FLAGS, BYTES_LITERAL("RA"));
    const struct value *const first = document_first(d, VALUE_NONE, DOC_DNS_HEADER_FLAGS);
    cr_assert(first != NULL);
    cr_expect(bytes_is(first->text, "RD"));
    const struct value *const second = document_next(d, first);
    cr_assert(second != NULL);
    cr_expect(bytes_is(second->text, "RA"));
    cr_expect(document_next(d, second) == NULL);
    cr_expect(eq(i64, document_first(d, VALUE_NONE, DOC_EVENT_DURATION)->integer, -5));
    cr_expect(document_first(d, VALUE_NONE, DOC_DNS_ID) == NULL);
    document_free(d);
}

Test(document, values_of_every_kind_come_back)
{
    struct document *const d = document_new(1 << 16);
    const struct ip_address ip = ip_from_v4((const uint8_t[]){10, 0, 0, 1});
    document_add_ip(d, DOC_SOURCE_IP, &ip);
    document_add_boolean(d, DOC_DNS_OPT_DO, true);
    document_add_time(d, DOC_TIMESTAMP, 1700000000000000001);
    document_add_double(d, DOC_DNS_SOA_TTL, 0.5);
    cr_expect(ip_equal(&document_first(d, VALUE_NONE, DOC_SOURCE_IP)->ip, &ip));
    cr_expect(document_first(d, VALUE_NONE, DOC_DNS_OPT_DO)->boolean);
    cr_expect(eq(int, document_first(d, VALUE_NONE, DOC_TIMESTAMP)->kind, VALUE_TIME));
    cr_expect(eq(i64, document_first(d, VALUE_NONE, DOC_TIMESTAMP)->integer, 1700000000000000001));
    cr_expect(eq(dbl, document_first(d, VALUE_NONE, DOC_DNS_SOA_TTL)->real, 0.5));
    document_free(d);
}

Test(document, values_of_a_run_come_together)
{
    static const struct value VALUES[] = {
        {.field = DOC_EVENT_KIND, .is_fixed = true, .kind = VALUE_TEXT, .text = BYTES_ROW("event")},
        {.field = DOC_SOURCE_PORT, .kind = VALUE_INTEGER},
    };
    static const struct document_run RUN = {.values = VALUES, .count = 2, .text_len = 5};
    struct document *const d = document_new(1 << 16);
    for (int64_t port = 0; port < 300; port++) {
        struct value *const values = document_add_run(d, &RUN, 0);
        cr_assert(values != NULL);
        values[1].integer = port;
    }
    cr_expect(eq(u32, d->count, 600));
    cr_expect(eq(u32, d->trait_count, 300));
    cr_expect(eq(sz, d->text_len, 1500));
    cr_expect(eq(sz, count_of(d, VALUE_NONE, DOC_EVENT_KIND), 300));
    int64_t expected = 0;
    for (const struct value *v = document_first(d, VALUE_NONE, DOC_SOURCE_PORT); v != NULL;
         v = document_next(d, v))
        cr_expect(eq(i64, v->integer, expected++));
    cr_expect(eq(i64, expected, 300));
    document_free(d);
}

/* All of it or nothing. */
Test(document, a_run_that_finds_no_room_is_left_out)
{
    static const struct value VALUES[7] = {{.field = DOC_SOURCE_PORT, .kind = VALUE_INTEGER}};
    static const struct document_run RUN = {.values = VALUES, .count = 7};
    struct document *const d = document_new(1 << 16);
    while (document_add_run(d, &RUN, 0) != NULL)
        continue;
    cr_expect(eq(u32, d->count, DOCUMENT_VALUES_MAX / 7 * 7));
    cr_expect(d->dropped > 0);
    document_free(d);
}

Test(document, leaves_belong_to_their_object)
{
    struct document *const d = document_new(1 << 16);
    for (int i = 0; i < 2; i++) {
        const uint32_t outer = document_begin_object(d, DOC_RRSETS);
        document_add_static(d, DOC_RRSETS_TYPE, i == 0 ? "CNAME" : "A");
        document_add_static(d, DOC_RRSETS_RDATA, "one");
        document_add_integer(d, DOC_RRSETS_TTL, 60 + i);
        document_add_static(d, DOC_RRSETS_RDATA, "two");
        document_end_object(d, outer);
    }
    document_add_static(d, DOC_DNS_ID, "7");
    cr_expect(eq(sz, count_of(d, VALUE_NONE, DOC_RRSETS), 2));
    cr_expect(eq(sz, count_of(d, VALUE_NONE, DOC_RRSETS_TYPE), 0));
    cr_expect(eq(sz, count_of(d, VALUE_NONE, DOC_DNS_ID), 1));
    const struct value *const first = document_first(d, VALUE_NONE, DOC_RRSETS);
    const struct value *const second = document_next(d, first);
    cr_expect(
        bytes_is(document_first(d, document_index(d, first), DOC_RRSETS_TYPE)->text, "CNAME"));
    const uint32_t object = document_index(d, second);
    cr_expect(bytes_is(document_first(d, object, DOC_RRSETS_TYPE)->text, "A"));
    cr_expect(eq(i64, document_first(d, object, DOC_RRSETS_TTL)->integer, 61));
    cr_expect(eq(sz, count_of(d, object, DOC_RRSETS_RDATA), 2));
    cr_expect(document_first(d, object, DOC_RRSETS_IP) == NULL);
    document_free(d);
}

Test(document, objects_inside_objects_return_to_the_outer_one)
{
    struct document *const d = document_new(1 << 16);
    const uint32_t root = document_begin_object(d, DOC_RRSETS);
    const uint32_t middle = document_begin_object(d, DOC_DNS_ANSWERS);
    document_add_static(d, DOC_DNS_ANSWERS_DATA, "inner");
    document_end_object(d, middle);
    document_add_static(d, DOC_RRSETS_TYPE, "A");
    document_end_object(d, root);
    const uint32_t object = document_index(d, document_first(d, VALUE_NONE, DOC_RRSETS));
    cr_expect(eq(sz, count_of(d, object, DOC_RRSETS_TYPE), 1));
    cr_expect(eq(sz, count_of(d, object, DOC_DNS_ANSWERS), 1));
    const uint32_t inner = document_index(d, document_first(d, object, DOC_DNS_ANSWERS));
    cr_expect(eq(sz, count_of(d, inner, DOC_DNS_ANSWERS_DATA), 1));
    document_free(d);
}

Test(document, a_reset_document_is_empty_and_keeps_nothing_of_the_last_one)
{
    struct document *const d = document_new(1 << 16);
    for (int round = 0; round < 3; round++) {
        const uint32_t outer = document_begin_object(d, DOC_RRSETS);
        document_add_static(d, DOC_RRSETS_TYPE, "A");
        document_end_object(d, outer);
        document_add_static(d, DOC_DNS_ID, "7");
        const uint32_t object = document_index(d, document_first(d, VALUE_NONE, DOC_RRSETS));
        cr_expect(eq(sz, count_of(d, object, DOC_RRSETS_TYPE), 1));
        cr_expect(eq(sz, count_of(d, VALUE_NONE, DOC_DNS_ID), 1));
        document_reset(d);
        cr_expect(document_first(d, VALUE_NONE, DOC_RRSETS) == NULL);
        cr_expect(document_first(d, VALUE_NONE, DOC_DNS_ID) == NULL);
    }
    document_free(d);
}

Test(document, values_beyond_a_maximum_are_counted)
{
    struct document *const d = document_new(0);
    document_add_text(d, DOC_DNS_ID, BYTES_LITERAL("no room for text"));
    cr_expect(eq(u32, d->dropped, 1));
    cr_expect(eq(sz, count_of(d, VALUE_NONE, DOC_DNS_ID), 0));
    for (uint32_t i = 0; i < DOCUMENT_VALUES_MAX + 10; i++)
        document_add_static(d, DOC_DNS_ID, "7");
    cr_expect(eq(u32, d->dropped, 11));
    cr_expect(eq(sz, count_of(d, VALUE_NONE, DOC_DNS_ID), DOCUMENT_VALUES_MAX));
    const uint32_t outer = document_begin_object(d, DOC_RRSETS);
    document_add_static(d, DOC_RRSETS_TYPE, "A");
    document_end_object(d, outer);
    cr_expect(eq(u32, d->dropped, 13));
    document_free(d);
}
