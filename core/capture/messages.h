/* Packets to DNS messages: the step that documents (lookups.h) and the listing of messages share.
 * It is inline so that each of them calls its own handler directly: this is the hot path. */
#ifndef DNSIGHT_CAPTURE_MESSAGES_H
#define DNSIGHT_CAPTURE_MESSAGES_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/dns/defect.h"
#include "core/dns/message.h"
#include "core/dns/protocol.h"
#include "core/dns/stream.h"
#include "core/net/decoder.h"
#include "core/net/packet.h"

/* Directions of TCP connections followed at once, and octets kept of one that waits for the rest
 * of a message: the longest message and its length. */
#define MESSAGES_TCP_STREAMS_MAX  1024
#define MESSAGES_TCP_BUFFERED_MAX (65535 + DNS_STREAM_LENGTH_LEN)

/* Called for each message; packet and message die when it returns. A message that is too short for
 * a header has DEFECT_HEADER_SHORT and nothing else to read. */
typedef void (*message_handler)(void *context, const struct packet *packet,
                                const struct dns_message *message);

/* mDNS asks several questions at once and answers none (RFC 6762, 5.3 and 6), and takes the top bit
 * of a class for a flag (5.4 and 10.2). */
static inline void messages_allow_mdns(struct dns_message *message)
{
    message->defects &= ~(DEFECT_BIT(DEFECT_QUESTION_MANY) | DEFECT_BIT(DEFECT_QUESTION_NONE));
    message->class_mask = 0x7fff;
}

static ALWAYS_INLINE void messages_give(const struct packet *packet, struct bytes octets,
                                        bool is_cut, message_handler handler, void *context)
{
    struct dns_message message;
    const enum status status = dns_message_read(octets, &message);
    assert(status == ST_OK || message.defects == DEFECT_BIT(DEFECT_HEADER_SHORT));
    if (UNLIKELY(is_cut))
        message.defects |= DEFECT_BIT(DEFECT_CAPTURE_CUT);
    if (UNLIKELY(packet->has_overlap))
        message.defects |= DEFECT_BIT(DEFECT_FRAGMENT_OVERLAP);
    if (dns_protocol_of(packet->source_port, packet->destination_port) == PROTOCOL_MDNS)
        messages_allow_mdns(&message);
    handler(context, packet, &message);
}

/* True if a packet between any ports carries messages: by its ports if one of them is known, else
 * by its octets. If not, *taken is what a packet_handler has to return. */
static inline bool messages_recognise(const struct packet *packet, size_t *taken)
{
    const bool is_udp = packet->transport == PACKET_UDP;
    bool is_short = false;
    *taken = is_udp ? packet->payload.len : PACKET_LOST;
    if (dns_port_is_known(packet->source_port) || dns_port_is_known(packet->destination_port))
        return true;
    if (packet->source_port == NETBIOS_PORT || packet->destination_port == NETBIOS_PORT)
        return false;
    if (is_udp)
        return dns_message_recognise(packet->payload);
    /* After a gap a plausible place is looked for anyway. */
    if (packet->after_gap || dns_stream_recognise(packet->payload, &is_short))
        return true;
    *taken = is_short && !packet->is_cut ? 0 : PACKET_LOST;
    return false;
}

/* Gives the messages of a packet to the handler. Returns what a packet_handler has to return: the
 * octets used. */
static ALWAYS_INLINE size_t messages_of_packet(const struct packet *packet, message_handler handler,
                                               void *context)
{
    if (packet->transport == PACKET_UDP) {
        if (packet->payload.len > 0)
            messages_give(packet, packet->payload, packet->is_cut, handler, context);
        return packet->payload.len;
    }
    struct dns_stream stream;
    if (!dns_stream_begin(&stream, packet->payload, packet->after_gap, packet->is_cut))
        return PACKET_LOST;
    struct bytes octets;
    bool is_whole = true;
    while (dns_stream_next(&stream, &octets, &is_whole))
        messages_give(packet, octets, !is_whole, handler, context);
    return stream.at;
}

#endif
