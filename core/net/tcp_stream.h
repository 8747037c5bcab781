/* From segments to the octets of a stream, in order and without what came twice. Internal to
 * core/net.
 *
 * A segment that comes before its turn waits until the missing octets come. They are given up, and
 * the octets behind them delivered with packet.after_gap, when the other end acknowledges them (it
 * has them, the capture has not), when they are late by a second of packet time, when too many
 * segments wait, and when the connection ends. */
#ifndef DNSIGHT_NET_TCP_STREAM_H
#define DNSIGHT_NET_TCP_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/net/decoder.h"
#include "core/net/packet.h"

/* Control bits (RFC 9293, 3.1). */
enum {
    TCP_FIN = 0x01,
    TCP_SYN = 0x02,
    TCP_RST = 0x04,
    TCP_ACK = 0x10,
};

struct tcp_segment {
    uint32_t sequence;
    uint32_t acknowledged; /* meaningful with TCP_ACK */
    uint8_t flags;
    struct bytes payload;
    size_t missing; /* octets of the segment behind payload that were not captured */
};

/* Takes a segment on a wanted port; calls the handler 0 to n times. */
void tcp_stream_segment(struct net_decoder *d, const struct packet *packet,
                        const struct tcp_segment *segment);

/* Delivers what waits in all streams, the oldest first, and forgets them. */
void tcp_stream_finish(struct net_decoder *d);

#endif
