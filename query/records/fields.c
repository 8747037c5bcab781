#include "query/records/fields.h"

#include "core/base/nearest.h"
#include "core/base/time_text.h"

enum status field_names_split(struct bytes text, struct field_names *names, struct error *err)
{
    names->count = 0;
    size_t from = 0;
    for (size_t at = 0; at <= text.len; at++) {
        if (at < text.len && text.data[at] != ',')
            continue;
        if (at == from)
            return error_set(err, ST_INVALID, "a field name is empty; write them as F,F");
        if (names->count == FIELD_NAMES_MAX)
            return error_set(err, ST_INVALID, "more than %d fields", FIELD_NAMES_MAX);
        names->names[names->count++] = bytes_slice(text, from, at - from);
        from = at + 1;
    }
    return ST_OK;
}

uint16_t field_find(const struct data_view *view, struct bytes name)
{
    const uint16_t field = data_view_find(view, name);
    if (field == FIELD_NONE || view->fields[field].alias_of == FIELD_NONE)
        return field;
    return view->fields[field].alias_of;
}

static bool has_values(const struct data_view *view, uint16_t field)
{
    const enum field_type type = view->fields[field].type;
    return type != FIELD_OBJECT && type != FIELD_NESTED && type != FIELD_HISTOGRAM;
}

enum status field_check(const struct data_view *view, struct bytes name, struct error *err)
{
    const int len = name.len > 128 ? 128 : (int)name.len;
    const char *const text = (const char *)name.data;
    const uint16_t field = field_find(view, name);
    if (field != FIELD_NONE && has_values(view, field))
        return ST_OK;
    if (field != FIELD_NONE)
        return error_set(err, ST_INVALID,
                         "%.*s is no field with values of its own; name one of %.*s.*", len, text,
                         len, text);
    struct nearest nearest = nearest_to(name);
    for (uint16_t i = 0; i < view->count; i++) {
        if (has_values(view, i))
            nearest_offer(&nearest, view->fields[i].name);
    }
    if (nearest.name == NULL)
        return error_set(err, ST_INVALID, "unknown field %.*s", len, text);
    return error_set(err, ST_INVALID, "unknown field %.*s; did you mean %s?", len, text,
                     nearest.name);
}

const struct value *field_value(const struct document *document, uint16_t field,
                                const struct value *previous)
{
    if (field == FIELD_NONE)
        return NULL;
    const uint32_t from = previous == NULL ? 0 : document_index(document, previous) + 1;
    for (uint32_t i = from; i < document->count; i++) {
        if (document->values[i].field == field)
            return &document->values[i];
    }
    return NULL;
}

static void time_text(int64_t time_ns, struct buf *out)
{
    unsigned digits = 9;
    if (time_ns % NS_PER_MS == 0)
        digits = 3;
    else if (time_ns % NS_PER_US == 0)
        digits = 6;
    time_print(time_ns, digits, out);
}

void field_value_text(const struct value *value, struct buf *out)
{
    switch (value->kind) {
    case VALUE_TEXT:
        buf_add(out, value->text);
        return;
    case VALUE_INTEGER:
        buf_add_i64(out, value->integer);
        return;
    case VALUE_DOUBLE: {
        struct json_writer w = json_writer_of(out);
        json_double(&w, value->real);
        return;
    }
    case VALUE_BOOLEAN:
        buf_add_text(out, value->boolean ? "true" : "false");
        return;
    case VALUE_IP:
        ip_print(&value->ip, out);
        return;
    case VALUE_TIME:
        time_text(value->integer, out);
        return;
    case VALUE_OBJECT:
        return;
    }
}

void field_text(const struct document *document, uint16_t field, struct buf *out)
{
    const char *separator = "";
    for (const struct value *value = field_value(document, field, NULL); value != NULL;
         value = field_value(document, field, value)) {
        buf_add_text(out, separator);
        field_value_text(value, out);
        separator = ", ";
    }
}

void field_value_json(const struct value *value, struct json_writer *w, struct buf *scratch)
{
    if (value->kind == VALUE_INTEGER) {
        json_i64(w, value->integer);
    } else if (value->kind == VALUE_DOUBLE) {
        json_double(w, value->real);
    } else if (value->kind == VALUE_BOOLEAN) {
        json_bool(w, value->boolean);
    } else {
        buf_reset(scratch);
        field_value_text(value, scratch);
        json_string(w, buf_bytes(scratch));
    }
}
