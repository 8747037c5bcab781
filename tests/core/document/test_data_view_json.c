#include "core/document/data_view_json.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/document/data_view.h"

static struct data_view *read_view(const char *json)
{
    struct data_view *view = NULL;
    struct error err = {0};
    cr_assert(eq(int, data_view_read(bytes_of(json), &view, &err), ST_OK), "%s", err.text);
    return view;
}

static const struct data_view_field *field_of(const struct data_view *view, const char *name)
{
    const uint16_t found = data_view_find(view, bytes_of(name));
    cr_assert(ne(u16, found, FIELD_NONE), "%s", name);
    return &view->fields[found];
}

static const char mapping[] =
    "{\"lookups-1\":{\"mappings\":{\"dynamic\":false,\"properties\":{"
    "\"n\":{\"type\":\"nested\",\"properties\":{"
    "\"k\":{\"type\":\"keyword\",\"ignore_above\":1024,\"fields\":{\"text\":{\"type\":\"text\"}}},"
    "\"inner\":{\"type\":\"nested\",\"properties\":{\"w\":{\"type\":\"long\"}}}}},"
    "\"o\":{\"properties\":{\"wc\":{\"type\":\"wildcard\"},\"d.x\":{\"type\":\"date\"}}},"
    "\"ck\":{\"type\":\"constant_keyword\",\"value\":\"x\"},"
    "\"al\":{\"type\":\"alias\",\"path\":\"n.k\"},"
    "\"geo\":{\"type\":\"geo_point\"}}}},"
    "\"lookups-2\":{\"mappings\":{\"properties\":{\"ck\":{\"type\":\"keyword\"},"
    "\"geo\":{\"type\":\"keyword\"},\"o\":{\"properties\":{\"d.x\":{\"type\":\"date_nanos\"}}},"
    "\"late\":{\"type\":\"ip\"}}}}}";

Test(data_view_json, mapping_gives_types_and_nested_ancestors)
{
    struct data_view *const view = read_view(mapping);
    const uint16_t n = data_view_find(view, BYTES_LITERAL("n"));
    const uint16_t inner = data_view_find(view, BYTES_LITERAL("n.inner"));
    cr_expect(eq(int, field_of(view, "n")->type, FIELD_NESTED));
    cr_expect(eq(u16, field_of(view, "n")->nested, FIELD_NONE));
    cr_expect(eq(u16, field_of(view, "n.inner")->nested, n));
    cr_expect(eq(u16, field_of(view, "n.k")->nested, n));
    cr_expect(eq(u16, field_of(view, "n.k.text")->nested, n));
    cr_expect(eq(u16, field_of(view, "n.inner.w")->nested, inner));
    cr_expect(eq(u16, field_of(view, "n.inner.w")->parent, inner));
    cr_expect(eq(u16, field_of(view, "o.wc")->parent, FIELD_NONE));
    cr_expect(eq(u32, field_of(view, "n.k")->ignore_above, 1024));
    cr_expect(eq(u16, data_view_find(view, BYTES_LITERAL("o")), FIELD_NONE));
    data_view_free(view);
}

/* Kibana sees families, and all types that a name has over the indices. */
Test(data_view_json, mapping_merges_indices)
{
    struct data_view *const view = read_view(mapping);
    cr_expect(field_of(view, "o.wc")->is_keyword);
    cr_expect(eq(int, field_of(view, "o.wc")->type, FIELD_WILDCARD));
    cr_expect(field_of(view, "ck")->is_keyword);
    cr_expect(eq(int, field_of(view, "ck")->type, FIELD_KEYWORD));
    cr_expect(not(field_of(view, "geo")->is_keyword));
    cr_expect(eq(int, field_of(view, "geo")->type, FIELD_OTHER));
    cr_expect(field_of(view, "o.d.x")->is_date);
    cr_expect(eq(int, field_of(view, "late")->type, FIELD_IP));
    data_view_free(view);
}

Test(data_view_json, alias_has_the_kind_of_its_target)
{
    struct data_view *const view = read_view(mapping);
    cr_expect(eq(int, field_of(view, "al")->type, FIELD_ALIAS));
    cr_expect(eq(u16, field_of(view, "al")->alias_of, data_view_find(view, BYTES_LITERAL("n.k"))));
    cr_expect(field_of(view, "al")->is_keyword);
    data_view_free(view);
}

Test(data_view_json, mapping_is_found_at_any_depth_of_wrapping)
{
    static const char *const texts[] = {
        "{\"properties\":{\"a\":{\"type\":\"ip\"}}}",
        "{\"mappings\":{\"properties\":{\"a\":{\"type\":\"ip\"}}}}",
        "{\"index\":{\"mappings\":{\"properties\":{\"a\":{\"type\":\"ip\"}}}}}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct data_view *const view = read_view(texts[i]);
        cr_expect(eq(u16, view->count, 1));
        cr_expect(eq(int, field_of(view, "a")->type, FIELD_IP));
        data_view_free(view);
    }
}

