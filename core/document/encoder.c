#include "core/document/encoder.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/put.h"
#include "core/base/time_text.h"
#include "core/document/field_list.h"
#include "core/json/put.h"
#include "core/json/writer.h"

/* Deepest nesting of plain parents above a field ("server.kubernetes.pod.name" has three). */
#define PARENTS_MAX 4

/* Octets of all the texts between fields: each path twice over, with quotes and braces. */
#define TEXTS_MAX ((size_t)32 * 1024)

/* Room for the name of a field with the braces before and behind it, and for what put_padded writes
 * beyond: the longest path of the list takes 60 octets. */
#define NAME_ROOM 96
/* Room for any value that is not text: numbers, addresses, times with their quotes. */
#define SCALAR_MAX 64

/* How a field is written. `text` opens its parents and names it: "dns":{"question":{"name": and [
 * if it is a list. */
struct field_text {
    const char *text;
    /* One octet a parent, lowest first: equal octets mean the same parent. */
    uint32_t path;
    uint16_t starts[PARENTS_MAX + 1]; /* offset in `text` when so many parents are open already */
    uint16_t len;
    uint8_t parents; /* open while the field is written */
    bool is_list;    /* an array even with one value */
    /* What was written last between the value of the field before and this one's: most documents
     * have the same fields as their neighbours. */
    uint8_t opening_len;
    const struct field_text *before; /* NULL for the first field of an object */
    uint8_t opening[NAME_ROOM];
};

/* Addresses whose texts are kept, a power of two: those of client and server stand in a document
 * three to five times each, and in its neighbours again. */
#define ADDRESSES_COUNT 64

struct address_text {
    struct ip_address ip;
    uint8_t len;
    uint8_t text[SCALAR_MAX - 1]; /* with its quotes */
};

/* Static texts that are kept as they are written, a power of two: about half of the texts of a
 * document. */
#define STATICS_COUNT 256

/* Octets of the longest of them with its quotes. */
#define STATIC_LEN_MAX 48

struct static_text {
    const uint8_t *place; /* of the text; NULL: empty */
    size_t len;
    uint8_t text[STATIC_LEN_MAX];
};

