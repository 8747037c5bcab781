#include "core/net/decoder.h"

#include <stdlib.h>
#include <string.h>

#include "core/net/icmp.h"
#include "core/net/ip.h"
#include "core/net/link.h"
#include "core/net/ppp.h"
#include "core/net/pseudo_link.h"
#include "core/net/tcp.h"
#include "core/net/tcp_stream.h"
#include "core/net/tunnel.h"
#include "core/net/udp.h"
#include "core/net/walk.h"
#include "core/net/wlan.h"

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
    [LAYER_NONE] = nothing_read,
    [LAYER_ETHERNET] = link_ethernet_read,
    [LAYER_VLAN] = link_vlan_read,
    [LAYER_LLC] = link_llc_read,
    [LAYER_MPLS] = link_mpls_read,
    [LAYER_NSH] = tunnel_nsh_read,
    [LAYER_FDDI] = link_fddi_read,
    [LAYER_ARCNET] = link_arcnet_read,
    [LAYER_SLL] = pseudo_link_sll_read,
    [LAYER_SLL2] = pseudo_link_sll2_read,
    [LAYER_NULL] = pseudo_link_null_read,
    [LAYER_LOOP] = pseudo_link_loop_read,
    [LAYER_NFLOG] = pseudo_link_nflog_read,
    [LAYER_PPPOE] = ppp_pppoe_read,
    [LAYER_PPP] = ppp_read,
    [LAYER_HDLC] = ppp_cisco_read,
    [LAYER_WLAN] = wlan_read,
    [LAYER_RADIOTAP] = wlan_radiotap_read,
    [LAYER_IP] = ip_read,
    [LAYER_IPV4] = ip_v4_read,
    [LAYER_IPV6] = ip_v6_read,
    [LAYER_UDP] = udp_read,
    [LAYER_TCP] = tcp_read,
    [LAYER_ICMP] = icmp_v4_read,
    [LAYER_ICMPV6] = icmp_v6_read,
    [LAYER_GRE] = tunnel_gre_read,
    [LAYER_ERSPAN2] = tunnel_erspan2_read,
    [LAYER_ERSPAN3] = tunnel_erspan3_read,
    [LAYER_ETHERIP] = tunnel_etherip_read,
    [LAYER_VXLAN] = tunnel_vxlan_read,
    [LAYER_GENEVE] = tunnel_geneve_read,
    [LAYER_GTP_U] = tunnel_gtp_u_read,
    [LAYER_TEREDO] = tunnel_teredo_read,
    [LAYER_L2TP] = tunnel_l2tp_read,
};

enum status net_decoder_new(const struct net_options *options, packet_handler handler,
                            void *context, struct net_decoder **decoder)
{
    struct net_decoder *const d = calloc(1, sizeof *d);
    if (d == NULL)
        return ST_NO_MEMORY;
    d->handler = handler;
    d->counts_checksums = options->counts_checksums;
    d->error_handler = options->error_handler;
    d->context = context;
    d->link_type = -1;
    d->link_layer = LAYER_NONE;
    d->wants_all = options->port_count == 0;
    if (d->wants_all) {
        memset(&d->wanted, 0xff, sizeof d->wanted);
        udp_remove_tunnel_ports(&d->wanted);
    }
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
