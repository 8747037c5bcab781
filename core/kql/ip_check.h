/* Tests for IP addresses; results as in typed_check.h. */
#ifndef DNSIGHT_KQL_IP_CHECK_H
#define DNSIGHT_KQL_IP_CHECK_H

#include "core/kql/typed_check.h"

/* An address, however it is spelled, or a network ("10.0.0.0/8"; host bits do not matter). */
MUST_CHECK enum status ip_check_equal(const struct check_context *c, struct bytes value,
                                      struct value_check *check);

/* By the 16 octets, all of IPv4 lying inside ::ffff:0:0/96. */
MUST_CHECK enum status ip_check_range(const struct check_context *c,
                                      const struct check_bounds *bounds, struct value_check *check);

#endif
