/* Values of an expression as tests for one field, by the field's type, as Elasticsearch would read
 * them.
 *
 * All functions return ST_OK and the test; ST_NOT_FOUND if no value can pass; ST_INVALID with
 * *error (its kind, message and hint) where Elasticsearch answers 400; ST_LIMIT with *error;
 * ST_NO_MEMORY. */
#ifndef DNSIGHT_KQL_TYPED_TEST_H
#define DNSIGHT_KQL_TYPED_TEST_H

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
#include "core/kql/value_test.h"

struct test_context {
    struct arena *arena; /* texts and lists of the tests */
    int64_t now_ns;
    const struct time_zone *zone; /* that is sent along with dates; NULL: none */
    struct kql_error *error;
};

/* One bound, or two equal ones. */
struct test_bounds {
    bool has_low;
    bool has_high;
    bool includes_low;
    bool includes_high;
    struct bytes value; /* of each bound that there is */
};

/* The bounds of `field op value`. */
struct test_bounds test_bounds_of(enum kql_range_op op, struct bytes value);

/* Fills the error with a message about a value, which is quoted and cut when it is long. Returns
 * ST_INVALID. */
enum status test_refuse(const struct test_context *c, struct bytes value, const char *complaint,
                        const char *hint);

/* The value is equal: for text, one of its words (is_phrase: all of them in their order). The field
 * is not an alias. */
MUST_CHECK enum status typed_test_equal(const struct test_context *c,
                                        const struct data_view_field *field, struct bytes value,
                                        bool is_phrase, struct value_test *test);

/* The value is inside of bounds; of neither bound: there is one. */
MUST_CHECK enum status typed_test_range(const struct test_context *c,
                                        const struct data_view_field *field,
                                        const struct test_bounds *bounds, struct value_test *test);

/* The value, or one of its words, is made of pieces with anything between them. */
MUST_CHECK enum status typed_test_pieces(const struct test_context *c,
                                         const struct data_view_field *field,
                                         const struct bytes *pieces, size_t count,
                                         struct value_test *test);

/* True for types whose values Elasticsearch searches with a term: those that free text looks at. */
bool typed_test_is_searchable(enum field_type type);

#endif
