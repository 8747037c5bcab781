/* What a frame carries for us: one UDP payload, or octets of one direction of a TCP connection. */
#ifndef DNSIGHT_NET_PACKET_H
#define DNSIGHT_NET_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/ip.h"
#include "core/net/frame.h"

enum packet_transport {
    PACKET_UDP,
    PACKET_TCP,
};

/* What can lie around the innermost IP packet: X-macro TUNNEL(name, text). */
#define TUNNEL_LIST(TUNNEL)  \
    TUNNEL(MPLS, "mpls")     \
    TUNNEL(PPPOE, "pppoe")   \
    TUNNEL(GRE, "gre")       \
    TUNNEL(ERSPAN, "erspan") \
    TUNNEL(VXLAN, "vxlan")   \
    TUNNEL(GENEVE, "geneve") \
    TUNNEL(NSH, "nsh")       \
    TUNNEL(GTP_U, "gtp-u")   \
    TUNNEL(TEREDO, "teredo") \
    TUNNEL(L2TP, "l2tp")     \
    TUNNEL(4IN4, "4in4")     \
    TUNNEL(6IN4, "6in4")     \
    TUNNEL(4IN6, "4in6")     \
    TUNNEL(6IN6, "6in6")     \
    TUNNEL(ETHERIP, "etherip")

#define TUNNEL_ENUM(name, text) TUNNEL_##name,
enum tunnel_kind { TUNNEL_LIST(TUNNEL_ENUM) TUNNEL_COUNT };
#undef TUNNEL_ENUM

struct packet_tunnel {
    enum tunnel_kind kind;
    uint32_t id; /* label, session, key, network or tunnel identifier; 0 where there is none */
};

/* Tunnels that are recorded; deeper ones are decoded and not recorded. */
#define PACKET_TUNNELS_MAX 6

/* The innermost addresses, when tunnels are nested. */
struct packet {
    struct ip_address source;
    struct ip_address destination;
    uint16_t source_port;
    uint16_t destination_port;
    enum packet_transport transport;
    bool is_ipv6;
    bool has_vlan;
    uint16_t vlan_id;       /* outermost VLAN identifier, when has_vlan */
    uint16_t inner_vlan_id; /* innermost VLAN identifier, when has_inner_vlan */
    bool has_inner_vlan;
    struct bytes payload; /* borrowed from the frame or a reassembly buffer */
    bool is_cut;          /* the payload is shorter than its headers promise (snap length) */
    bool has_overlap;     /* put together from IP fragments that overlap and differ */
    bool after_gap;       /* TCP: octets of the stream before these were lost */
    const struct frame
        *frame;            /* the frame that completed it; without octets if others came since */
    unsigned tunnel_count; /* at most PACKET_TUNNELS_MAX */
    struct packet_tunnel tunnels[PACKET_TUNNELS_MAX]; /* outermost first */
};

/* What ICMP says of a packet that it sends back: X-macro ICMP_REASON(name, text). */
#define ICMP_REASON_LIST(ICMP_REASON)                         \
    ICMP_REASON(NETWORK_UNREACHABLE, "network_unreachable")   \
    ICMP_REASON(HOST_UNREACHABLE, "host_unreachable")         \
    ICMP_REASON(PROTOCOL_UNREACHABLE, "protocol_unreachable") \
    ICMP_REASON(PORT_UNREACHABLE, "port_unreachable")         \
    ICMP_REASON(PROHIBITED, "prohibited") /* by a filter */   \
    ICMP_REASON(TOO_BIG, "too_big")                           \
    ICMP_REASON(TIME_EXCEEDED, "time_exceeded")               \
    ICMP_REASON(PARAMETER_PROBLEM, "parameter_problem")

#define ICMP_REASON_ENUM(name, text) ICMP_##name,
enum icmp_reason { ICMP_REASON_LIST(ICMP_REASON_ENUM) ICMP_REASON_COUNT };
#undef ICMP_REASON_ENUM

/* The text of a reason; static storage. */
const char *icmp_reason_text(enum icmp_reason reason);

struct icmp_error {
    enum icmp_reason reason;
    struct ip_address reporter; /* who sent the error */
};

/* The name of a kind of tunnel, lower case; static storage. */
const char *packet_tunnel_name(enum tunnel_kind kind);

#endif
