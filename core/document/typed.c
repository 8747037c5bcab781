#include "core/document/typed.h"

#include <math.h>

#include "core/base/lower_case.h"
#include "core/base/time_text.h"
#include "core/base/utf8.h"
#include "core/document/date_text.h"
#include "core/document/number.h"

static struct bytes text_of(const struct json_event *event)
{
    if (event->kind == JSON_BOOLEAN)
        return event->boolean ? BYTES_LITERAL("true") : BYTES_LITERAL("false");
    return event->text;
}

/* Java counts characters outside the basic plane twice. */
static size_t utf16_len(struct bytes text)
{
    size_t units = 0;
    for (size_t at = 0; at < text.len;) {
        const struct utf8_char c = utf8_next(bytes_slice(text, at, text.len));
        units += c.code > 0xffff ? 2 : 1;
        at += c.len;
    }
    return units;
}

/* A value that a normalizer changes before it is indexed. */
static void add_lower_case(struct document *document, uint16_t field, struct bytes text)
{
    struct buf lower;
    buf_init(&lower, 3 * text.len + 1);
    lower_case(text, &lower);
    if (buf_ok(&lower))
        document_add_text(document, field, buf_bytes(&lower));
    else
        document->dropped++;
    buf_release(&lower);
}

static void add_text(struct document *document, uint16_t field, struct bytes text)
{
    const struct data_view_field *const known = &document->view->fields[field];
    if (known->ignore_above != 0 && text.len > known->ignore_above &&
        utf16_len(text) > known->ignore_above)
        return;
    if (known->is_lower_case)
        add_lower_case(document, field, text);
    else
        document_add_text(document, field, text);
}

/* What the 32-bit types and smaller ones do with text: a double, cut towards zero. */
static enum status read_small_integer(struct bytes text, int64_t *integer)
{
    double real = 0;
    if (number_read_double(text, &real) != ST_OK || isnan(real))
        return ST_INVALID;
    if (fabs(real) > 4294967296.0)
        return ST_LIMIT;
    *integer = (int64_t)real;
    return ST_OK;
}

struct range {
    int64_t min;
    int64_t max;
};

static struct range range_of(enum field_type type)
{
    if (type == FIELD_BYTE)
        return (struct range){INT8_MIN, INT8_MAX};
    if (type == FIELD_SHORT)
        return (struct range){INT16_MIN, INT16_MAX};
    if (type == FIELD_INTEGER)
        return (struct range){INT32_MIN, INT32_MAX};
    return (struct range){INT64_MIN, INT64_MAX};
}

static bool add_integer(struct document *document, uint16_t field, const struct json_event *event)
{
    const enum field_type type = document->view->fields[field].type;
    const struct range range = range_of(type);
    const bool is_long = range.max == INT64_MAX;
    int64_t integer = 0;
    if (event->kind == JSON_BOOLEAN)
        return false;
    const enum status status = is_long ? number_read_integer(event->text, &integer)
                                       : read_small_integer(event->text, &integer);
    if (status != ST_OK || integer < range.min || integer > range.max)
        return false;
    document_add_integer(document, field, integer);
    return true;
}

static bool add_real(struct document *document, uint16_t field, const struct json_event *event)
{
    const enum field_type type = document->view->fields[field].type;
    const bool is_double = type == FIELD_DOUBLE || type == FIELD_SCALED_FLOAT;
    double real = 0;
    if (event->kind == JSON_BOOLEAN)
        return false;
    const enum status status =
        is_double ? number_read_double(event->text, &real) : number_read_float(event->text, &real);
    if (type == FIELD_HALF_FLOAT)
        real = number_round_half(real);
    if (status != ST_OK || !isfinite(real))
        return false;
    document_add_double(document, field, real);
    return true;
}

static bool add_boolean(struct document *document, uint16_t field, const struct json_event *event)
{
    const struct bytes text = text_of(event);
    const bool is_true = bytes_is(text, "true");
    if (event->kind == JSON_NUMBER || (!is_true && text.len != 0 && !bytes_is(text, "false")))
        return false;
    document_add_boolean(document, field, is_true);
    return true;
}

static bool add_ip(struct document *document, uint16_t field, const struct json_event *event)
{
    struct ip_address ip;
    if (event->kind != JSON_STRING || ip_parse(event->text, &ip) != ST_OK)
        return false;
    document_add_ip(document, field, &ip);
    return true;
}

static int64_t floor_to_ms(int64_t ns)
{
    const int64_t of_ms = ns % NS_PER_MS;
    if (of_ms == 0)
        return ns;
    return of_ms > 0 || ns < INT64_MIN + NS_PER_MS ? ns - of_ms : ns - of_ms - NS_PER_MS;
}

static bool add_date(struct document *document, uint16_t field, const struct json_event *event)
{
    const bool is_nanos = document->view->fields[field].type == FIELD_DATE_NANOS;
    struct date_text date;
    if (event->kind == JSON_BOOLEAN || date_text_read(event->text, is_nanos, &date) != ST_OK ||
        date.zone.len != 0)
        return false;
    const int64_t ns = date_text_ns(&date);
    document_add_time(document, field, is_nanos ? ns : floor_to_ms(ns));
    return true;
}

bool typed_add(struct document *document, uint16_t field, const struct json_event *event)
{
    switch (document->view->fields[field].type) {
    case FIELD_KEYWORD:
    case FIELD_CONSTANT_KEYWORD:
    case FIELD_WILDCARD:
    case FIELD_TEXT:
    case FIELD_MATCH_ONLY_TEXT:
        add_text(document, field, text_of(event));
        return true;
    case FIELD_LONG:
    case FIELD_INTEGER:
    case FIELD_SHORT:
    case FIELD_BYTE:
    case FIELD_UNSIGNED_LONG:
        return add_integer(document, field, event);
    case FIELD_DOUBLE:
    case FIELD_FLOAT:
    case FIELD_HALF_FLOAT:
    case FIELD_SCALED_FLOAT:
        return add_real(document, field, event);
    case FIELD_BOOLEAN:
        return add_boolean(document, field, event);
    case FIELD_IP:
        return add_ip(document, field, event);
    case FIELD_DATE:
    case FIELD_DATE_NANOS:
        return add_date(document, field, event);
    case FIELD_OBJECT:
    case FIELD_NESTED:
    case FIELD_FLATTENED:
    case FIELD_HISTOGRAM:
    case FIELD_ALIAS:
    case FIELD_OTHER:
    case FIELD_TYPE_COUNT:
        return true;
    }
    return true;
}
