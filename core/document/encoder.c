#include "core/document/encoder.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/time_text.h"
#include "core/document/field_list.h"
#include "core/json/writer.h"

/* Deepest nesting of plain parents above a field ("server.kubernetes.pod.name" has three). */
#define PARENTS_MAX 4

/* Octets of all the texts between fields: each path twice over, with quotes and braces. */
#define TEXTS_MAX ((size_t)32 * 1024)

/* Octets of a time with nine decimals. */
#define TIME_TEXT_MAX 30
/* Octets of "2026-11-23T07:22:38", the part that stays the same for a second. */
#define SECOND_TEXT_LEN 19

/* How a field is written. `text` opens its parents and names it: "dns":{"question":{"name": */
struct field_text {
    const char *text;
    uint16_t starts[PARENTS_MAX + 1]; /* offset in `text` when so many parents are open already */
    uint16_t len;
    uint8_t parents; /* open while the field is written */
    bool is_list;    /* an array even with one value */
    uint32_t path;   /* one octet a parent, lowest first: equal octets mean the same parent */
};

struct document_encoder {
    struct field_text fields[DOC_FIELD_COUNT];
    struct buf texts;
    int64_t second; /* the second that `second_text` shows */
    uint8_t second_text[SECOND_TEXT_LEN];
};

/* Parents that get a number while the texts are prepared. */
struct parent_numbers {
    const char *paths[UINT8_MAX];
    size_t lens[UINT8_MAX];
    uint8_t count;
};

/* The number of the parent path[0, len), which starts at 1. */
static uint8_t parent_number(struct parent_numbers *numbers, const char *path, size_t len)
{
    for (uint8_t i = 0; i < numbers->count; i++) {
        if (numbers->lens[i] == len && memcmp(numbers->paths[i], path, len) == 0)
            return (uint8_t)(i + 1);
    }
    assert(numbers->count < UINT8_MAX - 1);
    numbers->paths[numbers->count] = path;
    numbers->lens[numbers->count] = len;
    return ++numbers->count;
}

static void add_key(struct buf *texts, const char *name, size_t len)
{
    json_add_string(texts, (struct bytes){(const uint8_t *)name, len});
    buf_add_u8(texts, ':');
}

/* `skip` octets of the path belong to the array of objects that the field stands in. */
static void field_text_prepare(struct document_encoder *encoder, struct field_text *field,
                               struct parent_numbers *numbers, const char *path, size_t skip)
{
    const size_t start = encoder->texts.len;
    const char *at = path + skip;
    for (const char *dot = strchr(at, '.'); dot != NULL; dot = strchr(at, '.')) {
        assert(field->parents < PARENTS_MAX);
        const uint32_t number = parent_number(numbers, path, (size_t)(dot - path));
        field->path |= number << (8 * field->parents);
        add_key(&encoder->texts, at, (size_t)(dot - at));
        buf_add_u8(&encoder->texts, '{');
        field->starts[++field->parents] = (uint16_t)(encoder->texts.len - start);
        at = dot + 1;
    }
    add_key(&encoder->texts, at, strlen(at));
    field->len = (uint16_t)(encoder->texts.len - start);
    field->text = (const char *)encoder->texts.data + start;
}

static void document_encoder_prepare(struct document_encoder *encoder)
{
    const struct data_view *const view = data_view_builtin();
    struct parent_numbers numbers = {.count = 0};
    for (uint16_t i = 0; i < view->count; i++) {
        const struct data_view_field *const field = &view->fields[i];
        const size_t skip =
            field->parent == FIELD_NONE ? 0 : strlen(view->fields[field->parent].name) + 1;
        field_text_prepare(encoder, &encoder->fields[i], &numbers, field->name, skip);
    }
#define LIST_FIELD_FLAG(name) encoder->fields[DOC_##name].is_list = true;
    LIST_FIELD_LIST(LIST_FIELD_FLAG)
#undef LIST_FIELD_FLAG
    encoder->second = INT64_MIN;
}

enum status document_encoder_new(struct document_encoder **encoder)
{
    struct document_encoder *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return ST_NO_MEMORY;
    buf_init(&made->texts, TEXTS_MAX);
    /* All the room at once: the texts are pointed to while more are added. */
    if (buf_space(&made->texts, TEXTS_MAX) == NULL) {
        document_encoder_free(made);
        return ST_NO_MEMORY;
    }
    document_encoder_prepare(made);
    assert(buf_ok(&made->texts));
    *encoder = made;
    return ST_OK;
}

void document_encoder_free(struct document_encoder *encoder)
{
    if (encoder == NULL)
        return;
    buf_release(&encoder->texts);
    free(encoder);
}

