/* The protocols whose packets are DNS messages; their ports tell them apart. */
#ifndef DNSIGHT_DNS_PROTOCOL_H
#define DNSIGHT_DNS_PROTOCOL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/bytes.h"

#define DNS_PORT   53   /* RFC 1035, 4.2 */
#define MDNS_PORT  5353 /* RFC 6762, 3 */
#define LLMNR_PORT 5355 /* RFC 4795, 2 */

/* DNS_PROTOCOL(NAME, "network.protocol") */
#define DNS_PROTOCOL_LIST(DNS_PROTOCOL) \
    DNS_PROTOCOL(DNS, "dns")            \
    DNS_PROTOCOL(MDNS, "mdns")          \
    DNS_PROTOCOL(LLMNR, "llmnr")

#define DNS_PROTOCOL_ENUM(name, text) PROTOCOL_##name,
enum dns_protocol { DNS_PROTOCOL_LIST(DNS_PROTOCOL_ENUM) };
#undef DNS_PROTOCOL_ENUM

/* Either side's port decides, in any order. A resolver may send its queries from any port, 5353
 * and 5355 among them: port 53 on the other side makes them DNS. */
static inline enum dns_protocol dns_protocol_of(uint16_t port, uint16_t other_port)
{
    if (port == DNS_PORT || other_port == DNS_PORT)
        return PROTOCOL_DNS;
    if (port == MDNS_PORT || other_port == MDNS_PORT)
        return PROTOCOL_MDNS;
    return port == LLMNR_PORT || other_port == LLMNR_PORT ? PROTOCOL_LLMNR : PROTOCOL_DNS;
}

/* NetBIOS names (RFC 1002, 4.2): laid out as messages are, and none. */
#define NETBIOS_PORT 137

/* True for the ports of the three protocols. */
static inline bool dns_port_is_known(uint16_t port)
{
    return port == DNS_PORT || port == MDNS_PORT || port == LLMNR_PORT;
}

/* The name that network.protocol has; static storage. */
const char *dns_protocol_name(enum dns_protocol protocol);
struct bytes dns_protocol_text(enum dns_protocol protocol);

#endif
