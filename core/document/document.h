/* A document: fields and their typed values, the hub between everything that makes lookups
 * (captures, NDJSON, Elasticsearch) and everything that uses them (encoder, evaluator, tables).
 *
 * Values are typed as Elasticsearch would index them: text that does not fit its field's type is
 * not a value. A field has any number of values (JSON arrays). An object field that holds an array
 * of objects (dns.answers, rrsets) has one value per object; the leaves below it are values of
 * that object, not of the document. */
#ifndef DNSIGHT_DOCUMENT_DOCUMENT_H
#define DNSIGHT_DOCUMENT_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/bytes.h"
#include "core/base/ip.h"
#include "core/document/data_view.h"

/* Values one document may hold, those of its objects included. */
#define DOCUMENT_VALUES_MAX 65535

/* No value. */
#define VALUE_NONE UINT32_MAX

/* Which member of struct value is set; follows from the field's type. */
enum value_kind {
    VALUE_TEXT,    /* keyword, text, constant_keyword, wildcard; flattened: key, NUL, value */
    VALUE_INTEGER, /* long, integer, short, byte */
    VALUE_DOUBLE,  /* double, float, half_float */
    VALUE_BOOLEAN,
    VALUE_IP,
    VALUE_TIME,   /* date, date_nanos */
    VALUE_OBJECT, /* one object of an array of objects */
};

struct value {
    uint16_t field; /* index in the data view */
    bool is_static; /* the text stands at its place, as it is, until the program ends */
    enum value_kind kind;
    uint32_t next;    /* next value of the same field in the same object; VALUE_NONE at the end */
    uint32_t sibling; /* next value of the same object (any field); VALUE_NONE at the end */
    union {
        struct bytes text; /* on the document's arena, borrowed, or static */
        int64_t integer;   /* also times, nanoseconds since 1970 */
        double real;
        bool boolean;
        struct ip_address ip;
        struct {
            uint32_t first; /* first and last of the object's own values, which are linked */
            uint32_t last;  /* by `sibling` in the order they were added; or VALUE_NONE */
        } object;
    };
};

/* What a document knows of each field of its view. */
struct field_slot {
    uint32_t head;         /* first and last value in the root; they mean nothing unless the */
    uint32_t tail;         /* field's bit in `present` is set */
    uint32_t object;       /* object that got a value of the field last, and that value; they */
    uint32_t object_value; /* mean nothing unless the field's bit in `in_objects` is set */
};

/* Owned by the thread that uses it; reused for one document after the other. */
struct document {
    const struct data_view *view; /* borrowed */
    struct bytes id;              /* `_id`, on the arena or borrowed; empty if none came along */
    struct arena arena;           /* texts of the current document */
    struct value *values;         /* owned array, count <= cap <= DOCUMENT_VALUES_MAX */
    uint32_t count;
    uint32_t cap;
    struct field_slot *slots; /* owned, one per field of the view */
    uint64_t *present;        /* owned, bit per field: the root has a value of it */
    uint64_t *in_objects;     /* bit per field: an object has one; behind `present`, as long */
    size_t words;             /* 64-bit words of each of the two */
    uint32_t object;          /* object that values are added to, or VALUE_NONE for the root */
    size_t text_len;          /* octets of all texts */
    bool is_full;             /* memory is exhausted: nothing more is added until the reset */
    uint32_t dropped;         /* values left out because a maximum was reached */
};

/* Prepares an empty document over a data view; `arena_max` bounds the octets of its texts.
 * Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status document_init(struct document *document, const struct data_view *view,
                                     size_t arena_max);
void document_release(struct document *document);

/* Removes all values, keeps the memory. */
void document_reset(struct document *document);

/* Slow paths of document_add: more room for values, a value of the current object. */
bool document_grow(struct document *document);
void document_link(struct document *document, uint32_t index);

static inline bool document_has_bit(const uint64_t *bits, uint16_t field)
{
    return (bits[field / 64] >> (field % 64) & 1) != 0;
}

/* A new value of a field of the current object (the root unless begun otherwise), which the caller
 * fills at once; NULL, and counted in `dropped`, when a maximum is reached. */
