/* Which world a lookup belongs to: of its name (`lookup.scope`) and of its addresses
 * (`network.direction`). */
#ifndef DNSIGHT_DOCUMENT_SCOPE_H
#define DNSIGHT_DOCUMENT_SCOPE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"
#include "core/base/ip.h"

struct scope_input {
    struct bytes name; /* lower case, presentation format */
    unsigned labels;
    bool is_public;   /* its public suffix has a rule in the list */
    bool is_expanded; /* a search list made this name */
    const struct bytes *internal_domains;
    size_t internal_domain_count;
};

/* internal, external, reverse, search or single_label; static storage. A name below a configured
 * internal domain, or below a suffix that the public suffix list does not know (cluster.local,
 * corp.test), is internal. */
struct bytes scope_name(const struct scope_input *input);

/* ECS network.direction as an outside observer can tell it: internal, outbound, inbound or
 * external, by whether the client's and the server's addresses are private (RFC 1918, RFC 4193,
 * RFC 6598, link-local, loopback); static storage. */
struct bytes scope_direction(const struct ip_address *client, const struct ip_address *server);

#endif
