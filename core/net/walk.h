/* One frame on its way through the layers: what every layer of core/net reads from and writes to.
 * Internal to core/net. */
#ifndef DNSIGHT_NET_WALK_H
#define DNSIGHT_NET_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/cursor.h"
#include "core/base/macros.h"
#include "core/net/decoder.h"
#include "core/net/frame.h"
#include "core/net/packet.h"
#include "core/net/reassembly.h"
#include "core/net/tcp_table.h"

/* What can stand behind a header. decoder.c maps each to its reader. */
enum layer {
    LAYER_NONE, /* nothing more for us in this frame */
    LAYER_ETHERNET,
    LAYER_VLAN, /* from the tag control information on */
    LAYER_LLC,
    LAYER_MPLS,
    LAYER_NSH,
    LAYER_FDDI,
    LAYER_ARCNET,
    LAYER_SLL,
    LAYER_SLL2,
    LAYER_NULL,
    LAYER_LOOP,
    LAYER_NFLOG,
    LAYER_PPPOE,
    LAYER_PPP,
    LAYER_HDLC,
    LAYER_WLAN,
    LAYER_RADIOTAP,
    LAYER_IP, /* the version tells which */
    LAYER_IPV4,
    LAYER_IPV6,
    LAYER_UDP,
    LAYER_TCP,
    LAYER_ICMP,
    LAYER_ICMPV6,
    LAYER_GRE,
    LAYER_ERSPAN2,
    LAYER_ERSPAN3,
    LAYER_ETHERIP,
    LAYER_VXLAN,
    LAYER_GENEVE,
    LAYER_GTP_U,
    LAYER_TEREDO,
    LAYER_L2TP,
    LAYER_COUNT,
};

/* Ports as a set of bits. */
struct port_set {
    uint64_t words[65536 / 64];
};

static inline bool port_set_has(const struct port_set *set, uint16_t port)
{
    return (set->words[port / 64] >> (port % 64) & 1) != 0;
}

static inline void port_set_add(struct port_set *set, uint16_t port)
{
    set->words[port / 64] |= UINT64_C(1) << (port % 64);
}

static inline void port_set_remove(struct port_set *set, uint16_t port)
{
    set->words[port / 64] &= ~(UINT64_C(1) << (port % 64));
}

/* What lasts from frame to frame. */
struct net_decoder {
    struct net_counters counters;
    packet_handler handler;
    icmp_error_handler error_handler;
    void *context;
    struct tcp_table tcp;
    struct reassembly fragments;
    int32_t link_type; /* of the last frame, and the layer it starts with */
    enum layer link_layer;
    struct port_set wanted;
    bool counts_checksums;
    bool wants_all; /* wanted holds every port but those of tunnels */
};

struct walk {
    struct net_decoder *decoder;
    struct cursor in;        /* the current layer, up to where the outer headers say it ends */
    size_t missing;          /* octets that the headers promise behind the end of `in` */
    struct packet packet;    /* filled layer by layer */
    bool has_padded_header;  /* radiotap says so of the 802.11 header behind it */
    bool is_quoted;          /* the current layer is of a packet that an ICMP error quotes */
    struct icmp_error error; /* when is_quoted */
};

/* Reads one header from w->in and says what follows it. */
typedef enum layer (*layer_reader)(struct walk *w);

/* Ends the walk and counts why: because a header was cut off, if one was, or else as told. Readers
 * read on in a failed cursor and come here sooner or later. */
static inline enum layer walk_end(struct walk *w, uint64_t *counter)
{
    if (!cursor_ok(&w->in))
        counter = &w->decoder->counters.truncated;
    (*counter)++;
    return LAYER_NONE;
}

/* A header says that `len` more octets belong to its layer: what is behind them is padding, what
 * is not there was cut off. */
static inline void walk_limit(struct walk *w, size_t len)
{
    const size_t left = cursor_left(&w->in);
    if (len < left)
        w->in.in.len -= left - len;
    w->missing = len > left ? len - left : 0;
}

/* Records that what follows was carried by something. */
static inline void walk_tunnel(struct walk *w, enum tunnel_kind kind, uint32_t id)
{
    if (w->packet.tunnel_count < PACKET_TUNNELS_MAX)
        w->packet.tunnels[w->packet.tunnel_count++] = (struct packet_tunnel){kind, id};
}

/* True if one of the ports is wanted, or neither is a tunnel's where all are. */
static inline bool walk_port_wanted(const struct walk *w)
{
    const struct net_decoder *const d = w->decoder;
    const bool to = port_set_has(&d->wanted, w->packet.destination_port);
    const bool from = port_set_has(&d->wanted, w->packet.source_port);
    return d->wants_all ? to && from : to || from;
}

#endif
