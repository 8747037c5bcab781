/* Tests for IP addresses; results as in typed_test.h. */
#ifndef DNSIGHT_KQL_IP_TEST_H
#define DNSIGHT_KQL_IP_TEST_H

#include "core/kql/typed_test.h"

/* An address, however it is spelled, or a network ("10.0.0.0/8"; host bits do not matter). */
MUST_CHECK enum status ip_test_equal(const struct test_context *c, struct bytes value,
                                     struct value_test *test);

/* By the 16 octets, all of IPv4 lying inside ::ffff:0:0/96. */
MUST_CHECK enum status ip_test_range(const struct test_context *c, const struct test_bounds *bounds,
                                     struct value_test *test);

#endif
