#include "core/net/udp.h"

#include "core/net/checksum.h"
#include "core/net/icmp.h"

/* Octets of a UDP header. */
#define HEADER_LEN 8

/* Ports of tunnels, from IANA's registry; 8472 is what Linux takes for VXLAN unless told better. */
static const struct {
    uint16_t port;
    enum layer layer;
} TUNNELS[] = {
    {4789, LAYER_VXLAN}, {8472, LAYER_VXLAN},  {4790, LAYER_VXLAN}, {6081, LAYER_GENEVE},
    {2152, LAYER_GTP_U}, {3544, LAYER_TEREDO}, {1701, LAYER_L2TP},  {4754, LAYER_GRE},
};

void udp_remove_tunnel_ports(struct port_set *ports)
{
    for (size_t i = 0; i < ARRAY_LEN(TUNNELS); i++)
        port_set_remove(ports, TUNNELS[i].port);
}

static enum layer tunnel_layer(struct walk *w)
{
    for (size_t i = 0; i < ARRAY_LEN(TUNNELS); i++) {
        if (TUNNELS[i].port == w->packet.destination_port ||
            TUNNELS[i].port == w->packet.source_port)
            return TUNNELS[i].layer;
    }
    return walk_end(w, &w->decoder->counters.other_port);
}

enum layer udp_read(struct walk *w)
{
    struct net_decoder *const decoder = w->decoder;
    const size_t from = w->in.pos;
    w->packet.source_port = cursor_u16(&w->in);
    w->packet.destination_port = cursor_u16(&w->in);
    const uint16_t len = cursor_u16(&w->in);
    cursor_skip(&w->in, 2); /* checksum */
    if (UNLIKELY(!cursor_ok(&w->in)))
        return walk_end(w, &decoder->counters.truncated);
    if (LIKELY(len >= HEADER_LEN))
        walk_limit(w, len - HEADER_LEN);
    if (!walk_port_wanted(w))
        return tunnel_layer(w);
    const bool is_jumbogram = len == 0 && w->packet.is_ipv6;
    if (UNLIKELY(len < HEADER_LEN && !is_jumbogram))
        return walk_end(w, &decoder->counters.malformed);

    if (UNLIKELY(decoder->counts_checksums))
        checksum_transport(w, from, 17);
    w->packet.transport = PACKET_UDP;
    w->packet.payload = cursor_rest(&w->in);
    w->packet.is_cut = w->missing != 0;
    if (UNLIKELY(w->is_quoted)) {
        icmp_deliver(w);
        return LAYER_NONE;
    }
    decoder->counters.udp++;
    (void)decoder->handler(decoder->context, &w->packet);
    return LAYER_NONE;
}
