#include "core/net/udp.h"

/* Octets of a UDP header. */
#define HEADER_LEN 8

enum layer udp_read(struct walk *w)
{
    struct net_decoder *const decoder = w->decoder;
    w->packet.source_port = cursor_u16(&w->in);
    w->packet.destination_port = cursor_u16(&w->in);
    const uint16_t len = cursor_u16(&w->in);
    cursor_skip(&w->in, 2); /* checksum */
    if (UNLIKELY(!cursor_ok(&w->in)))
        return walk_end(&decoder->counters.truncated);
    if (!walk_port_wanted(w))
        return LAYER_NONE;
    if (UNLIKELY(len != 0 && len < HEADER_LEN))
        return walk_end(&decoder->counters.malformed);

    if (LIKELY(len != 0))
        walk_limit(w, len - HEADER_LEN);
    w->packet.transport = PACKET_UDP;
    w->packet.payload = cursor_rest(&w->in);
    w->packet.is_cut = w->missing != 0;
    decoder->counters.udp++;
    (void)decoder->handler(decoder->context, &w->packet);
    return LAYER_NONE;
}
