/* The encoder's text is read back with yajl and compared with what was put in. */
#include "core/document/encoder.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>

#include "core/document/field_list.h"
#include "core/json/tree.h"

struct fixture {
    struct document document;
    struct document_encoder *encoder;
    struct buf text;
    struct arena arena;
};

static void set_up(struct fixture *f)
{
    cr_assert_eq(document_init(&f->document, data_view_builtin(), 1U << 20), ST_OK);
    cr_assert_eq(document_encoder_new(&f->encoder), ST_OK);
    buf_init(&f->text, (size_t)64 << 20);
    arena_init(&f->arena, (size_t)64 << 20);
}

static void tear_down(struct fixture *f)
{
    document_release(&f->document);
    document_encoder_free(f->encoder);
    buf_release(&f->text);
    arena_release(&f->arena);
}

static const struct json_value *encode(struct fixture *f)
{
    const struct json_value *root = NULL;
    struct error error = {.text = ""};
    buf_reset(&f->text);
    document_encode(f->encoder, &f->document, &f->text);
    cr_assert(buf_ok(&f->text));
    cr_assert_eq(json_tree_read(buf_bytes(&f->text), &f->arena, &root, &error), ST_OK, "%s: %.*s",
                 error.text, (int)f->text.len, (const char *)f->text.data);
    return root;
}

static void expect_text(struct fixture *f, const char *expected)
{
    (void)encode(f);
    cr_assert_str_eq(buf_text(&f->text), expected);
}

Test(encoder, empty_document_is_an_empty_object)
{
    struct fixture f;
    set_up(&f);
    expect_text(&f, "{}");
    tear_down(&f);
}

Test(encoder, fields_become_nested_objects_in_the_order_of_the_list)
{
    struct fixture f;
    set_up(&f);
    document_add_static(&f.document, DOC_NETWORK_TYPE, "ipv4");
    document_add_static(&f.document, DOC_DNS_QUESTION_TYPE, "A");
    document_add_static(&f.document, DOC_DNS_QUESTION_NAME, "web.test");
    document_add_static(&f.document, DOC_DNS_ID, "7");
    document_add_integer(&f.document, DOC_EVENT_DURATION, -5);
    document_add_time(&f.document, DOC_TIMESTAMP, 1714558530123456789);
    document_add_time(&f.document, DOC_EVENT_START, 1714558530123456789);
    document_add_boolean(&f.document, DOC_DNS_FLAGS_AUTHORITATIVE, false);
    expect_text(&f, "{\"@timestamp\":\"2024-05-01T10:15:30.123456Z\","
                    "\"event\":{\"duration\":-5,\"start\":\"2024-05-01T10:15:30.123456789Z\"},"
                    "\"dns\":{\"flags\":{\"authoritative\":false},\"id\":\"7\","
                    "\"question\":{\"name\":\"web.test\",\"type\":\"A\"}},"
                    "\"network\":{\"type\":\"ipv4\"}}");
    tear_down(&f);
}

Test(encoder, lists_are_arrays_also_with_one_value_and_scalars_only_with_several)
{
    struct fixture f;
    set_up(&f);
    document_add_static(&f.document, DOC_DNS_HEADER_FLAGS, "RD");
    document_add_static(&f.document, DOC_DNS_OPT_EDE_PURPOSE, "a");
    document_add_static(&f.document, DOC_DNS_OPT_EDE_PURPOSE, "b");
    expect_text(&f, "{\"dns\":{\"header_flags\":[\"RD\"],\"opt\":{\"ede\":{\"purpose\":[\"a\","
                    "\"b\"]}}}}");
    tear_down(&f);
}

Test(encoder, objects_keep_their_values_together)
{
    struct fixture f;
    set_up(&f);
    struct ip_address ip;
    cr_assert_eq(ip_parse(BYTES_LITERAL("2001:db8::1"), &ip), ST_OK);
    for (int i = 0; i < 2; i++) {
        const uint32_t outer = document_begin_object(&f.document, DOC_RRSETS);
        document_add_static(&f.document, DOC_RRSETS_TYPE, i == 0 ? "CNAME" : "AAAA");
        document_add_static(&f.document, DOC_RRSETS_RDATA, "x");
        document_add_static(&f.document, DOC_RRSETS_RDATA, "y");
        if (i == 1)
            document_add_ip(&f.document, DOC_RRSETS_IP, &ip);
        document_add_integer(&f.document, DOC_RRSETS_TTL, 60);
        document_end_object(&f.document, outer);
    }
    expect_text(&f, "{\"rrsets\":[{\"type\":\"CNAME\",\"rdata\":[\"x\",\"y\"],\"ttl\":60},"
                    "{\"type\":\"AAAA\",\"rdata\":[\"x\",\"y\"],\"ip\":[\"2001:db8::1\"],"
                    "\"ttl\":60}]}");
    tear_down(&f);
}