Test(data_view_json, field_caps_are_sorted_and_take_types_literally)
{
    struct data_view *const view =
        read_view("{\"indices\":[\"i\"],\"fields\":{"
                  "\"z\":{\"keyword\":{\"type\":\"keyword\",\"searchable\":true}},"
                  "\"n.b\":{\"long\":{\"type\":\"long\"}},\"n\":{\"nested\":{\"type\":\"nested\"}},"
                  "\"mix\":{\"keyword\":{},\"text\":{}},\"part\":{\"keyword\":{},\"unmapped\":{}},"
                  "\"_seq_no\":{\"_seq_no\":{}},\"_id\":{\"_id\":{}}}}");
    static const char *const order[] = {"_id", "mix", "n", "n.b", "part", "z"};
    cr_assert(eq(u16, view->count, sizeof order / sizeof order[0]));
    for (uint16_t i = 0; i < view->count; i++)
        cr_expect_str_eq(view->fields[i].name, order[i]);
    cr_expect(field_of(view, "z")->is_keyword);
    cr_expect(field_of(view, "part")->is_keyword);
    cr_expect(not(field_of(view, "mix")->is_keyword));
    cr_expect(eq(u16, field_of(view, "n.b")->nested, data_view_find(view, BYTES_LITERAL("n"))));
    data_view_free(view);
}

Test(data_view_json, kibana_lists_keep_their_order_in_each_of_their_forms)
{
#define ENTRIES(k, s, n)                                                  \
    k "{\"name\":\"k\",\"type\":\"string\",\"esTypes\":[\"keyword\"]}," s \
      "{\"name\":\"s\",\"type\":\"number\",\"scripted\":true}," n         \
      "{\"name\":\"n.v\",\"type\":\"date\",\"esTypes\":[\"date\"],"       \
      "\"subType\":{\"nested\":{\"path\":\"n\"}}}"
    static const char *const texts[] = {
        "[" ENTRIES("", "", "") "]",
        "{\"fields\":[" ENTRIES("", "", "") "]}",
        "{\"data_view\":{\"fields\":{" ENTRIES("\"k\":", "\"s\":", "\"n.v\":") "}}}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct data_view *const view = read_view(texts[i]);
        cr_expect_str_eq(view->fields[0].name, "k");
        cr_expect(view->fields[0].is_keyword);
        cr_expect(view->fields[1].is_scripted);
        const struct data_view_field *const nested = field_of(view, "n.v");
        cr_expect(nested->is_date);
        cr_expect_str_eq(view->fields[nested->nested].name, "n");
        cr_expect(eq(int, view->fields[nested->nested].type, FIELD_NESTED));
        data_view_free(view);
    }
#undef ENTRIES
}

Test(data_view_json, other_json_is_refused_and_told_what_was_expected)
{
    static const struct {
        const char *text;
        enum status status;
    } cases[] = {
        {"{}", ST_UNSUPPORTED},
        {"1", ST_UNSUPPORTED},
        {"null", ST_UNSUPPORTED},
        {"{\"a\":1}", ST_UNSUPPORTED},
        {"[1]", ST_MALFORMED},
        {"[{\"type\":\"ip\"}]", ST_MALFORMED},
        {"", ST_MALFORMED},
        {"{", ST_MALFORMED},
        {"{\"fields\":7}", ST_UNSUPPORTED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct data_view *view = NULL;
        struct error err = {0};
        cr_expect(eq(int, data_view_read(bytes_of(cases[i].text), &view, &err), cases[i].status),
                  "%s", cases[i].text);
        cr_expect(ne(chr, err.text[0], '\0'));
        cr_expect(view == NULL);
    }
}

Test(data_view_json, every_prefix_is_refused)
{
    for (size_t len = 0; len < sizeof mapping - 1; len++) {
        uint8_t *const copy = malloc(len == 0 ? 1 : len);
        memcpy(copy, mapping, len);
        struct data_view *view = NULL;
        struct error err = {0};
        cr_expect(eq(int, data_view_read((struct bytes){copy, len}, &view, &err), ST_MALFORMED));
        free(copy);
    }
}

Test(data_view_json, fields_and_names_have_limits)
{
    struct buf json;
    buf_init(&json, (size_t)16 * 1024 * 1024);
    buf_add_text(&json, "{\"properties\":{");
    for (size_t i = 0; i <= DATA_VIEW_FIELDS_MAX; i++)
        buf_add_format(&json, "%s\"f%zu\":{\"type\":\"ip\"}", i == 0 ? "" : ",", i);
    buf_add_text(&json, "}}");
    struct data_view *view = NULL;
    struct error err = {0};
    cr_expect(eq(int, data_view_read(buf_bytes(&json), &view, &err), ST_LIMIT));
    buf_reset(&json);
    buf_add_text(&json, "[{\"name\":\"");
    for (size_t i = 0; i <= DATA_VIEW_NAME_MAX; i++)
        buf_add_u8(&json, 'x');
    buf_add_text(&json, "\"}]");
    cr_expect(eq(int, data_view_read(buf_bytes(&json), &view, &err), ST_LIMIT));
    buf_release(&json);
}
