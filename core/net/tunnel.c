#include "core/net/tunnel.h"

#include "core/net/link.h"

/* A port alone does not make a tunnel: what does not look like one is somebody else's. */
static enum layer go_on_if(struct walk *w, bool is_tunnel, enum layer layer)
{
    return is_tunnel ? layer : walk_end(w, &w->decoder->counters.other_port);
}

static uint32_t read_u24(struct cursor *in)
{
    const uint32_t high = cursor_u16(in);
    const uint32_t low = cursor_u8(in);
    return high << 8 | low;
}

/* RFC 2784, 2.1; RFC 2890, 2; RFC 2637, 4.1 */
enum {
    GRE_CHECKSUM = 0x8000,
    GRE_ROUTING = 0x4000, /* RFC 1701; no router has sent it for decades */
    GRE_KEY = 0x2000,
    GRE_SEQUENCE = 0x1000,
    GRE_ACKNOWLEDGED = 0x0080,
};

/* ERSPAN types I and II have this protocol type. Type I has no header; it counts no frames. */
#define GRE_ERSPAN 0x88be

enum layer tunnel_gre_read(struct walk *w)
{
    const uint16_t flags = cursor_u16(&w->in);
    const uint16_t type = cursor_u16(&w->in);
    if ((flags & GRE_CHECKSUM) != 0)
        cursor_skip(&w->in, 4); /* and what was an offset */
    const uint32_t key = (flags & GRE_KEY) != 0 ? cursor_u32(&w->in) : 0;
    if ((flags & GRE_SEQUENCE) != 0)
        cursor_skip(&w->in, 4);
    if ((flags & GRE_ACKNOWLEDGED) != 0)
        cursor_skip(&w->in, 4);
    if ((flags & GRE_ROUTING) != 0)
        return walk_end(w, &w->decoder->counters.malformed);
    walk_tunnel(w, TUNNEL_GRE, key);
    if (type == GRE_ERSPAN)
        return (flags & GRE_SEQUENCE) != 0 ? LAYER_ERSPAN2 : LAYER_ETHERNET;
    return link_ethertype_layer(w, type);
}

enum layer tunnel_erspan2_read(struct walk *w)
{
    cursor_skip(&w->in, 2); /* version and VLAN */
    const uint16_t session = cursor_u16(&w->in) & 0x03ff;
    cursor_skip(&w->in, 4); /* index */
    walk_tunnel(w, TUNNEL_ERSPAN, session);
    return LAYER_ETHERNET;
}

enum layer tunnel_erspan3_read(struct walk *w)
{
    cursor_skip(&w->in, 2); /* version and VLAN */
    const uint16_t session = cursor_u16(&w->in) & 0x03ff;
    cursor_skip(&w->in, 6); /* timestamp, security group */
    const uint16_t flags = cursor_u16(&w->in);
    if ((flags & 1) != 0)
        cursor_skip(&w->in, 8); /* platform specific */
    walk_tunnel(w, TUNNEL_ERSPAN, session);
    /* The frame type: 0 is Ethernet, 2 is IP. */
    return (flags >> 10 & 0x1f) == 2 ? LAYER_IP : LAYER_ETHERNET;
}

enum layer tunnel_etherip_read(struct walk *w)
{
    cursor_skip(&w->in, 2);
    walk_tunnel(w, TUNNEL_ETHERIP, 0);
    return LAYER_ETHERNET;
}

/* The payloads that VXLAN-GPE and NSH number alike. */
static enum layer numbered_layer(struct walk *w, uint8_t number)
{
    static const enum layer LAYERS[] = {LAYER_NONE,     LAYER_IPV4, LAYER_IPV6,
                                        LAYER_ETHERNET, LAYER_NSH,  LAYER_MPLS};
    if (number == 0 || number >= ARRAY_LEN(LAYERS))
        return walk_end(w, &w->decoder->counters.not_ip);
    return LAYERS[number];
}

enum {
    VXLAN_HAS_NETWORK = 0x08,
    VXLAN_HAS_NEXT = 0x04, /* of the generic protocol extension, which not all set */
    VXLAN_GPE_PORT = 4790,
};

enum layer tunnel_vxlan_read(struct walk *w)
{
    const uint8_t flags = cursor_u8(&w->in);
    cursor_skip(&w->in, 2);
    const uint8_t next = cursor_u8(&w->in);
    const uint32_t network = read_u24(&w->in);
    cursor_skip(&w->in, 1);
    walk_tunnel(w, TUNNEL_VXLAN, network);
    const bool is_generic = (flags & VXLAN_HAS_NEXT) != 0 ||
                            w->packet.destination_port == VXLAN_GPE_PORT ||
                            w->packet.source_port == VXLAN_GPE_PORT;
    if ((flags & VXLAN_HAS_NETWORK) == 0)
        return walk_end(w, &w->decoder->counters.other_port);
    return is_generic ? numbered_layer(w, next) : LAYER_ETHERNET;
}