struct document_encoder {
    struct field_text fields[DOC_FIELD_COUNT];
    struct buf texts;
    int64_t second; /* the second that `second_text` shows */
    uint8_t second_text[TIME_SECOND_LEN];
    struct address_text addresses[ADDRESSES_COUNT]; /* by their last octets */
    struct static_text statics[STATICS_COUNT];      /* by their places */
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

/* Closes the array and the innermost parents of a field. */
static uint8_t *put_end(uint8_t *to, const struct field_text *field, size_t parents)
{
    if (field->is_list)
        *to++ = ']';
    for (size_t i = 0; i < parents; i++)
        *to++ = '}';
    return to;
}

/* Closes what the field before has open and this one does not share, opens and names this one. */
static void prepare_opening(struct field_text *field, const struct field_text *before)
{
    uint8_t *to = field->opening;
    size_t common = 0;
    if (before != NULL) {
        /* The bit behind all parents: at most so many are shared. */
        const uint64_t end = UINT64_C(1) << (8 * PARENTS_MAX);
        common = LOWEST_BIT((before->path ^ field->path) | end) / 8;
        common = common < field->parents ? common : field->parents;
        to = put_end(to, before, before->parents - common);
        *to++ = ',';
    }
    const size_t start = field->starts[common];
    const size_t len = field->len - start;
    memcpy(to, field->text + start, len);
    field->opening_len = (uint8_t)((size_t)(to - field->opening) + len);
    field->before = before;
}

/* `skip` octets of the path belong to the array of objects that the field stands in. */
static void field_text_prepare(struct document_encoder *encoder, struct field_text *field,
                               struct parent_numbers *numbers, const char *path, size_t skip)
{
    struct buf *const texts = &encoder->texts;
    const size_t start = texts->len;
    const char *at = path + skip;
    for (const char *dot = strchr(at, '.'); dot != NULL; dot = strchr(at, '.')) {
        assert(field->parents < PARENTS_MAX);
        const uint32_t number = parent_number(numbers, path, (size_t)(dot - path));
        field->path |= number << (8 * field->parents);
        add_key(texts, at, (size_t)(dot - at));
        buf_add_u8(texts, '{');
        field->starts[++field->parents] = (uint16_t)(texts->len - start);
        at = dot + 1;
    }
    add_key(texts, at, strlen(at));
    if (field->is_list)
        buf_add_u8(texts, '[');
    assert(texts->len - start + PARENTS_MAX + 2 <= NAME_ROOM);
    field->len = (uint16_t)(texts->len - start);
    field->text = (const char *)texts->data + start;
    prepare_opening(field, NULL);
}

static bool is_array_of_objects(const struct data_view_field *field)
{
    return field->type == FIELD_OBJECT || field->type == FIELD_NESTED;
}

static uint8_t *put_address(uint8_t *to, const struct ip_address *ip)
{
    *to++ = '"';
    to = ip_put(to, ip);
    *to++ = '"';
    return to;
}

static void document_encoder_prepare(struct document_encoder *encoder)
{
    const struct data_view *const view = data_view_builtin();
    struct parent_numbers numbers = {.count = 0};
#define LIST_FIELD_FLAG(name) encoder->fields[DOC_##name].is_list = true;
    LIST_FIELD_LIST(LIST_FIELD_FLAG)
#undef LIST_FIELD_FLAG
    for (uint16_t i = 0; i < view->count; i++) {
        const struct data_view_field *const field = &view->fields[i];
        const size_t skip =
            field->parent == FIELD_NONE ? 0 : strlen(view->fields[field->parent].name) + 1;
        encoder->fields[i].is_list |= is_array_of_objects(field);
        field_text_prepare(encoder, &encoder->fields[i], &numbers, field->name, skip);
    }
    encoder->second = INT64_MIN;
    for (size_t i = 0; i < ADDRESSES_COUNT; i++) {
        struct address_text *const address = &encoder->addresses[i];
        address->len = (uint8_t)(put_address(address->text, &address->ip) - address->text);
    }
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
static uint8_t *put_time(struct document_encoder *encoder, uint8_t *to, int64_t time_ns,
                         unsigned digits)
{
    const int64_t rest = time_ns % NS_PER_S;
    const int64_t second = time_ns / NS_PER_S - (rest < 0 ? 1 : 0);
    if (second != encoder->second) {
        time_put_second(encoder->second_text, second);
        encoder->second = second;
    }
    const uint32_t ns = (uint32_t)(rest < 0 ? rest + NS_PER_S : rest);
    *to++ = '"';
    memcpy(to, encoder->second_text, TIME_SECOND_LEN);
    to += TIME_SECOND_LEN;
    *to++ = '.';
    to = put_digits(to, digits == 6 ? ns / 1000 : ns, digits);
    *to++ = 'Z';
    *to++ = '"';
    return to;
}

static uint8_t *put_ip(struct document_encoder *encoder, uint8_t *to, const struct ip_address *ip)
{
    const unsigned last = ip->octets[15] ^ (unsigned)ip->octets[14] << 3;
    struct address_text *const address = &encoder->addresses[last % ADDRESSES_COUNT];
    if (UNLIKELY(!ip_equal(&address->ip, ip))) {
        address->ip = *ip;
        address->len = (uint8_t)(put_address(address->text, ip) - address->text);
    }
    memcpy(to, address->text, IP_TEXT_MAX + 2);
    return to + address->len;
}

static uint8_t *put_boolean(uint8_t *to, bool boolean)
{
    static const char TEXTS[2][8] = {"false", "true"};
    memcpy(to, TEXTS[boolean ? 1 : 0], sizeof TEXTS[0]);
    return to + (boolean ? 4 : 5);
}

static uint8_t *put_double(uint8_t *to, double real)
{
    struct buf text;
    buf_init(&text, SCALAR_MAX);
    struct json_writer writer = json_writer_of(&text);
    json_double(&writer, real);
    assert(buf_ok(&text));
    memcpy(to, text.data, text.len);
    to += text.len;
    buf_release(&text);
    return to;
}

static uint8_t *put_static(struct document_encoder *encoder, uint8_t *to, struct bytes text)
{
    /* The upper octet of the product depends on all of the place (Fibonacci hashing). */
    const uint64_t hash = (uint64_t)(uintptr_t)text.data * UINT64_C(0x9e3779b97f4a7c15) >> 56;
    struct static_text *const known = &encoder->statics[hash % STATICS_COUNT];
    if (LIKELY(known->place == text.data))
        return put_padded(to, (const char *)known->text, known->len);
    uint8_t *const end = json_put_string(to, text);
    const size_t len = (size_t)(end - to);
    if (len <= STATIC_LEN_MAX) {
        known->place = text.data;
        known->len = len;
        memcpy(known->text, to, len);
    }
    return end;
}

static inline uint8_t *put_scalar(struct document_encoder *encoder, const struct document *document,
                                  uint8_t *to, const struct value *value)
{
    switch (value->kind) {
    case VALUE_TEXT:
        return value->is_static ? put_static(encoder, to, value->text)
                                : json_put_string(to, value->text);
    case VALUE_INTEGER:
        return put_i64(to, value->integer);
    case VALUE_DOUBLE:
        return put_double(to, value->real);
    case VALUE_BOOLEAN:
        return put_boolean(to, value->boolean);
    case VALUE_IP:
        return put_ip(encoder, to, &value->ip);
    case VALUE_TIME:
        return put_time(encoder, to, value->integer,
                        document->view->fields[value->field].type == FIELD_DATE_NANOS ? 9 : 6);
    case VALUE_OBJECT:
        break; /* put_object's */
    }
    return to;
}

static inline uint8_t *put_name(uint8_t *to, const struct field_text *before,
                                struct field_text *field)
{
    if (UNLIKELY(field->before != before))
        prepare_opening(field, before);
    return put_padded(to, (const char *)field->opening, field->opening_len);
}

/* Several values of a field that is no list by nature, from `value` on: an array for once. */
static uint8_t *put_several(struct document_encoder *encoder, const struct document *document,
                            uint8_t *to, const struct value *value)
{
    *to++ = '[';
    to = put_scalar(encoder, document, to, value);
    while (value->next != VALUE_NONE) {
        value = &document->values[value->next];
        *to++ = ',';
        to = put_scalar(encoder, document, to, value);
    }
    *to++ = ']';
    return to;
}

/* Writes one object of an array: only leaves stand in it. */
static uint8_t *put_object(struct document_encoder *encoder, const struct document *document,
                           uint8_t *to, const struct value *object)
{
    const struct field_text *before = NULL;
    *to++ = '{';
    for (uint32_t at = object->object.first; at != VALUE_NONE;) {
        const struct value *const value = &document->values[at];
        struct field_text *const field = &encoder->fields[value->field];
        at = value->sibling;
        if (field == before && !field->is_list)
            continue; /* put_several has written it */
        if (field == before)
            *to++ = ',';
        else
            to = put_name(to, before, field);
        before = field;
        to = field->is_list || value->next == VALUE_NONE
                 ? put_scalar(encoder, document, to, value)
                 : put_several(encoder, document, to, value);
    }
    if (before != NULL)
        to = put_end(to, before, before->parents);
    *to++ = '}';
    return to;
}

/* The values of a list without its brackets. */
static uint8_t *put_list(struct document_encoder *encoder, const struct document *document,
                         uint8_t *to, const struct value *value)
{
    for (;;) {
        to = value->kind == VALUE_OBJECT ? put_object(encoder, document, to, value)
                                         : put_scalar(encoder, document, to, value);
        if (value->next == VALUE_NONE)
            return to;
        *to++ = ',';
        value = &document->values[value->next];
    }
}

/* Octets that the document's text can have at most. */
static size_t encoded_max(const struct document *document)
{
    return NAME_ROOM + document->count * (size_t)(NAME_ROOM + SCALAR_MAX) +
           JSON_PUT_MAX(document->text_len);
}

void document_encode(struct document_encoder *encoder, const struct document *document,
                     struct buf *out)
{
    uint8_t *const start = buf_space(out, encoded_max(document));
    if (start == NULL)
        return;
    uint8_t *to = start;
    const struct field_text *before = NULL;
    *to++ = '{';
    for (size_t word = 0; word < document->words; word++) {
        for (uint64_t bits = document->present[word]; bits != 0; bits &= bits - 1) {
            const size_t index = word * 64 + LOWEST_BIT(bits);
            struct field_text *const field = &encoder->fields[index];
            const struct value *const value = &document->values[document->slots[index].head];
            to = put_name(to, before, field);
            before = field;
            if (field->is_list)
                to = put_list(encoder, document, to, value);
            else if (LIKELY(value->next == VALUE_NONE))
                to = put_scalar(encoder, document, to, value);
            else
                to = put_several(encoder, document, to, value);
        }
    }
    if (before != NULL)
        to = put_end(to, before, before->parents);
    *to++ = '}';
    buf_wrote(out, (size_t)(to - start));
}