Test(encoder, any_octets_give_valid_json_that_reads_back_the_same)
{
    struct fixture f;
    set_up(&f);
    uint8_t octets[600];
    for (size_t len = 0; len < 40; len++) {
        for (unsigned special = 0; special < 256; special++) {
            memset(octets, 'a', sizeof octets);
            const size_t at = len == 0 ? 0 : special % len;
            octets[at] = (uint8_t)special;
            document_reset(&f.document);
            arena_reset(&f.arena);
            document_add_borrowed(&f.document, DOC_DNS_QUESTION_NAME, (struct bytes){octets, len});
            const struct json_value *const name = json_path(encode(&f), "dns.question.name");
            cr_assert_not_null(name);
            if (special < 0x80)
                cr_assert(bytes_equal(name->text, (struct bytes){octets, len}),
                          "octet %u at %zu of %zu", special, at, len);
        }
    }
    tear_down(&f);
}

Test(encoder, every_field_of_the_list_can_be_written_and_found_again)
{
    struct fixture f;
    set_up(&f);
    const struct data_view *const view = data_view_builtin();
    for (uint16_t i = 0; i < view->count; i++) {
        const enum field_type type = view->fields[i].type;
        if (type == FIELD_OBJECT || type == FIELD_NESTED || view->fields[i].parent != FIELD_NONE)
            continue;
        document_reset(&f.document);
        arena_reset(&f.arena);
        document_add_static(&f.document, i, "value");
        const struct json_value *value = json_path(encode(&f), view->fields[i].name);
        cr_assert_not_null(value, "%s", view->fields[i].name);
        if (value->kind == JSON_TREE_ARRAY)
            value = value->first;
        cr_assert(bytes_is(json_string_or_empty(value), "value"), "%s", view->fields[i].name);
    }
    tear_down(&f);
}

/* A parent that stood in two places would give an object with the same member twice. */
Test(encoder, all_fields_at_once_name_no_member_twice)
{
    struct fixture f;
    set_up(&f);
    const struct data_view *const view = data_view_builtin();
    for (uint16_t i = 0; i < view->count; i++) {
        const enum field_type type = view->fields[i].type;
        if (type != FIELD_OBJECT && type != FIELD_NESTED && view->fields[i].parent == FIELD_NONE)
            document_add_static(&f.document, i, "value");
    }
    const struct json_value *const root = encode(&f);
    for (uint16_t i = 0; i < view->count; i++) {
        if (document_first(&f.document, VALUE_NONE, i) != NULL)
            cr_assert_not_null(json_path(root, view->fields[i].name), "%s", view->fields[i].name);
    }
    for (const struct json_value *a = root->first; a != NULL; a = a->next) {
        for (const struct json_value *b = a->next; b != NULL; b = b->next)
            cr_assert_not(bytes_equal(a->name, b->name), "%.*s stands twice", (int)a->name.len,
                          (const char *)a->name.data);
    }
    tear_down(&f);
}

/* --- Forms: the second document of a form is written another way than the first --------------- */

/* Writes f->document with f->encoder, which has seen others, and with a new one. */
static void expect_as_new(struct fixture *f)
{
    struct document_encoder *fresh = NULL;
    struct buf expected;
    buf_init(&expected, (size_t)64 << 20);
    cr_assert_eq(document_encoder_new(&fresh), ST_OK);
    document_encode(fresh, &f->document, &expected);
    buf_reset(&f->text);
    document_encode(f->encoder, &f->document, &f->text);
    cr_assert(buf_ok(&expected) && buf_ok(&f->text));
    cr_expect_str_eq(buf_text(&f->text), buf_text(&expected));
    document_encoder_free(fresh);
    buf_release(&expected);
}

