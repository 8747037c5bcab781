/* SvcParams of SVCB and HTTPS records (RFC 9460, 2.2 and 7). */
#ifndef DNSIGHT_DNS_SVCB_H
#define DNSIGHT_DNS_SVCB_H

#include "core/dns/rdata_field.h"

/* Field printer: the rest as key=value pairs with spaces between them, keys by name where they
 * have one, else keyNNNNN="text" (RFC 9460, 2.1). Keys out of order, and values that do not fit
 * their key, are DEFECT_RDATA_INVALID. */
void svcb_params_print(struct rdata_walk *walk);

#endif
