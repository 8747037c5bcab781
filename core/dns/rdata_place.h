/* Fields that hold addresses and places in forms of their own. */
#ifndef DNSIGHT_DNS_RDATA_PLACE_H
#define DNSIGHT_DNS_RDATA_PLACE_H

#include "core/dns/rdata_field.h"

/* FIELD(kind, printer), as in rdata_field.h. */
#define RDATA_PLACE_LIST(FIELD)                                                                   \
    /* Version, size, precisions, latitude, longitude, altitude (RFC 1876, 2 and 3). */           \
    FIELD(LOCATION, rdata_place_location)                                                         \
    /* The rest: a set of ports (RFC 1035, 3.4.2). */                                             \
    FIELD(PORTS, rdata_place_ports)                                                               \
    /* Prefix length, address suffix and, unless the length is 0, a name (RFC 2874, 3.1). */      \
    FIELD(A6, rdata_place_a6)                                                                     \
    /* The rest: [!]family:address/prefix (RFC 3123, 5). */                                       \
    FIELD(ADDRESS_PREFIXES, rdata_place_address_prefixes)                                         \
    /* The rest: +digits (E.164) or hexadecimal (ATM Name System, 3.2). */                        \
    FIELD(ATM_ADDRESS, rdata_place_atm_address)                                                   \
    /* Gateway type, algorithm, gateway (RFC 4025, 2). */                                         \
    FIELD(IPSEC_GATEWAY, rdata_place_ipsec_gateway)                                               \
    /* Discovery bit, relay type, relay (RFC 8777, 4.2). */                                       \
    FIELD(AMT_RELAY, rdata_place_amt_relay)                                                       \
    /* HIT length, algorithm, key length, HIT, key; printed algorithm, HIT, key (RFC 8005, 5). */ \
    FIELD(HOST_IDENTITY, rdata_place_host_identity)                                               \
    /* Four groups of hexadecimal digits with colons (RFC 6742, 2). */                            \
    FIELD(LOCATOR64, rdata_place_locator64)                                                       \
    /* Pairs of hexadecimal digits with hyphens (RFC 7043, 3.2 and 4.2). */                       \
    FIELD(EUI48, rdata_place_eui48)                                                               \
    FIELD(EUI64, rdata_place_eui64)

#define RDATA_FIELD_DECLARE(kind, printer) void printer(struct rdata_walk *walk);
RDATA_PLACE_LIST(RDATA_FIELD_DECLARE)
#undef RDATA_FIELD_DECLARE

#endif
