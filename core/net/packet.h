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

/* The innermost addresses, when tunnels are nested. */
struct packet {
    struct ip_address source;
    struct ip_address destination;
    uint16_t source_port;
    uint16_t destination_port;
    enum packet_transport transport;
    bool is_ipv6;
    bool has_vlan;
    uint16_t vlan_id;     /* outermost VLAN identifier, when has_vlan */
    struct bytes payload; /* borrowed from the frame or a reassembly buffer */
    bool is_cut;          /* the payload is shorter than its headers promise (snap length) */
    bool after_gap;       /* TCP: octets of the stream before these were lost */
    const struct frame
        *frame; /* the frame that completed it; without octets if others came since */
};

#endif
