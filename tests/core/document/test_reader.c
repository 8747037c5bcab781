#include "core/document/reader.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>

#include "core/base/time_text.h"
#include "core/document/field_list.h"

/* A data view for the types that Dnsight's own documents lack. */
enum { X_FLAT, X_HALF, X_BYTE, X_MULTI, X_MULTI_TEXT, X_DOUBLE, X_NANOS, X_KW5, X_COUNT };
#define X_FIELD(path, es_type, above)                                                  \
    {                                                                                  \
        .name = path, .type = es_type, .parent = FIELD_NONE, .nested = FIELD_NONE,     \
        .alias_of = FIELD_NONE, .ignore_above = (above), .name_len = sizeof(path) - 1, \
    }
static const struct data_view_field X_FIELDS[X_COUNT] = {
    [X_FLAT] = X_FIELD("x.flat", FIELD_FLATTENED, 0),
    [X_HALF] = X_FIELD("x.half", FIELD_HALF_FLOAT, 0),
    [X_BYTE] = X_FIELD("x.byte", FIELD_BYTE, 0),
    [X_MULTI] = X_FIELD("x.multi", FIELD_KEYWORD, 0),
    [X_MULTI_TEXT] = X_FIELD("x.multi.text", FIELD_TEXT, 0),
    [X_DOUBLE] = X_FIELD("x.double", FIELD_DOUBLE, 0),
    [X_NANOS] = X_FIELD("x.nanos", FIELD_DATE_NANOS, 0),
    [X_KW5] = X_FIELD("x.kw5", FIELD_KEYWORD, 5),
};
static const struct data_view X_VIEW = {.fields = X_FIELDS, .count = X_COUNT};

struct fixture {
    struct document document;
    struct document_reader *reader;
    struct document_envelope envelope;
    struct error err;
    struct buf out;
};

static struct fixture *fixture_new(const struct data_view *view, const uint64_t *wanted)
{
    struct fixture *const f = calloc(1, sizeof *f);
    cr_assert(eq(int, document_init(&f->document, view, 1 << 20), ST_OK));
    cr_assert(eq(int, document_reader_new(view, wanted, &f->reader), ST_OK));
    buf_init(&f->out, 1 << 16);
    return f;
}

static void fixture_free(struct fixture *f)
{
    document_reader_free(f->reader);
    document_release(&f->document);
    buf_release(&f->out);
    free(f);
}

static enum status read_text(struct fixture *f, const char *json)
{
    return document_read(f->reader, bytes_of(json), &f->document, &f->envelope, &f->err);
}

static void print_value(struct fixture *f, const struct value *value)
{
    switch (value->kind) {
    case VALUE_TEXT:
        buf_add(&f->out, value->text);
        break;
    case VALUE_INTEGER:
        buf_add_i64(&f->out, value->integer);
        break;
    case VALUE_DOUBLE:
        buf_add_format(&f->out, "%.17g", value->real);
        break;
    case VALUE_BOOLEAN:
        buf_add_text(&f->out, value->boolean ? "true" : "false");
        break;
    case VALUE_IP:
        ip_print(&value->ip, &f->out);
        break;
    case VALUE_TIME:
        time_print(value->integer, 9, &f->out);
        break;
    case VALUE_OBJECT:
        buf_add_text(&f->out, "object");
        break;
    }
    buf_add_text(&f->out, ";");
}

/* The values of a field in the root or in the n-th object of a row, each followed by ';'. */
static const char *values(struct fixture *f, uint32_t object, uint16_t field)
{
    buf_reset(&f->out);
    for (const struct value *v = document_first(&f->document, object, field); v != NULL;
         v = document_next(&f->document, v))
        print_value(f, v);
    return buf_text(&f->out);
}

static uint32_t object_at(const struct fixture *f, uint16_t row, unsigned n)
{
    const struct value *v = document_first(&f->document, VALUE_NONE, row);
    for (; n > 0 && v != NULL; n--)
        v = document_next(&f->document, v);
    cr_assert(v != NULL);
    return document_index(&f->document, v);
}

static void expect_values(const struct data_view *view, const char *json, uint16_t field,
                          const char *expected)
{
    struct fixture *const f = fixture_new(view, NULL);
    cr_expect(eq(int, read_text(f, json), ST_OK), "%s", json);
    const char *const found = values(f, VALUE_NONE, field);
    cr_expect(strcmp(found, expected) == 0, "%s: %s instead of %s", json, found, expected);
    fixture_free(f);
}

