#include "core/net/decoder.h"

#include <stdlib.h>
#include <string.h>

#include "core/net/ip.h"
#include "core/net/link.h"
#include "core/net/tcp.h"
#include "core/net/tcp_stream.h"
#include "core/net/udp.h"
#include "core/net/walk.h"

/* Layers of one frame; a frame with more is hostile, not deep. */
#define DEPTH_MAX 32

/* What net_options leaves at 0, and the least that it may ask for. */
#define TCP_STREAMS 8192
#define TCP_BUFFERS 64
#define TCP_KEPT    65537
#define FRAGMENTED  64

static enum layer nothing_read(struct walk *w)
{
    (void)w;
    return LAYER_NONE;
}

static const layer_reader READERS[LAYER_COUNT] = {
    [LAYER_NONE] = nothing_read,   [LAYER_ETHERNET] = link_ethernet_read,
    [LAYER_VLAN] = link_vlan_read, [LAYER_SLL] = link_sll_read,
    [LAYER_SLL2] = link_sll2_read, [LAYER_NULL] = link_null_read,
    [LAYER_LOOP] = link_loop_read, [LAYER_IP] = ip_read,
    [LAYER_IPV4] = ip_v4_read,     [LAYER_IPV6] = ip_v6_read,
    [LAYER_UDP] = udp_read,        [LAYER_TCP] = tcp_read,
};

enum status net_decoder_new(const struct net_options *options, packet_handler handler,
                            void *context, struct net_decoder **decoder)
{
    struct net_decoder *const d = calloc(1, sizeof *d);
    if (d == NULL)
        return ST_NO_MEMORY;
    d->handler = handler;
    d->context = context;
    d->link_type = -1;
    d->link_layer = LAYER_NONE;
    if (options->port_count == 0)
        memset(&d->wanted, 0xff, sizeof d->wanted);
    for (size_t i = 0; i < options->port_count; i++)
        port_set_add(&d->wanted, options->ports[i]);
    const size_t streams = options->tcp_streams_max != 0 ? options->tcp_streams_max : TCP_STREAMS;
    const size_t buffers = options->tcp_buffers != 0 ? options->tcp_buffers : TCP_BUFFERS;
    const size_t fragmented = options->fragmented_max != 0 ? options->fragmented_max : FRAGMENTED;
    const size_t kept = options->tcp_buffered_max > TCP_KEPT ? options->tcp_buffered_max : TCP_KEPT;
    /* A connection is two streams. */
    enum status status = tcp_table_init(&d->tcp, (streams + 1) / 2, buffers, kept);
    if (status == ST_OK)
        status = reassembly_init(&d->fragments, fragmented, &d->counters);
    if (status != ST_OK) {
        net_decoder_free(d);
        return status;
    }
    *decoder = d;
    return ST_OK;
}

void net_decoder_free(struct net_decoder *decoder)
{
    if (decoder == NULL)
        return;
    tcp_table_release(&decoder->tcp);
    reassembly_release(&decoder->fragments);
    free(decoder);
}

void net_decoder_frame(struct net_decoder *decoder, const struct frame *frame)
{
    decoder->counters.frames++;
    if (UNLIKELY(frame->link_type != decoder->link_type)) {
        decoder->link_type = frame->link_type;
        decoder->link_layer = link_first_layer(frame->link_type);
    }
    enum layer layer = decoder->link_layer;
    if (UNLIKELY(layer == LAYER_NONE)) {
        decoder->counters.link_unsupported++;
        return;
    }
    struct walk w = {.decoder = decoder, .in = cursor_of(frame->octets)};
    w.packet.frame = frame;
    if (frame->wire_len > frame->octets.len)
        w.missing = frame->wire_len - frame->octets.len;
    for (unsigned depth = 0; layer != LAYER_NONE; depth++) {
        if (UNLIKELY(depth == DEPTH_MAX)) {
            decoder->counters.malformed++;
            return;
        }
        layer = READERS[layer](&w);
    }
    if (UNLIKELY(decoder->fragments.done_count != 0))
        reassembly_frame_end(&decoder->fragments);
}

void net_decoder_finish(struct net_decoder *decoder)
{
    tcp_stream_finish(decoder);
    reassembly_finish(&decoder->fragments);
}

const struct net_counters *net_decoder_counters(const struct net_decoder *decoder)
{
    return &decoder->counters;
}
