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
#include <string.h>

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
    bool is_fixed;  /* it is the same in every document with the same traits */
    bool is_plain;  /* VALUE_TEXT: as it stands it can be the content of a JSON string, and
                       PUT_PADDING octets behind it can be read */
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
            uint32_t end;   /* the values up to here are the object's own, and those of objects */
            uint32_t outer; /* in it; the object around it, VALUE_NONE for the root */
            uint32_t first; /* first and last of its own, linked by `sibling` in the order they */
            uint32_t last;  /* were added; or VALUE_NONE */
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

/* Ways to the values of a field, made when one is first asked for: a document that is only written
 * out needs none. `next`, `sibling`, `first` and `last` of the values belong to it. */
struct document_links {
    uint32_t count;           /* values that are linked */
    uint32_t object;          /* object of the next one, or VALUE_NONE for the root */
    size_t words;             /* 64-bit words of `present`, and of `in_objects` */
    struct field_slot *slots; /* owned, one per field of the view */
    uint64_t *present;        /* owned, bit per field: the root has a value of it */
    uint64_t *in_objects;     /* bit per field: an object has one; behind `present` */
};

/* Owned by the thread that uses it; reused for one document after the other. */
struct document {
    const struct data_view *view; /* borrowed */
    struct bytes id;              /* `_id`, on the arena or borrowed; empty if none came along */
    struct arena arena;           /* texts of the current document */
    struct value *values;         /* owned array, count <= cap <= DOCUMENT_VALUES_MAX */
    uint64_t *traits;             /* owned, at most one a value: what the values of documents of
                                     the same form have in common. Field, kind, the place of static
                                     text, booleans and the smallest counts; that is, all but what
                                     is likely to be another in the next document */
    uint32_t count;
    uint32_t trait_count;
    uint32_t cap;                 /* of values, and of traits */
    uint32_t object;              /* object that values are added to, or VALUE_NONE for the root */
    struct document_links *links; /* owned */
    size_t text_len;              /* octets of all texts */
    bool is_full;                 /* memory is exhausted: nothing more is added until the reset */
    uint32_t dropped;             /* values left out because a maximum was reached */
    uint32_t unfit_count;         /* values of a text that their field's type cannot take, and that
                                     are left out */
    uint16_t unfit_field;         /* the first field that has one; if `unfit_count` is not 0 */
};

/* Prepares an empty document over a data view; `arena_max` bounds the octets of its texts.
 * Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status document_init(struct document *document, const struct data_view *view,
                                     size_t arena_max);
void document_release(struct document *document);

/* Removes all values, keeps the memory. */
void document_reset(struct document *document);

/* Counts up to here are part of a value's trait. */
#define TRAIT_COUNT_MAX 3

/* What the trait of a value that is no static text says besides its field. Detail 0 is for what
 * differs from document to document. */
#define TRAIT_OF(kind, detail) ((uint64_t)(detail) << 4 | (uint64_t)(kind))
#define TRAIT_PLAIN            TRAIT_OF(VALUE_TEXT, 1)

/* Makes room for `count` more values. False, and counted in `dropped`, when a maximum is
 * reached. */
bool document_grow(struct document *document, uint32_t count);

/* A new value of a field of the current object (the root unless begun otherwise), which the caller
 * fills at once; NULL, and counted in `dropped`, when a maximum is reached. `trait` is what the
 * value's trait says besides its field: the kind and a detail, or the address of a static text,
 * which no kind can be mistaken for. Addresses of user space have 48 bits. */
static ALWAYS_INLINE struct value *document_add(struct document *document, uint16_t field,
                                                enum value_kind kind, uint64_t trait)
{
    if (UNLIKELY(document->count == document->cap) && !document_grow(document, 1))
        return NULL;
    document->traits[document->trait_count++] = trait << 16 | field;
    struct value *const value = &document->values[document->count++];
    value->field = field;
    value->is_fixed = trait != TRAIT_OF(kind, 0);
    value->is_plain = false;
    value->kind = kind;
    return value;
}

/* Values that always come together, in this order. */
struct document_run {
    const struct value *values; /* with all that is fixed */
    uint32_t count;
    size_t text_len; /* octets of all fixed texts */
};

/* Adds the values of a run to the root, which is current, and returns the first for the caller to
 * fill in at once those that are not fixed; NULL as document_add does. The run stays as it is until
 * the program ends, so that its place says what it is; `detail` says which values it has where the
 * caller fixes more of them. */
static inline struct value *document_add_run(struct document *document,
                                             const struct document_run *run, uint16_t detail)
{
    if (UNLIKELY(run->count > document->cap - document->count) &&
        !document_grow(document, run->count))
        return NULL;
    struct value *const values = document->values + document->count;
    document->traits[document->trait_count++] = (uint64_t)(uintptr_t)run << 16 | detail;
    document->count += run->count;
    document->text_len += run->text_len;
    memcpy(values, run->values, run->count * sizeof *values);
    return values;
}

/* Each adds one value as document_add does. Text is copied; borrowed from the caller until the
 * document is reset; or static: it stays as it is until the program ends, so that its place says
 * what it is. */
