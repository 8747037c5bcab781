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
    VALUE_TEXT,    /* keyword, text, constant_keyword, wildcard, flattened */
    VALUE_INTEGER, /* long, integer, short, byte */
    VALUE_DOUBLE,  /* double, float, half_float */
    VALUE_BOOLEAN,
    VALUE_IP,
    VALUE_TIME,   /* date, date_nanos */
    VALUE_OBJECT, /* one object of an array of objects */
};

struct value {
    uint16_t field; /* index in the data view */
    enum value_kind kind;
    uint32_t next; /* next value of the same field in the same object; VALUE_NONE at the end */
    union {
        struct bytes text;    /* on the document's arena, or static */
        int64_t integer;      /* also times, nanoseconds since 1970 */
        double real;
        bool boolean;
        struct ip_address ip;
        struct {
            uint32_t first; /* first and last of the object's own values, which are linked */
            uint32_t last;  /* by `sibling` in the order they were added */
        } object;
    };
    uint32_t sibling; /* next value of the same object (any field); VALUE_NONE at the end */
};

/* Owned by the thread that uses it; reused for one document after the other. */
struct document {
    const struct data_view *view; /* borrowed */
    struct arena arena;           /* texts of the current document */
    struct value *values;         /* owned array */
    uint32_t count;
    uint32_t cap;
    uint32_t *head;   /* per field of the view: first root value, or VALUE_NONE */
    uint32_t *tail;   /* per field: last root value */
    uint64_t *present; /* bit per field: the root has a value of it */
    uint32_t object;   /* object that values are added to, or VALUE_NONE for the root */
    uint32_t dropped;  /* values left out because a maximum was reached */
};

/* Prepares an empty document over a data view; `arena_max` bounds the octets of its texts.
 * Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status document_init(struct document *document, const struct data_view *view,
                                     size_t arena_max);
void document_release(struct document *document);

/* Removes all values, keeps the memory. */
void document_reset(struct document *document);

/* Each adds one value to a field of the current object (the root unless begun otherwise). When a
 * maximum is reached the value is counted in `dropped` instead. */
void document_add_text(struct document *document, uint16_t field, struct bytes text); /* copies */
void document_add_static(struct document *document, uint16_t field, const char *text); /* borrows */
void document_add_borrowed(struct document *document, uint16_t field, struct bytes text);
void document_add_integer(struct document *document, uint16_t field, int64_t integer);
void document_add_double(struct document *document, uint16_t field, double real);
void document_add_boolean(struct document *document, uint16_t field, bool boolean);
void document_add_ip(struct document *document, uint16_t field, const struct ip_address *ip);
void document_add_time(struct document *document, uint16_t field, int64_t time_ns);

/* Begins one object of an array-of-objects field inside the current object; values go there until
 * it is ended. Returns the object that was current before, to be given to document_end_object. */
uint32_t document_begin_object(struct document *document, uint16_t field);
void document_end_object(struct document *document, uint32_t outer);

/* The first value of a field in the root (object VALUE_NONE) or in an object; NULL if it has none.
 * In an object this is a search along its values. */
const struct value *document_first(const struct document *document, uint32_t object,
                                   uint16_t field);
/* The next value of the same field in the same object; NULL behind the last. */
const struct value *document_next(const struct document *document, const struct value *value);

/* Index of a value, to be used as `object`. */
static inline uint32_t document_index(const struct document *document, const struct value *value)
{
    return (uint32_t)(value - document->values);
}

#endif
