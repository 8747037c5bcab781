/* Segments of a few TCP connections, in any order, overlapping and lost. Octets say where they
 * belong, so that octets delivered in the wrong place are seen.
 *
 * Input: for each segment an octet of flags (bits 0-1: connection, 2: the other direction, 3: SYN,
 * 4: FIN, 5: RST, 6: ACK, 7: a second passes before it), two of sequence number, two of
 * acknowledgement, one of length, in units of 64 octets, and one of what becomes of them (bits
 * 0-6: octets that the handler leaves, 7: the end of the segment was not captured). */
#include <assert.h>

#include "core/base/cursor.h"
#include "core/base/time_text.h"
#include "core/net/decoder.h"
#include "core/net/tcp_stream.h"
#include "tests/fuzz/harness.h"

/* Segments lie about the wrap of sequence numbers. */
#define FIRST_SEQUENCE UINT32_C(0xffff8000)

#define SEGMENT_UNIT ((size_t)64)
#define SEGMENT_MAX  (255 * SEGMENT_UNIT)

struct streams {
    struct net_decoder *decoder;
    struct frame frame;
    size_t left_behind; /* octets that the handler does not take */
};

/* Neighbours differ by one: octets that follow each other in a stream do so here. */
static uint8_t octet_at(uint32_t sequence)
{
    return (uint8_t)(sequence % 251);
}

static size_t take(void *context, const struct packet *packet)
{
    const struct streams *const streams = context;
    const struct bytes payload = packet->payload;
    assert(payload.len > 0 && packet->frame != NULL);
    for (size_t i = 1; i < payload.len; i++) {
        const unsigned before = payload.data[i - 1];
        /* 2^32 is no multiple of 251: the wrap is the one place where two neighbours are. */
        assert(payload.data[i] == (before + 1) % 251 ||
               (payload.data[i] == 0 && before == octet_at(UINT32_MAX)));
    }
    if (packet->after_gap && streams->left_behind % 3 == 1)
        return PACKET_LOST;
    return payload.len > streams->left_behind ? payload.len - streams->left_behind : 0;
}

static void send(struct streams *streams, uint8_t flags, struct cursor *c)
{
    static uint8_t octets[SEGMENT_MAX];
    struct packet packet = {.transport = PACKET_TCP, .frame = &streams->frame};
    struct tcp_segment segment = {
        .sequence = FIRST_SEQUENCE + cursor_u16(c),
        .flags = (uint8_t)((flags & 8 ? TCP_SYN : 0) | (flags & 0x10 ? TCP_FIN : 0) |
                           (flags & 0x20 ? TCP_RST : 0) | (flags & 0x40 ? TCP_ACK : 0)),
    };
    segment.acknowledged = FIRST_SEQUENCE + cursor_u16(c);
    const size_t len = cursor_u8(c) * SEGMENT_UNIT;
    const uint8_t fate = cursor_u8(c);
    const bool is_turned = (flags & 4) != 0;
    packet.source.octets[15] = is_turned ? 53 : 1;
    packet.destination.octets[15] = is_turned ? 1 : 53;
    packet.source_port = is_turned ? 53 : 40000;
    packet.destination_port = is_turned ? 40000 : 53;
    (is_turned ? &packet.destination : &packet.source)->octets[14] = flags & 3;
    const uint32_t first = segment.sequence + ((flags & 8) != 0 ? 1 : 0);
    for (size_t i = 0; i < len; i++)
        octets[i] = octet_at(first + (uint32_t)i);
    segment.missing = (fate & 0x80) != 0 ? len / 2 : 0;
    segment.payload = (struct bytes){octets, len - segment.missing};
    streams->left_behind = fate & 0x7fU;
    streams->frame.number++;
    streams->frame.time_ns += (flags & 0x80) != 0 ? NS_PER_S : NS_PER_MS;
    tcp_stream_segment(streams->decoder, &packet, &segment);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t PORTS[] = {53};
    static struct streams streams; /* made once: its memory is large */
    const struct net_options options = {
        .ports = PORTS, .port_count = 1, .tcp_streams_max = 4, .tcp_buffers = 2};
    if (streams.decoder == NULL &&
        net_decoder_new(&options, take, &streams, &streams.decoder) != ST_OK)
        return 0;
    struct cursor c = cursor_of((struct bytes){data, size});
    while (cursor_left(&c) >= 7) {
        const uint8_t flags = cursor_u8(&c);
        send(&streams, flags, &c);
    }
    net_decoder_finish(streams.decoder);
    return 0;
}