/* Most times of a document, and of its neighbours, lie in one second: its text is kept. */
static void encode_time(struct document_encoder *encoder, int64_t time_ns, unsigned digits,
                        struct buf *out)
{
    int64_t second = time_ns / NS_PER_S;
    second -= time_ns % NS_PER_S < 0 ? 1 : 0;
    uint8_t *to = buf_space(out, TIME_TEXT_MAX + 2);
    if (to == NULL)
        return;
    if (second != encoder->second) {
        const size_t start = out->len;
        time_print(second * NS_PER_S, 0, out);
        memcpy(encoder->second_text, out->data + start, SECOND_TEXT_LEN);
        encoder->second = second;
        out->len = start;
    }
    uint64_t fraction = (uint64_t)(time_ns - second * NS_PER_S);
    if (digits == 6)
        fraction /= 1000;
    *to++ = '"';
    memcpy(to, encoder->second_text, SECOND_TEXT_LEN);
    to += SECOND_TEXT_LEN;
    *to++ = '.';
    for (unsigned i = digits; i > 0; i--) {
        to[i - 1] = (uint8_t)('0' + fraction % 10);
        fraction /= 10;
    }
    to += digits;
    *to++ = 'Z';
    *to++ = '"';
    buf_wrote(out, SECOND_TEXT_LEN + digits + 4);
}

static void encode_ip(const struct ip_address *ip, struct buf *out)
{
    buf_add_u8(out, '"');
    ip_print(ip, out);
    buf_add_u8(out, '"');
}

static void encode_double(double real, struct buf *out)
{
    struct json_writer writer = json_writer_of(out);
    json_double(&writer, real);
}

static void encode_scalar(struct document_encoder *encoder, const struct document *document,
                          const struct value *value, struct buf *out)
{
    switch (value->kind) {
    case VALUE_TEXT:
        json_add_string(out, value->text);
        break;
    case VALUE_INTEGER:
        buf_add_i64(out, value->integer);
        break;
    case VALUE_DOUBLE:
        encode_double(value->real, out);
        break;
    case VALUE_BOOLEAN:
        buf_add(out, value->boolean ? BYTES_LITERAL("true") : BYTES_LITERAL("false"));
        break;
    case VALUE_IP:
        encode_ip(&value->ip, out);
        break;
    case VALUE_TIME:
        encode_time(encoder, value->integer,
                    document->view->fields[value->field].type == FIELD_DATE_NANOS ? 9 : 6, out);
        break;
    case VALUE_OBJECT:
        assert(value->kind != VALUE_OBJECT); /* encode_object's */
    }
}

/* Writes one object of an array: only leaves stand in it. */
static void encode_object(struct document_encoder *encoder, const struct document *document,
                          const struct value *object, struct buf *out)
{
    uint16_t field = FIELD_NONE;
    bool is_array = false;
    buf_add_u8(out, '{');
    for (uint32_t at = object->object.first; at != VALUE_NONE;) {
        const struct value *const value = &document->values[at];
        at = value->sibling;
        if (value->field == field) {
            buf_add_u8(out, ',');
        } else {
            const struct field_text *const text = &encoder->fields[value->field];
            if (is_array)
                buf_add_u8(out, ']');
            if (field != FIELD_NONE)
                buf_add_u8(out, ',');
            buf_add(out, (struct bytes){(const uint8_t *)text->text, text->len});
            field = value->field;
            is_array = text->is_list || value->next != VALUE_NONE;
            if (is_array)
                buf_add_u8(out, '[');
        }
        encode_scalar(encoder, document, value, out);
    }
    if (is_array)
        buf_add_u8(out, ']');
    buf_add_u8(out, '}');
}

static void encode_values(struct document_encoder *encoder, const struct document *document,
                          const struct value *first, struct buf *out)
{
    assert(first != NULL); /* the field's bit in `present` is set */
    const bool is_objects = first->kind == VALUE_OBJECT;
    const bool is_array =
        is_objects || encoder->fields[first->field].is_list || first->next != VALUE_NONE;
    if (is_array)
        buf_add_u8(out, '[');
    for (const struct value *value = first; value != NULL; value = document_next(document, value)) {
        if (value != first)
            buf_add_u8(out, ',');
        if (is_objects)
            encode_object(encoder, document, value, out);
        else
            encode_scalar(encoder, document, value, out);
    }
    if (is_array)
        buf_add_u8(out, ']');
}

/* Closes the parents that the field before has and this one has not, and opens and names it. */
static void encode_name(const struct field_text *before, const struct field_text *field,
                        struct buf *out)
{
    uint32_t common = 0;
    if (before != NULL) {
        const uint32_t differs = before->path ^ field->path;
        const uint32_t fewer = before->parents < field->parents ? before->parents : field->parents;
        common = differs == 0 ? fewer : LOWEST_BIT(differs) / 8;
        common = common < fewer ? common : fewer;
        for (uint32_t i = common; i < before->parents; i++)
            buf_add_u8(out, '}');
        buf_add_u8(out, ',');
    }
    const size_t start = field->starts[common];
    buf_add(out, (struct bytes){(const uint8_t *)field->text + start, field->len - start});
}

void document_encode(struct document_encoder *encoder, const struct document *document,
                     struct buf *out)
{
    const struct field_text *before = NULL;
    buf_add_u8(out, '{');
    for (size_t word = 0; word * 64 < document->view->count; word++) {
        for (uint64_t bits = document->present[word]; bits != 0; bits &= bits - 1) {
            const uint16_t field = (uint16_t)(word * 64 + LOWEST_BIT(bits));
            encode_name(before, &encoder->fields[field], out);
            encode_values(encoder, document, document_first(document, VALUE_NONE, field), out);
            before = &encoder->fields[field];
        }
    }
    for (uint32_t i = 0; before != NULL && i < before->parents; i++)
        buf_add_u8(out, '}');
    buf_add_u8(out, '}');
}