static inline struct value *document_add(struct document *document, uint16_t field,
                                         enum value_kind kind)
{
    if (UNLIKELY(document->count == document->cap) && !document_grow(document))
        return NULL;
    const uint32_t index = document->count++;
    struct value *const value = &document->values[index];
    value->field = field;
    value->is_static = false;
    value->kind = kind;
    value->next = VALUE_NONE;
    value->sibling = VALUE_NONE;
    if (document->object != VALUE_NONE) {
        document_link(document, index);
        return value;
    }
    struct field_slot *const slot = &document->slots[field];
    if (document_has_bit(document->present, field))
        document->values[slot->tail].next = index;
    else
        slot->head = index;
    slot->tail = index;
    document->present[field / 64] |= UINT64_C(1) << (field % 64);
    return value;
}

/* Each adds one value as document_add does. Text is copied; borrowed from the caller until the
 * document is reset; or static: it stays as it is until the program ends, so that its place says
 * what it is. */
void document_add_text(struct document *document, uint16_t field, struct bytes text);

static inline struct value *document_add_view(struct document *document, uint16_t field,
                                              struct bytes text)
{
    struct value *const value = document_add(document, field, VALUE_TEXT);
    if (value == NULL)
        return NULL;
    value->text = text;
    document->text_len += text.len;
    return value;
}

static inline void document_add_borrowed(struct document *document, uint16_t field,
                                         struct bytes text)
{
    (void)document_add_view(document, field, text);
}

static inline void document_add_static_bytes(struct document *document, uint16_t field,
                                             struct bytes text)
{
    struct value *const value = document_add_view(document, field, text);
    if (value != NULL)
        value->is_static = true;
}

static inline void document_add_static(struct document *document, uint16_t field, const char *text)
{
    document_add_static_bytes(document, field, bytes_of(text));
}

static inline void document_add_integer(struct document *document, uint16_t field, int64_t integer)
{
    struct value *const value = document_add(document, field, VALUE_INTEGER);
    if (value != NULL)
        value->integer = integer;
}

static inline void document_add_double(struct document *document, uint16_t field, double real)
{
    struct value *const value = document_add(document, field, VALUE_DOUBLE);
    if (value != NULL)
        value->real = real;
}

static inline void document_add_boolean(struct document *document, uint16_t field, bool boolean)
{
    struct value *const value = document_add(document, field, VALUE_BOOLEAN);
    if (value != NULL)
        value->boolean = boolean;
}

static inline void document_add_ip(struct document *document, uint16_t field,
                                   const struct ip_address *ip)
{
    struct value *const value = document_add(document, field, VALUE_IP);
    if (value != NULL)
        value->ip = *ip;
}

static inline void document_add_time(struct document *document, uint16_t field, int64_t time_ns)
{
    struct value *const value = document_add(document, field, VALUE_TIME);
    if (value != NULL)
        value->integer = time_ns;
}

/* Begins one object of an array-of-objects field inside the current object; values go there until
 * it is ended. Returns the object that was current before, to be given to document_end_object.
 * Objects end in the reverse order of their beginning; an ended object is not begun again. */
uint32_t document_begin_object(struct document *document, uint16_t field);
void document_end_object(struct document *document, uint32_t outer);

/* The first value of a field inside an object: a search along its values. */
const struct value *document_first_in(const struct document *document, uint32_t object,
                                      uint16_t field);

/* The first value of a field in the root (object VALUE_NONE) or in an object; NULL if it has none.
 * In an object this is a search along its values. */
static inline const struct value *document_first(const struct document *document, uint32_t object,
                                                 uint16_t field)
{
    if (object != VALUE_NONE)
        return document_first_in(document, object, field);
    if (!document_has_bit(document->present, field))
        return NULL;
    return &document->values[document->slots[field].head];
}

/* The next value of the same field in the same object; NULL behind the last. */
static inline const struct value *document_next(const struct document *document,
                                                const struct value *value)
{
    return value->next == VALUE_NONE ? NULL : &document->values[value->next];
}

/* The next value of the same object, whatever its field; NULL behind the last. */
static inline const struct value *document_sibling(const struct document *document,
                                                   const struct value *value)
{
    return value->sibling == VALUE_NONE ? NULL : &document->values[value->sibling];
}

/* Index of a value, to be used as `object`. */
static inline uint32_t document_index(const struct document *document, const struct value *value)
{
    return (uint32_t)(value - document->values);
}

#endif
