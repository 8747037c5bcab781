#include "query/records/order.h"

#include <string.h>

#include "core/base/time_text.h"

/* First octet of the field's part of a key. */
#define HAS_VALUE 0
#define NO_VALUE  1

/* Octets of a text that count; longer ones are equal. Keywords have 8191 characters at most. */
#define TEXT_MAX ((size_t)32 * 1024)

enum status order_read(const char *text, struct order *order, struct error *err)
{
    const char *const colon = strchr(text, ':');
    const char *const direction = colon == NULL ? "asc" : colon + 1;
    if (strcmp(direction, "asc") != 0 && strcmp(direction, "desc") != 0)
        return error_set(err, ST_INVALID, "behind the colon stands asc or desc, not \"%s\"",
                         direction);
    order->field = bytes_of(text);
    if (colon != NULL)
        order->field.len = (size_t)(colon - text);
    if (order->field.len == 0)
        return error_set(err, ST_INVALID, "a field name is missing: FIELD[:asc|desc]");
    order->is_descending = strcmp(direction, "desc") == 0;
    return ST_OK;
}

void order_fields(const struct order *order, struct field_names *fields)
{
    fields->count = 0;
    fields->names[fields->count++] = BYTES_LITERAL("@timestamp");
    fields->names[fields->count++] = BYTES_LITERAL("event.start");
    fields->names[fields->count++] = BYTES_LITERAL("event.id");
    if (order->field.len > 0)
        fields->names[fields->count++] = order->field;
}

static void add_big_endian(struct buf *key, uint64_t number)
{
    for (unsigned shift = 64; shift > 0; shift -= 8)
        buf_add_u8(key, (uint8_t)(number >> (shift - 8)));
}

/* Signed numbers compare like unsigned ones when their sign is turned round. */
static void add_integer(struct buf *key, int64_t integer)
{
    add_big_endian(key, (uint64_t)integer ^ UINT64_C(1) << 63);
}

/* IEEE 754 numbers compare like integers when the sign of positive ones, and all bits of negative
 * ones, are turned round. */
static void add_double(struct buf *key, double real)
{
    uint64_t bits = 0;
    memcpy(&bits, &real, sizeof bits);
    const bool is_negative = (bits >> 63) != 0;
    add_big_endian(key, is_negative ? ~bits : bits ^ UINT64_C(1) << 63);
}

/* Ends in 0, so that a prefix comes first; a 0 inside is 0 255, which is behind that end. */
static void add_text(struct buf *key, struct bytes text)
{
    const struct bytes counted = bytes_slice(text, 0, TEXT_MAX);
    for (size_t i = 0; i < counted.len; i++) {
        buf_add_u8(key, counted.data[i]);
        if (counted.data[i] == 0)
            buf_add_u8(key, 0xff);
    }
    buf_add_u8(key, 0);
    buf_add_u8(key, 0);
}

/* A date field has milliseconds, even if a document of a capture knows more. */
static int64_t kept_time(int64_t ns, enum field_type type)
{
    const int64_t of_ms = ns % NS_PER_MS;
    if (type != FIELD_DATE || of_ms == 0)
        return ns;
    return of_ms > 0 || ns < INT64_MIN + NS_PER_MS ? ns - of_ms : ns - of_ms - NS_PER_MS;
}

static void add_value(struct buf *key, const struct value *value, enum field_type type)
{
    switch (value->kind) {
    case VALUE_TEXT:
        add_text(key, value->text);
        return;
    case VALUE_INTEGER:
        add_integer(key, value->integer);
        return;
    case VALUE_TIME:
        add_integer(key, kept_time(value->integer, type));
        return;
    case VALUE_DOUBLE:
        add_double(key, value->real);
        return;
    case VALUE_BOOLEAN:
        buf_add_u8(key, value->boolean ? 1 : 0);
        return;
    case VALUE_IP:
        buf_add(key, (struct bytes){value->ip.octets, sizeof value->ip.octets});
        return;
    case VALUE_OBJECT:
        return;
    }
}

/* Writes the value that counts behind `from`: each further one replaces it if it is better. */
static void add_best_value(const struct order *order, const struct document *document,
                           struct buf *key)
{
    const uint16_t field = field_find(document->view, order->field);
    const struct value *value = field_value(document, field, NULL);
    buf_add_u8(key, value == NULL ? NO_VALUE : HAS_VALUE);
    const size_t from = key->len;
    while (value != NULL) {
        const size_t at = key->len;
        add_value(key, value, document->view->fields[field].type);
        if (!buf_ok(key))
            return;
        const struct bytes best = {key->data + from, at - from};
        const struct bytes other = {key->data + at, key->len - at};
        const int comparison = bytes_compare(other, best);
        const bool is_better = order->is_descending ? comparison > 0 : comparison < 0;
        if (at > from && is_better)
            memmove(key->data + from, other.data, other.len);
        if (at > from)
            key->len = from + (is_better ? other.len : best.len);
        value = field_value(document, field, value);
    }
    for (size_t i = from; order->is_descending && i < key->len; i++)
        key->data[i] = (uint8_t)~key->data[i];
}

static const struct value *first(const struct document *document, struct bytes name)
{
    return field_value(document, field_find(document->view, name), NULL);
}

/* event.start has nanoseconds, @timestamp what Elasticsearch keeps of it. */
static void add_time(const struct document *document, struct buf *key)
{
    const struct value *time = first(document, BYTES_LITERAL("event.start"));
    if (time == NULL || time->kind != VALUE_TIME)
        time = first(document, BYTES_LITERAL("@timestamp"));
    add_integer(key, time != NULL && time->kind == VALUE_TIME ? time->integer : INT64_MIN);
}

void order_key(const struct order *order, const struct document *document, struct bytes id,
               struct buf *key)
{
    if (order->field.len > 0)
        add_best_value(order, document, key);
    add_time(document, key);
    if (id.len > 0) {
        buf_add(key, id);
        return;
    }
    const struct value *const value = first(document, BYTES_LITERAL("event.id"));
    if (value != NULL && value->kind == VALUE_TEXT)
        buf_add(key, value->text);
}
