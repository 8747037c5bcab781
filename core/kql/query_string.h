/* Values with wildcards as Elasticsearch's query_string reads them: blanks divide them into terms,
 * AND, OR and NOT are operators, terms without an operator are alternatives. */
#ifndef DNSIGHT_KQL_QUERY_STRING_H
#define DNSIGHT_KQL_QUERY_STRING_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/kql/ast.h"

enum query_term_kind {
    TERM_TEXT,   /* text without a wildcard; neighbours without operators are one term */
    TERM_PIECES, /* texts with a wildcard between them */
    TERM_STAR,   /* a lone "*": any value */
};

enum query_occur {
    OCCUR_SHOULD,
    OCCUR_MUST,
    OCCUR_MUST_NOT,
};

struct query_term {
    enum query_term_kind kind;
    enum query_occur occur;
    bool is_phrase;
    struct bytes text;
    const struct bytes *pieces;
    size_t piece_count;
};

struct query_string {
    const struct query_term *terms;
    size_t count; /* at least one */
};

/* Reads a value with wildcards; the terms live on the arena. Returns ST_OK, ST_INVALID (an operator
 * stands where a term belongs), or ST_NO_MEMORY. */
MUST_CHECK enum status query_string_read(const struct kql_literal *value, struct arena *arena,
                                         struct query_string *query);

#endif
