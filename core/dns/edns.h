/* EDNS options (RFC 6891, 6.1.2, and the IANA registry of option codes). */
#ifndef DNSIGHT_DNS_EDNS_H
#define DNSIGHT_DNS_EDNS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/dns/message.h"
#include "core/dns/rdata_field.h"

/* Option codes that the code itself must know. */
#define EDNS_OPTION_NSID          3U
#define EDNS_OPTION_CLIENT_SUBNET 8U
#define EDNS_OPTION_COOKIE        10U
#define EDNS_OPTION_EDE           15U

/* Finds the first option with this code; *data is a view of the message. False if there is none,
 * or no EDNS. */
bool edns_option_find(const struct dns_edns *edns, uint16_t code, struct bytes *data);

/* The data of a client subnet option as "address/source prefix length" (RFC 7871, 6), such as
 * 192.0.2.0/24; the scope prefix length is left out. Returns ST_OK, or ST_MALFORMED with nothing
 * appended. */
MUST_CHECK enum status edns_client_subnet_print(struct bytes data, struct buf *out);

/* The data of a cookie option (RFC 7873), client and server part in one, in hexadecimal. */
void edns_cookie_print(struct bytes data, struct buf *out);

/* The data of an NSID option (RFC 5001): as it is if it is printable ASCII, else hexadecimal. */
void edns_nsid_print(struct bytes data, struct buf *out);

/* An extended DNS error (RFC 8914, 2). */
struct edns_ede {
    uint16_t info_code; /* dns_ede_purpose has its words */
    struct bytes
        extra_text; /* UTF-8 if the sender keeps to the RFC; often empty; a view of the data */
};

/* Reads the data of an extended DNS error option. Returns ST_OK, or ST_TRUNCATED. */
MUST_CHECK enum status edns_ede_read(struct bytes data, struct edns_ede *ede);

/* Any option as option=value, by name where it has one, else optNNNNN=HEX. For example
 *
 *   client-subnet=192.0.2.0/24/0 or ede=22,"No Reachable Authority","at 192.0.2.53"
 *
 * (the scope prefix length is shown here). Returns false if the data contradicts the option; the
 * value is in hexadecimal then. */
bool edns_option_print(const struct edns_option *option, struct buf *out);

/* Field printer: the rest as options with spaces between them. One that contradicts its length is
 * DEFECT_EDNS_OPTION. */
void edns_options_print(struct rdata_walk *walk);

#endif
