/* Tests for dates; results as in typed_check.h. */
#ifndef DNSIGHT_KQL_DATE_CHECK_H
#define DNSIGHT_KQL_DATE_CHECK_H

#include "core/kql/typed_check.h"

/* Bounds with Elasticsearch's roundings; a single date is the range from it to it ("2024-05-01" is
 * the whole day). */
MUST_CHECK enum status date_check_range(const struct check_context *c, bool is_nanos,
                                        const struct check_bounds *bounds,
                                        struct value_check *check);

#endif
