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
    LAYER_SLL,
    LAYER_SLL2,
    LAYER_NULL,
    LAYER_LOOP,
    LAYER_IP, /* the version tells which */
    LAYER_IPV4,
    LAYER_IPV6,
    LAYER_UDP,
    LAYER_TCP,
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

/* What lasts from frame to frame. */
struct net_decoder {
    struct net_counters counters;
    packet_handler handler;
    void *context;
    struct tcp_table tcp;
    struct reassembly fragments;
    int32_t link_type; /* of the last frame, and the layer it starts with */
    enum layer link_layer;
    struct port_set wanted;
};

struct walk {
    struct net_decoder *decoder;
    struct cursor in;     /* the current layer, up to where the outer headers say it ends */
    size_t missing;       /* octets that the headers promise behind the end of `in` */
    struct packet packet; /* filled layer by layer */
};

/* Reads one header from w->in and says what follows it. */
typedef enum layer (*layer_reader)(struct walk *w);

/* Ends the walk and counts why. */
static inline enum layer walk_end(uint64_t *counter)
{
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

/* True if one of the ports is wanted; else the packet is counted as somebody else's. */
static inline bool walk_port_wanted(const struct walk *w)
{
    const struct port_set *const wanted = &w->decoder->wanted;
    if (LIKELY(port_set_has(wanted, w->packet.destination_port) ||
               port_set_has(wanted, w->packet.source_port)))
        return true;
    w->decoder->counters.other_port++;
    return false;
}

#endif
