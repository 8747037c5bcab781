#include "core/net/tcp.h"

#include "core/net/checksum.h"
#include "core/net/tcp_stream.h"

/* Octets of a TCP header without options. */
#define HEADER_LEN 20

enum layer tcp_read(struct walk *w)
{
    struct net_decoder *const decoder = w->decoder;
    struct tcp_segment segment = {0};
    const size_t from = w->in.pos;
    w->packet.source_port = cursor_u16(&w->in);
    w->packet.destination_port = cursor_u16(&w->in);
    segment.sequence = cursor_u32(&w->in);
    segment.acknowledged = cursor_u32(&w->in);
    const size_t header_len = (size_t)(cursor_u8(&w->in) >> 4) * 4;
    segment.flags = cursor_u8(&w->in);
    cursor_skip(&w->in, 6); /* window, checksum, urgent pointer */
    cursor_skip(&w->in, header_len > HEADER_LEN ? header_len - HEADER_LEN : 0); /* options */
    if (UNLIKELY(!cursor_ok(&w->in)))
        return walk_end(w, &decoder->counters.truncated);
    if (!walk_port_wanted(w))
        return walk_end(w, &decoder->counters.other_port);
    if (UNLIKELY(header_len < HEADER_LEN))
        return walk_end(w, &decoder->counters.malformed);
    /* Errors seldom quote more than a header, and a stream is not put together from them. */
    if (UNLIKELY(w->is_quoted))
        return walk_end(w, &decoder->counters.not_transport);
    if (UNLIKELY(decoder->counts_checksums))
        checksum_transport(w, from, 6);
    segment.payload = cursor_rest(&w->in);
    segment.missing = w->missing;
    w->packet.transport = PACKET_TCP;
    tcp_stream_segment(decoder, &w->packet, &segment);
    return LAYER_NONE;
}
