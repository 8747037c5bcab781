/* Frames of one link type through the decoder, several of them, so that streams and fragments meet.
 *
 * Input: an octet that picks the link type; then frames, each with two octets of length, one of
 * flags (bit 0: a second passes before it, bit 1: more octets were on the wire) and its octets. */
#include <assert.h>
#include <stdlib.h>

#include "core/base/cursor.h"
#include "core/base/macros.h"
#include "core/base/time_text.h"
#include "core/net/decoder.h"
#include "tests/fuzz/harness.h"

static const int32_t LINK_TYPES[] = {1, 0,  101, 108, 113, 228, 229, 276,
                                     9, 10, 51,  104, 105, 127, 129, 239};

/* Reads every octet and takes whole messages of two octets of length. */
static size_t take(void *context, const struct packet *packet)
{
    uint64_t *const sum = context;
    struct cursor c = cursor_of(packet->payload);
    for (size_t i = 0; i < packet->payload.len; i++)
        *sum += packet->payload.data[i];
    *sum += packet->frame->number + packet->source.octets[15] + packet->destination.octets[15];
    assert(packet->transport == PACKET_TCP || !packet->after_gap);
    size_t taken = 0;
    while (cursor_ok(&c)) {
        taken = c.pos;
        const uint16_t len = cursor_u16(&c);
        if (packet->after_gap && len > 1000)
            return PACKET_LOST;
        cursor_skip(&c, len);
    }
    return taken;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t PORTS[] = {53};
    const struct net_options options = {.ports = PORTS,
                                        .port_count = 1,
                                        .tcp_streams_max = 8,
                                        .tcp_buffers = 2,
                                        .fragmented_max = 4};
    uint64_t sum = 0;
    struct net_decoder *decoder = NULL;
    if (net_decoder_new(&options, take, &sum, &decoder) != ST_OK)
        return 0;
    struct cursor c = cursor_of((struct bytes){data, size});
    struct frame frame = {.link_type = LINK_TYPES[cursor_u8(&c) % ARRAY_LEN(LINK_TYPES)]};
    while (cursor_left(&c) > 3) {
        const uint16_t len = cursor_u16(&c);
        const uint8_t flags = cursor_u8(&c);
        const size_t left = cursor_left(&c);
        frame.octets = cursor_take(&c, len < left ? len : left);
        frame.wire_len = (uint32_t)frame.octets.len + ((flags & 2) != 0 ? 100 : 0);
        frame.time_ns += (flags & 1) != 0 ? NS_PER_S : NS_PER_MS;
        frame.number++;
        /* A copy of its own, so that the sanitizer sees a read past the end. */
        uint8_t *const copy = malloc(frame.octets.len == 0 ? 1 : frame.octets.len);
        if (copy == NULL)
            break;
        if (frame.octets.len > 0)
            memcpy(copy, frame.octets.data, frame.octets.len);
        frame.octets.data = copy;
        net_decoder_frame(decoder, &frame);
        free(copy);
    }
    net_decoder_finish(decoder);
    const struct net_counters *const counters = net_decoder_counters(decoder);
    assert(counters->frames == frame.number);
    net_decoder_free(decoder);
    return 0;
}
