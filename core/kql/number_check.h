/* Tests for numbers and booleans; results as in typed_check.h. */
#ifndef DNSIGHT_KQL_NUMBER_CHECK_H
#define DNSIGHT_KQL_NUMBER_CHECK_H

#include "core/kql/typed_check.h"

/* long, integer, short, byte. A number with a fraction or beyond the type equals nothing. */
MUST_CHECK enum status integer_check_equal(const struct check_context *c, enum field_type type,
                                           struct bytes value, struct value_check *check);
MUST_CHECK enum status integer_check_range(const struct check_context *c, enum field_type type,
                                           const struct check_bounds *bounds,
                                           struct value_check *check);

/* double, float, half_float: what is equal is rounded to the type first, bounds at most to float
 * (a half_float of 0.1 is below 0.1). */
MUST_CHECK enum status real_check_equal(const struct check_context *c, enum field_type type,
                                        struct bytes value, struct value_check *check);
MUST_CHECK enum status real_check_range(const struct check_context *c, enum field_type type,
                                        const struct check_bounds *bounds,
                                        struct value_check *check);

/* Exactly "true" or "false"; false is less. */
MUST_CHECK enum status boolean_check_range(const struct check_context *c,
                                           const struct check_bounds *bounds,
                                           struct value_check *check);

#endif
