/* What one value of a document must be: the clauses of an expression, made ready for one type of
 * field. */
#ifndef DNSIGHT_KQL_VALUE_CHECK_H
#define DNSIGHT_KQL_VALUE_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/ip.h"
#include "core/document/document.h"

enum value_check_kind {
    CHECK_ANY,           /* there is a value */
    CHECK_TEXT,          /* text: equal */
    CHECK_PIECES,        /* text: the pieces with anything between them */
    CHECK_TEXT_RANGE,    /* text: between the bounds, by octets */
    CHECK_INTEGER_RANGE, /* integers, times, booleans (false is 0): between the bounds */
    CHECK_DOUBLE_RANGE,  /* between the bounds; -0.0 lies below 0.0, as Lucene orders them */
    CHECK_IP_RANGE,      /* between the bounds, by octets */
    CHECK_WORDS,         /* text: one of its words is one of these */
    CHECK_PHRASE,        /* text: these words follow each other; looks at all values together */
    CHECK_WORD_PIECES,   /* text: one of its words is the pieces with anything between them */
    CHECK_WORD_RANGE,    /* text: one of its words is between the bounds */
};

/* Bounds of text. */
struct text_range {
    bool has_low;
    bool has_high;
    bool includes_low;
    bool includes_high;
    struct bytes low;
    struct bytes high;
};

struct value_check {
    enum value_check_kind kind;
    bool behind_key; /* text of a flattened field: look at what follows the key and its NUL */
    union {
        struct bytes text;
        struct {
            const struct bytes *texts; /* pieces or words */
            size_t text_count;
        };
        struct text_range range;
        struct {
            int64_t low; /* both included; of doubles: value_check_order */
            int64_t high;
        };
        struct {
            struct ip_address low_ip; /* both included */
            struct ip_address high_ip;
        };
    };
};

/* A double as an integer of the same order: negative numbers, -0.0, 0.0, positive ones, NaN. */
static inline int64_t value_check_order(double real)
{
    int64_t bits = 0;
    memcpy(&bits, &real, sizeof bits);
    return bits < 0 ? bits ^ INT64_MAX : bits;
}

/* True if one of the values that begin with `first` passes; `first` may be NULL. */
bool value_check_any(const struct value_check *check, const struct document *document,
                     const struct value *first);

/* True if the pieces, with anything between them, make up the text. */
bool value_check_pieces(const struct bytes *pieces, size_t count, struct bytes text);

/* True if the text is the pattern with anything in the place of each "*". */
bool value_check_pattern(struct bytes pattern, struct bytes text);

#endif
