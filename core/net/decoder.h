/* Frames to packets: link layers, IP, UDP and TCP streams. Knows nothing about what is carried.
 *
 * All memory is taken at decoder_new; when a table is full the oldest entry is dropped and
 * counted. Time is packet time only. */
#ifndef DNSIGHT_NET_DECODER_H
#define DNSIGHT_NET_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/net/frame.h"
#include "core/net/packet.h"

/* Named counters of everything that is not delivered: X-macro NET_COUNTER(name, text). */
#define NET_COUNTER_LIST(NET_COUNTER)                                                \
    NET_COUNTER(frames, "frames read")                                               \
    NET_COUNTER(link_unsupported, "frames of a link type that is not decoded")       \
    NET_COUNTER(not_ip, "frames that carry no IP packet")                            \
    NET_COUNTER(not_transport, "IP packets that carry neither UDP nor TCP")          \
    NET_COUNTER(other_port, "UDP and TCP packets between other ports")               \
    NET_COUNTER(bad_checksums, "wrong checksums of IPv4, UDP and TCP, if asked for") \
    NET_COUNTER(truncated, "packets cut inside a header")                            \
    NET_COUNTER(malformed, "packets with a header that contradicts itself")          \
    NET_COUNTER(reassembled, "IP packets put together from fragments")               \
    NET_COUNTER(fragments, "IP fragments of packets that stayed incomplete")         \
    NET_COUNTER(fragment_conflicts, "IP packets with unlike overlapping fragments")  \
    NET_COUNTER(udp, "UDP datagrams delivered")                                      \
    NET_COUNTER(icmp_errors, "ICMP errors about UDP datagrams on a wanted port")     \
    NET_COUNTER(tcp_segments, "TCP segments with payload")                           \
    NET_COUNTER(tcp_reordered, "TCP segments that came before their turn")           \
    NET_COUNTER(tcp_strays, "TCP segments dropped, far from their stream")           \
    NET_COUNTER(tcp_retransmitted, "TCP segments that brought nothing new")          \
    NET_COUNTER(tcp_gaps, "gaps in TCP streams")                                     \
    NET_COUNTER(tcp_evicted, "TCP streams forgotten because the table was full")

#define NET_COUNTER_FIELD(name, text) uint64_t name;
struct net_counters {
    NET_COUNTER_LIST(NET_COUNTER_FIELD)
};
#undef NET_COUNTER_FIELD

/* Called for each UDP datagram and for each run of in-order TCP octets on a wanted port.
 *
 * Returns how many octets of packet->payload it has finished with. For UDP the value is ignored.
 * For TCP the rest is kept (up to a limit) and given again, at the start of the payload, when more
 * octets of that direction arrive; PACKET_LOST says that all octets are done with because nothing
 * in them could be recognised after a gap, so that the next ones carry after_gap again. When
 * packet->is_cut the rest will never come and the value is ignored. */
typedef size_t (*packet_handler)(void *context, const struct packet *packet);

#define PACKET_LOST SIZE_MAX

/* Called for each ICMP error about a UDP datagram on a wanted port. `quoted` is the datagram as far
 * as the error repeats it: its payload may be empty. */
typedef void (*icmp_error_handler)(void *context, const struct packet *quoted,
                                   const struct icmp_error *error);

struct net_options {
    const uint16_t *ports;   /* wanted ports, either side; copied */
    size_t port_count;       /* 0 means every port */
    size_t tcp_streams_max;  /* directions of TCP connections followed at once; 0 means 8192 */
    size_t tcp_buffered_max; /* octets kept for one direction; at least 65,537 */
    size_t tcp_buffers;      /* directions for which octets are kept at once; 0 means 64 */
    size_t fragmented_max;   /* IP packets put together at once; 0 means 64 */
    bool counts_checksums;   /* looks at them; nothing is dropped because of a wrong one */
    icmp_error_handler error_handler; /* called with the same context; NULL: nobody asks */
};

struct net_decoder;

/* Makes a decoder that calls `handler` with `context`. Returns ST_OK and the decoder, which the
 * caller frees, or ST_NO_MEMORY. */
MUST_CHECK enum status net_decoder_new(const struct net_options *options, packet_handler handler,
                                       void *context, struct net_decoder **decoder);
void net_decoder_free(struct net_decoder *decoder);

/* Decodes one frame; calls the handler 0 to n times before it returns. */
void net_decoder_frame(struct net_decoder *decoder, const struct frame *frame);

/* Delivers what waits for octets that have not come, and forgets all streams: the end of a capture.
 * What comes after it is another recording. */
void net_decoder_finish(struct net_decoder *decoder);

/* The counters so far; live until the decoder is freed. */
const struct net_counters *net_decoder_counters(const struct net_decoder *decoder);

#endif