Test(document_reader, values_are_typed_as_their_field)
{
    static const struct {
        uint16_t field;
        const char *json;
        const char *values;
    } CASES[] = {
        {DOC_DNS_ID, "{\"dns\":{\"id\":\"7\"}}", "7;"},
        {DOC_DNS_ID, "{\"dns.id\":1.50}", "1.50;"},
        {DOC_DNS_ID, "{\"dns\":{\"id\":[true,null,[\"\",[\"a\"]]]}}", "true;;a;"},
        {DOC_DNS_ID, "{\"dns\":{\"id\":\"a\"},\"dns.id\":\"b\"}", "a;b;"},
        {DOC_DNS_ID, "{\"dns\":[{\"id\":\"a\"},{\"id\":\"b\"}]}", "a;b;"},
        {DOC_DNS_ID, "{\"dns\":{\"id\":{\"x\":\"a\"}}}", ""},
        {DOC_DNS_ID, "{\"other\":{\"id\":\"a\",\"b\":[1,{}]},\"dns\":{\"id\":\"b\"}}", "b;"},
        {DOC_EVENT_DURATION, "{\"event\":{\"duration\":8123456}}", "8123456;"},
        {DOC_EVENT_DURATION, "{\"event\":{\"duration\":[5.9,\"-5.9\",\"1e3\"]}}", "5;-5;1000;"},
        {DOC_EVENT_DURATION, "{\"event\":{\"duration\":9223372036854775807}}",
         "9223372036854775807;"},
        {DOC_EVENT_DURATION, "{\"event\":{\"duration\":[9223372036854775808,\"x\",\"\",true]}}",
         ""},
        {DOC_DNS_OPT_EDE_CODE, "{\"dns.opt.ede.code\":[2147483647,2147483648,\"22\"]}",
         "2147483647;22;"},
        {DOC_DNS_OPT_DO, "{\"dns.opt.do\":[true,\"false\",\"\",1,\"yes\"]}", "true;false;false;"},
        {DOC_SOURCE_IP, "{\"source\":{\"ip\":[\"10.0.0.1\",\"2001:DB8::1\",\"x\",5]}}",
         "10.0.0.1;2001:db8::1;"},
        {DOC_TIMESTAMP, "{\"@timestamp\":\"2024-05-01T10:15:30.123456Z\"}",
         "2024-05-01T10:15:30.123000000Z;"},
        {DOC_TIMESTAMP, "{\"@timestamp\":1714521600000}", "2024-05-01T00:00:00.000000000Z;"},
        {DOC_EVENT_START, "{\"event.start\":\"2024-05-01T10:15:30.123456789Z\"}",
         "2024-05-01T10:15:30.123456789Z;"},
        {DOC_EVENT_DATASET, "{\"event.dataset\":\"dnsight.lookup\"}", "dnsight.lookup;"},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
        expect_values(data_view_builtin(), CASES[i].json, CASES[i].field, CASES[i].values);
}

Test(document_reader, types_of_other_data_views_are_read_too)
{
    static const struct {
        uint16_t field;
        const char *json;
        const char *values;
    } CASES[] = {
        {X_HALF, "{\"x\":{\"half\":[0.1,65504,65520,-1e-9]}}", "0.0999755859375;65504;-0;"},
        {X_BYTE, "{\"x\":{\"byte\":[127,128,-1.9,\"-128\"]}}", "127;-1;-128;"},
        {X_DOUBLE, "{\"x\":{\"double\":[1e300,\" 1d \",\"NaN\"]}}", "1.0000000000000001e+300;1;"},
        {X_MULTI, "{\"x\":{\"multi\":\"A b\"}}", "A b;"},
        {X_MULTI_TEXT, "{\"x\":{\"multi\":\"A b\"}}", "A b;"},
        {X_NANOS, "{\"x\":{\"nanos\":[\"2024-05-02T10\",\"2024\"]}}",
         "2024-01-01T00:00:00.000000000Z;"},
        {X_KW5, "{\"x\":{\"kw5\":[\"12345\",\"123456\",\"\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\"]}}",
         "12345;\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9;"},
        {X_KW5, "{\"x\":{\"kw5\":[\"\\ud83d\\ude00\\ud83d\\ude00\\ud83d\\ude00\"]}}", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
        expect_values(&X_VIEW, CASES[i].json, CASES[i].field, CASES[i].values);
}

Test(document_reader, flattened_leaves_carry_their_key_path)
{
    struct fixture *const f = fixture_new(&X_VIEW, NULL);
    cr_assert(eq(int,
                 read_text(f, "{\"x\":{\"flat\":{\"a\":1,\"b\":{\"c.d\":[true,{\"e\":\"f\"}],"
                              "\"g\":null}}},\"x.flat.h.i\":\"j\"}"),
                 ST_OK));
    static const char EXPECTED[] = "a\0001;b.c.d\0true;b.c.d.e\0f;h.i\0j;";
    (void)values(f, VALUE_NONE, X_FLAT);
    const struct bytes expected = {(const uint8_t *)EXPECTED, sizeof EXPECTED - 1};
    cr_expect(bytes_equal(buf_bytes(&f->out), expected));
    fixture_free(f);
}

Test(document_reader, objects_of_an_array_keep_their_leaves_apart)
{
    struct fixture *const f = fixture_new(data_view_builtin(), NULL);
    cr_assert(
        eq(int,
           read_text(f, "{\"rrsets\":[{\"type\":\"CNAME\",\"ttl\":5},null,[{\"type\":\"A\","
                        "\"rdata\":[\"1.1.1.1\",\"1.1.1.2\"]}],{}],"
                        "\"dns\":{\"answers\":{\"type\":\"A\"}},\"rrsets.type\":[\"X\",\"Y\"]}"),
           ST_OK));
    cr_expect(strcmp(values(f, VALUE_NONE, DOC_RRSETS), "object;object;object;object;") == 0);
    cr_expect(strcmp(values(f, VALUE_NONE, DOC_RRSETS_TYPE), "") == 0);
    cr_expect(strcmp(values(f, object_at(f, DOC_RRSETS, 0), DOC_RRSETS_TTL), "5;") == 0);
    const uint32_t second = object_at(f, DOC_RRSETS, 1);
    cr_expect(strcmp(values(f, second, DOC_RRSETS_TYPE), "A;") == 0);
    cr_expect(strcmp(values(f, second, DOC_RRSETS_RDATA), "1.1.1.1;1.1.1.2;") == 0);
    cr_expect(strcmp(values(f, object_at(f, DOC_RRSETS, 2), DOC_RRSETS_TYPE), "") == 0);
    cr_expect(strcmp(values(f, object_at(f, DOC_RRSETS, 3), DOC_RRSETS_TYPE), "X;Y;") == 0);
    const uint32_t answer = object_at(f, DOC_DNS_ANSWERS, 0);
    cr_expect(strcmp(values(f, answer, DOC_DNS_ANSWERS_TYPE), "A;") == 0);
    fixture_free(f);
}

Test(document_reader, fields_that_are_not_wanted_are_left_out)
{
    uint64_t wanted[(DOC_FIELD_COUNT + 63) / 64] = {0};
    wanted[DOC_RRSETS_TYPE / 64] |= UINT64_C(1) << (DOC_RRSETS_TYPE % 64);
    struct fixture *const f = fixture_new(data_view_builtin(), wanted);
    cr_assert(eq(int,
                 read_text(f, "{\"dns\":{\"id\":\"7\"},\"rrsets\":[{\"type\":\"A\",\"ttl\":5}]}"),
                 ST_OK));
    cr_expect(strcmp(values(f, VALUE_NONE, DOC_DNS_ID), "") == 0);
    const uint32_t object = object_at(f, DOC_RRSETS, 0);
    cr_expect(strcmp(values(f, object, DOC_RRSETS_TYPE), "A;") == 0);
    cr_expect(strcmp(values(f, object, DOC_RRSETS_TTL), "") == 0);
    fixture_free(f);
}

Test(document_reader, the_envelope_of_a_hit_is_taken_off)
{
    static const struct {
        const char *json;
        const char *id;
        const char *source;
    } CASES[] = {
        {" {\"dns\":{\"id\":\"7\"}} ", "", "{\"dns\":{\"id\":\"7\"}}"},
        {"{\"_id\":\"x1\",\"dns.id\":\"7\"}", "x1", "{\"_id\":\"x1\",\"dns.id\":\"7\"}"},
        {"{\"_index\":\"i\",\"_id\":\"x2\",\"_source\":{\"dns\":{\"id\":\"7\"}},\"sort\":[1]}",
         "x2", "{\"dns\":{\"id\":\"7\"}}"},
    };
    struct fixture *const f = fixture_new(data_view_builtin(), NULL);
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        cr_expect(eq(int, read_text(f, CASES[i].json), ST_OK), "%s", CASES[i].json);
        cr_expect(bytes_is(f->envelope.id, CASES[i].id), "%s", CASES[i].json);
        cr_expect(bytes_is(f->envelope.source, CASES[i].source), "%s", CASES[i].json);
        cr_expect(strcmp(values(f, VALUE_NONE, DOC_DNS_ID), "7;") == 0, "%s", CASES[i].json);
    }
    fixture_free(f);
}

Test(document_reader, what_is_no_object_is_malformed)
{
    static const char *const CASES[] = {
        "", "1", "[]", "[{}]", "null", "{", "{\"dns\":{\"id\":\"7\"}"};
    struct fixture *const f = fixture_new(data_view_builtin(), NULL);
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        cr_expect(eq(int, read_text(f, CASES[i]), ST_MALFORMED), "%s", CASES[i]);
        cr_expect(eq(int, read_text(f, "{\"dns.id\":\"7\"}"), ST_OK));
        cr_expect(strcmp(values(f, VALUE_NONE, DOC_DNS_ID), "7;") == 0);
    }
    fixture_free(f);
}

Test(document_reader, a_document_with_too_many_values_is_refused)
{
    struct fixture *const f = fixture_new(data_view_builtin(), NULL);
    struct buf json;
    buf_init(&json, 1 << 20);
    buf_add_text(&json, "{\"event.duration\":[0");
    for (int i = 0; i < DOCUMENT_VALUES_MAX; i++)
        buf_add_text(&json, ",0");
    buf_add_text(&json, "]}");
    cr_expect(eq(int, read_text(f, buf_text(&json)), ST_LIMIT));
    buf_release(&json);
    fixture_free(f);
}