void document_add_text(struct document *document, uint16_t field, struct bytes text);

static ALWAYS_INLINE void document_add_borrowed(struct document *document, uint16_t field,
                                                struct bytes text)
{
    struct value *const value = document_add(document, field, VALUE_TEXT, TRAIT_OF(VALUE_TEXT, 0));
    if (value == NULL)
        return;
    value->text = text;
    document->text_len += text.len;
}

/* A borrowed text that may be plain, see struct value; an empty one never is. */
static ALWAYS_INLINE void document_add_name(struct document *document, uint16_t field,
                                            struct bytes text, bool is_plain)
{
    is_plain = is_plain && text.len != 0;
    struct value *const value =
        document_add(document, field, VALUE_TEXT, is_plain ? TRAIT_PLAIN : TRAIT_OF(VALUE_TEXT, 0));
    if (value == NULL)
        return;
    value->is_fixed = false;
    value->is_plain = is_plain;
    value->text = text;
    document->text_len += text.len;
}

static ALWAYS_INLINE void document_add_static_bytes(struct document *document, uint16_t field,
                                                    struct bytes text)
{
    struct value *const value =
        document_add(document, field, VALUE_TEXT, (uint64_t)(uintptr_t)text.data);
    if (value == NULL)
        return;
    value->text = text;
    document->text_len += text.len;
}

static ALWAYS_INLINE void document_add_static(struct document *document, uint16_t field,
                                              const char *text)
{
    document_add_static_bytes(document, field, bytes_of(text));
}

static ALWAYS_INLINE void document_add_integer(struct document *document, uint16_t field,
                                               int64_t integer)
{
    struct value *const value =
        document_add(document, field, VALUE_INTEGER, TRAIT_OF(VALUE_INTEGER, 0));
    if (value != NULL)
        value->integer = integer;
}

/* What the trait of a count says of it. */
static inline unsigned document_count_detail(uint64_t count)
{
    return count <= TRAIT_COUNT_MAX ? (unsigned)count + 1 : 0;
}

/* An integer, like any other, that is nearly always small. */
static ALWAYS_INLINE void document_add_count(struct document *document, uint16_t field,
                                             uint64_t count)
{
    struct value *const value = document_add(document, field, VALUE_INTEGER,
                                             TRAIT_OF(VALUE_INTEGER, document_count_detail(count)));
    if (value != NULL)
        value->integer = (int64_t)count;
}

static ALWAYS_INLINE void document_add_double(struct document *document, uint16_t field,
                                              double real)
{
    struct value *const value =
        document_add(document, field, VALUE_DOUBLE, TRAIT_OF(VALUE_DOUBLE, 0));
    if (value != NULL)
        value->real = real;
}

static ALWAYS_INLINE void document_add_boolean(struct document *document, uint16_t field,
                                               bool boolean)
{
    struct value *const value =
        document_add(document, field, VALUE_BOOLEAN, TRAIT_OF(VALUE_BOOLEAN, boolean ? 2 : 1));
    if (value != NULL)
        value->boolean = boolean;
}

static ALWAYS_INLINE void document_add_ip(struct document *document, uint16_t field,
                                          const struct ip_address *ip)
{
    struct value *const value = document_add(document, field, VALUE_IP, TRAIT_OF(VALUE_IP, 0));
    if (value != NULL)
        value->ip = *ip;
}

static ALWAYS_INLINE void document_add_time(struct document *document, uint16_t field,
                                            int64_t time_ns)
{
    struct value *const value = document_add(document, field, VALUE_TIME, TRAIT_OF(VALUE_TIME, 0));
    if (value != NULL)
        value->integer = time_ns;
}

/* Begins one object of an array-of-objects field inside the current object; values go there until
 * it is ended. Returns the object that was current before, to be given to document_end_object.
 * Objects end in the reverse order of their beginning; an ended object is not begun again. */
uint32_t document_begin_object(struct document *document, uint16_t field);
void document_end_object(struct document *document, uint32_t outer);

/* Links the values that have been added since the last time. */
void document_link(const struct document *document);

static inline const struct document_links *document_links(const struct document *document)
{
    if (UNLIKELY(document->links->count != document->count))
        document_link(document);
    return document->links;
}

static inline bool document_has_bit(const uint64_t *bits, uint16_t field)
{
    return (bits[field / 64] >> (field % 64) & 1) != 0;
}

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
    const struct document_links *const links = document_links(document);
    if (!document_has_bit(links->present, field))
        return NULL;
    return &document->values[links->slots[field].head];
}

/* The first value of a field in the order in which they were added, in whatever object; NULL if
 * there is none. A search along all values, and no links: for a caller that wants one field. */
const struct value *document_find(const struct document *document, uint16_t field);

/* The next value of the same field in the same object as one that document_first has given; NULL
 * behind the last. */
static inline const struct value *document_next(const struct document *document,
                                                const struct value *value)
{
    return value->next == VALUE_NONE ? NULL : &document->values[value->next];
}

/* Index of a value, to be used as `object`. */
static inline uint32_t document_index(const struct document *document, const struct value *value)
{
    return (uint32_t)(value - document->values);
}

#endif
