/* Tests for numbers and booleans; results as in typed_test.h. */
#ifndef DNSIGHT_KQL_NUMBER_TEST_H
#define DNSIGHT_KQL_NUMBER_TEST_H

#include "core/kql/typed_test.h"

/* long, integer, short, byte. A number with a fraction or beyond the type equals nothing. */
MUST_CHECK enum status integer_test_equal(const struct test_context *c, enum field_type type,
                                          struct bytes value, struct value_test *test);
MUST_CHECK enum status integer_test_range(const struct test_context *c, enum field_type type,
                                          const struct test_bounds *bounds,
                                          struct value_test *test);

/* double, float, half_float: what is equal is rounded to the type first, bounds at most to float
 * (a half_float of 0.1 is below 0.1). */
MUST_CHECK enum status real_test_equal(const struct test_context *c, enum field_type type,
                                       struct bytes value, struct value_test *test);
MUST_CHECK enum status real_test_range(const struct test_context *c, enum field_type type,
                                       const struct test_bounds *bounds, struct value_test *test);

/* Exactly "true" or "false"; false is less. */
MUST_CHECK enum status boolean_test_range(const struct test_context *c,
                                          const struct test_bounds *bounds,
                                          struct value_test *test);

#endif
