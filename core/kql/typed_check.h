/* Values of an expression as checks for one field, by the field's type, as Elasticsearch would read
 * them.
 *
 * All functions return ST_OK and the check; ST_NOT_FOUND if no value can pass; ST_INVALID with
 * *error (its kind, message and hint) where Elasticsearch answers 400; ST_LIMIT with *error;
 * ST_NO_MEMORY. */
#ifndef DNSIGHT_KQL_TYPED_CHECK_H
#define DNSIGHT_KQL_TYPED_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/base/time_zone.h"
#include "core/document/data_view.h"
#include "core/kql/ast.h"
#include "core/kql/parser.h"
#include "core/kql/value_check.h"

struct check_context {
    struct arena *arena; /* texts and lists of the checks */
    int64_t now_ns;
    const struct time_zone *zone; /* that is sent along with dates; NULL: none */
    struct kql_error *error;
};

/* One bound, or two equal ones. */
struct check_bounds {
    bool has_low;
    bool has_high;
    bool includes_low;
    bool includes_high;
    struct bytes value; /* of each bound that there is */
};

/* The bounds of `field op value`. */
struct check_bounds check_bounds_of(enum kql_range_op op, struct bytes value);

/* Fills the error with a message about a value, which is quoted and cut when it is long. Returns
 * ST_INVALID. */
enum status check_refuse(const struct check_context *c, struct bytes value, const char *complaint,
                         const char *hint);

/* The value is equal: for text, one of its words (is_phrase: all of them in their order). The field
 * is not an alias. */
MUST_CHECK enum status typed_check_equal(const struct check_context *c,
                                         const struct data_view_field *field, struct bytes value,
                                         bool is_phrase, struct value_check *check);

/* The value is inside of bounds; of neither bound: there is one. */
MUST_CHECK enum status typed_check_range(const struct check_context *c,
                                         const struct data_view_field *field,
                                         const struct check_bounds *bounds,
                                         struct value_check *check);

/* The value, or one of its words, is made of pieces with anything between them. */
MUST_CHECK enum status typed_check_pieces(const struct check_context *c,
                                          const struct data_view_field *field,
                                          const struct bytes *pieces, size_t count,
                                          struct value_check *check);

/* True for types whose values Elasticsearch searches with a term: those that free text looks at. */
bool typed_check_is_searchable(enum field_type type);

#endif