/* Values of every kind; those that differ within a form depend on `seed`. */
static void fill(struct fixture *f, unsigned seed, const char *text, size_t records)
{
    static const char TEXTS[][24] = {
        "", "a", "eight888", "quote\"", "back\\slash\x01", "seventeen octets."};
    const char *const borrowed = TEXTS[seed % 6];
    const struct ip_address ip = ip_from_v4((const uint8_t[4]){192, 0, 2, (uint8_t)seed});
    document_reset(&f->document);
    document_add_static(&f->document, DOC_DNS_TYPE, text);
    document_add_borrowed(&f->document, DOC_DNS_QUESTION_NAME, bytes_of(borrowed));
    document_add_integer(&f->document, DOC_EVENT_DURATION, (int64_t)seed * seed * seed - 5);
    document_add_time(&f->document, DOC_TIMESTAMP, 1714558530123456789 + (int64_t)seed * 987654321);
    document_add_time(&f->document, DOC_EVENT_START, 1714558530123456789 + (int64_t)seed * 7);
    document_add_double(&f->document, DOC_DNS_SOA_TTL, seed / 8.0);
    document_add_ip(&f->document, DOC_SOURCE_IP, &ip);
    for (size_t i = 0; i < records; i++) {
        const uint32_t outer = document_begin_object(&f->document, DOC_RRSETS);
        document_add_borrowed(&f->document, DOC_RRSETS_NAME, bytes_of(borrowed));
        document_add_integer(&f->document, DOC_RRSETS_TTL, (int64_t)(seed + i));
        document_add_ip(&f->document, DOC_RRSETS_IP, &ip);
        document_end_object(&f->document, outer);
    }
}

Test(encoder, documents_of_one_form_differ_in_their_values_only)
{
    struct fixture f;
    set_up(&f);
    for (unsigned seed = 0; seed < 40; seed++) {
        fill(&f, seed, "answer", 2);
        expect_as_new(&f);
    }
    tear_down(&f);
}

Test(encoder, one_unlike_trait_makes_another_form)
{
    struct fixture f;
    set_up(&f);
    static const char *const STATICS[] = {"answer", "query"};
    for (unsigned round = 0; round < 128; round++) {
        fill(&f, round, STATICS[round % 2], round / 2 % 2);
        document_add_boolean(&f.document, DOC_LOOKUP_LATE, (round & 4) != 0);
        document_add_count(&f.document, DOC_LOOKUP_RETRANSMITS, round >> 3 & 7);
        document_add_integer(&f.document,
                             (round & 64) != 0 ? DOC_LOOKUP_TTL_MIN : DOC_LOOKUP_TTL_MAX, 1);
        expect_as_new(&f);
    }
    tear_down(&f);
}

Test(encoder, documents_too_large_for_a_form_are_written_all_the_same)
{
    struct fixture f;
    set_up(&f);
    for (size_t records = 20; records < 2000; records *= 3) {
        for (unsigned seed = 0; seed < 3; seed++) {
            fill(&f, seed, "answer", records);
            expect_as_new(&f);
        }
    }
    tear_down(&f);
}

Test(encoder, forms_that_had_to_give_way_come_back)
{
    struct fixture f;
    set_up(&f);
    /* Each set bit of the number is a field of its own. */
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned number = 0; number < 4096; number++) {
            document_reset(&f.document);
            document_add_integer(&f.document, DOC_DNS_SOA_MINIMUM, number);
            for (unsigned bit = 0; bit < 12; bit++) {
                if ((number >> bit & 1) != 0)
                    document_add_integer(&f.document, (uint16_t)(DOC_SOURCE_BYTES + bit), number);
            }
            buf_reset(&f.text);
            document_encode(f.encoder, &f.document, &f.text);
            const char *const text = buf_text(&f.text);
            char minimum[48];
            (void)snprintf(minimum, sizeof minimum, "{\"dns\":{\"soa\":{\"minimum\":%u}}", number);
            cr_assert_eq(strncmp(text, minimum, strlen(minimum)), 0, "%s", text);
            unsigned fields = 0;
            for (const char *at = text; (at = strchr(at, ':')) != NULL; at++)
                fields += at[1] == '{' ? 0 : 1;
            unsigned expected = 1;
            for (unsigned rest = number; rest != 0; rest >>= 1)
                expected += rest & 1;
            cr_assert_eq(fields, expected, "%s", text);
        }
    }
    tear_down(&f);
}