enum layer tunnel_nsh_read(struct walk *w)
{
    const uint16_t flags_and_len = cursor_u16(&w->in);
    const size_t len = (size_t)(flags_and_len & 0x3f) * 4;
    cursor_skip(&w->in, 1); /* metadata type */
    const uint8_t next = cursor_u8(&w->in);
    const uint32_t path = read_u24(&w->in);
    cursor_skip(&w->in, 1); /* index */
    cursor_skip(&w->in, len > 8 ? len - 8 : 0);
    walk_tunnel(w, TUNNEL_NSH, path);
    return numbered_layer(w, next);
}

enum layer tunnel_geneve_read(struct walk *w)
{
    const uint8_t version_and_len = cursor_u8(&w->in);
    cursor_skip(&w->in, 1); /* flags */
    const uint16_t type = cursor_u16(&w->in);
    const uint32_t network = read_u24(&w->in);
    cursor_skip(&w->in, 1);
    cursor_skip(&w->in, (size_t)(version_and_len & 0x3f) * 4); /* options */
    if (version_and_len >> 6 != 0)
        return walk_end(w, &w->decoder->counters.other_port);
    walk_tunnel(w, TUNNEL_GENEVE, network);
    return link_ethertype_layer(w, type);
}

enum {
    GTP_VERSION_1 = 0x30, /* version 1 and the protocol type that is not GTP' */
    GTP_VERSION_MASK = 0xf0,
    GTP_EXTENSION = 0x04,
    GTP_OPTIONAL = 0x07,
    GTP_USER_DATA = 255,
};

enum layer tunnel_gtp_u_read(struct walk *w)
{
    const uint8_t flags = cursor_u8(&w->in);
    const uint8_t type = cursor_u8(&w->in);
    const uint16_t len = cursor_u16(&w->in);
    const uint32_t endpoint = cursor_u32(&w->in);
    walk_limit(w, len);
    uint8_t next = 0;
    if ((flags & GTP_OPTIONAL) != 0) {
        cursor_skip(&w->in, 3); /* sequence, N-PDU */
        next = cursor_u8(&w->in);
    }
    if ((flags & GTP_EXTENSION) == 0)
        next = 0;
    while (next != 0 && cursor_ok(&w->in)) {
        const size_t units = cursor_u8(&w->in);
        cursor_skip(&w->in, units > 0 ? units * 4 - 2 : 0);
        next = cursor_u8(&w->in);
    }
    walk_tunnel(w, TUNNEL_GTP_U, endpoint);
    const bool is_data = (flags & GTP_VERSION_MASK) == GTP_VERSION_1 && type == GTP_USER_DATA;
    return go_on_if(w, is_data, LAYER_IP);
}

enum layer tunnel_teredo_read(struct walk *w)
{
    struct cursor ahead = w->in;
    uint16_t indicator = cursor_u16(&ahead);
    if (indicator == 0x0001) { /* authentication */
        const uint8_t id_len = cursor_u8(&ahead);
        const uint8_t value_len = cursor_u8(&ahead);
        cursor_skip(&ahead, (size_t)id_len + value_len + 9);
        w->in = ahead;
        indicator = cursor_u16(&ahead);
    }
    if (indicator == 0x0000) { /* origin */
        cursor_skip(&ahead, 6);
        w->in = ahead;
        indicator = cursor_u16(&ahead);
    }
    if (!cursor_ok(&ahead))
        w->in = ahead;
    walk_tunnel(w, TUNNEL_TEREDO, 0);
    return go_on_if(w, indicator >> 12 == 6, LAYER_IPV6);
}

enum {
    L2TP_CONTROL = 0x8000,
    L2TP_LENGTH = 0x4000,
    L2TP_SEQUENCE = 0x0800,
    L2TP_OFFSET = 0x0200,
    L2TP_VERSION = 0x000f,
};

enum layer tunnel_l2tp_read(struct walk *w)
{
    const uint16_t flags = cursor_u16(&w->in);
    if ((flags & L2TP_LENGTH) != 0)
        cursor_skip(&w->in, 2);
    const uint32_t tunnel = cursor_u16(&w->in);
    const uint32_t session = cursor_u16(&w->in);
    if ((flags & L2TP_SEQUENCE) != 0)
        cursor_skip(&w->in, 4);
    if ((flags & L2TP_OFFSET) != 0) {
        const uint16_t padding_len = cursor_u16(&w->in);
        cursor_skip(&w->in, padding_len);
    }
    walk_tunnel(w, TUNNEL_L2TP, tunnel << 16 | session);
    const bool is_data = (flags & (L2TP_CONTROL | L2TP_VERSION)) == 2;
    return go_on_if(w, is_data, LAYER_PPP);
}
