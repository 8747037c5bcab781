/* Tests for dates; results as in typed_test.h. */
#ifndef DNSIGHT_KQL_DATE_TEST_H
#define DNSIGHT_KQL_DATE_TEST_H

#include "core/kql/typed_test.h"

/* Bounds with Elasticsearch's roundings; a single date is the range from it to it ("2024-05-01" is
 * the whole day). */
MUST_CHECK enum status date_test_range(const struct test_context *c, bool is_nanos,
                                       const struct test_bounds *bounds, struct value_test *test);

#endif
