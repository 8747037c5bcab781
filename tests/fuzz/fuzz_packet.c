/* Frames of one link type through the decoder, several of them, so that streams and fragments meet.
 * The input is that of frames.h. */
#include <assert.h>

#include "core/net/decoder.h"
#include "tests/fuzz/frames.h"
#include "tests/fuzz/harness.h"

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

static void take_frame(void *context, const struct frame *frame)
{
    net_decoder_frame(context, frame);
}

static void take_error(void *context, const struct packet *quoted, const struct icmp_error *error)
{
    uint64_t *const sum = context;
    for (size_t i = 0; i < quoted->payload.len; i++)
        *sum += quoted->payload.data[i];
    *sum += error->reporter.octets[15];
    assert(icmp_reason_text(error->reason) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t PORTS[] = {53};
    const struct net_options options = {.ports = PORTS,
                                        .port_count = 1,
                                        .tcp_streams_max = 8,
                                        .tcp_buffers = 2,
                                        .fragmented_max = 4,
                                        .error_handler = take_error};
    uint64_t sum = 0;
    struct net_decoder *decoder = NULL;
    if (net_decoder_new(&options, take, &sum, &decoder) != ST_OK)
        return 0;
    const uint64_t frames = frames_feed(data, size, take_frame, decoder);
    net_decoder_finish(decoder);
    const struct net_counters *const counters = net_decoder_counters(decoder);
    assert(counters->frames == frames);
    net_decoder_free(decoder);
    return 0;
}
