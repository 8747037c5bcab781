#include "core/net/link.h"

#include "core/base/macros.h"

/* LINKTYPE_ values; 12 and 14 are what some systems write for raw IP. */
static const struct {
    int32_t type;
    enum layer layer;
} LINK_TYPES[] = {
    {0, LAYER_NULL},  {1, LAYER_ETHERNET},   {9, LAYER_PPP},      {10, LAYER_FDDI},
    {12, LAYER_IP},   {14, LAYER_IP},        {50, LAYER_PPP},     {51, LAYER_PPPOE},
    {101, LAYER_IP},  {104, LAYER_HDLC},     {105, LAYER_WLAN},   {108, LAYER_LOOP},
    {113, LAYER_SLL}, {127, LAYER_RADIOTAP}, {129, LAYER_ARCNET}, {228, LAYER_IP},
    {229, LAYER_IP},  {239, LAYER_NFLOG},    {276, LAYER_SLL2},
};

/* EtherTypes (IANA's registry "IEEE 802 Numbers"), the most frequent first. */
static const struct {
    uint16_t type;
    enum layer layer;
} ETHERTYPES[] = {
    {0x0800, LAYER_IPV4},     {0x86dd, LAYER_IPV6}, {0x8100, LAYER_VLAN}, {0x88a8, LAYER_VLAN},
    {0x9100, LAYER_VLAN},     {0x8847, LAYER_MPLS}, {0x8848, LAYER_MPLS}, {0x8864, LAYER_PPPOE},
    {0x6558, LAYER_ETHERNET}, {0x880b, LAYER_PPP},  {0x894f, LAYER_NSH},  {0x22eb, LAYER_ERSPAN3},
};

enum layer link_first_layer(int32_t link_type)
{
    for (size_t i = 0; i < ARRAY_LEN(LINK_TYPES); i++) {
        if (LINK_TYPES[i].type == link_type)
            return LINK_TYPES[i].layer;
    }
    return LAYER_NONE;
}

enum layer link_ethertype_layer(struct walk *w, uint16_t type)
{
    for (size_t i = 0; i < ARRAY_LEN(ETHERTYPES); i++) {
        if (ETHERTYPES[i].type == type)
            return ETHERTYPES[i].layer;
    }
    if (type >= ETHERTYPE_MIN)
        return walk_end(w, &w->decoder->counters.not_ip);
    walk_limit(w, type);
    return LAYER_LLC;
}

enum layer link_ethernet_read(struct walk *w)
{
    cursor_skip(&w->in, 12); /* destination and source */
    const uint16_t type = cursor_u16(&w->in);
    return link_ethertype_layer(w, type);
}

enum layer link_vlan_read(struct walk *w)
{
    const uint16_t control = cursor_u16(&w->in);
    const uint16_t type = cursor_u16(&w->in);
    const uint16_t id = control & 0x0fff;
    if (w->packet.has_vlan) {
        w->packet.has_inner_vlan = true;
        w->packet.inner_vlan_id = id;
    } else {
        w->packet.has_vlan = true;
        w->packet.vlan_id = id;
    }
    return link_ethertype_layer(w, type);
}

/* Service access points (IEEE 802.2), unnumbered information, and the organisations whose SNAP
 * protocol identifiers are EtherTypes (RFC 1042; IEEE 802.1H). */
enum {
    LLC_SNAP = 0xaa,
    LLC_IP = 0x06,
    LLC_UNNUMBERED = 0x03,
    SNAP_ETHERTYPE = 0x000000,
    SNAP_BRIDGED = 0x0000f8,
};

enum layer link_llc_read(struct walk *w)
{
    const uint8_t destination = cursor_u8(&w->in);
    cursor_skip(&w->in, 1); /* source */
    const uint8_t control = cursor_u8(&w->in);
    if (destination == LLC_IP && control == LLC_UNNUMBERED)
        return LAYER_IP;
    if (destination != LLC_SNAP || control != LLC_UNNUMBERED)
        return walk_end(w, &w->decoder->counters.not_ip);
    const uint32_t high = cursor_u8(&w->in);
    const uint32_t low = cursor_u16(&w->in);
    const uint16_t type = cursor_u16(&w->in);
    const uint32_t organisation = high << 16 | low;
    const bool is_ethertype = organisation == SNAP_ETHERTYPE || organisation == SNAP_BRIDGED;
    /* A length makes no sense here: nothing would end. */
    return link_ethertype_layer(w, is_ethertype && type >= ETHERTYPE_MIN ? type : UINT16_MAX);
}

enum layer link_mpls_read(struct walk *w)
{
    uint32_t entry = cursor_u32(&w->in);
    walk_tunnel(w, TUNNEL_MPLS, entry >> 12);
    while (cursor_ok(&w->in) && (entry & 0x100) == 0) /* not the bottom of the stack */
        entry = cursor_u32(&w->in);
    struct cursor ahead = w->in;
    const uint8_t first = cursor_u8(&ahead) >> 4;
    if (first == 4)
        return LAYER_IPV4;
    if (first == 6)
        return LAYER_IPV6;
    if (first == 0)
        cursor_skip(&w->in, 4); /* control word */
    return LAYER_ETHERNET;
}

enum layer link_fddi_read(struct walk *w)
{
    cursor_skip(&w->in, 13); /* frame control, destination, source */
    return LAYER_LLC;
}

/* ARCnet system codes, and the split flag of a frame that has three more octets. */
enum {
    ARCNET_IP_1201 = 212,
    ARCNET_IP_1051 = 240,
    ARCNET_EXCEPTION = 0xff,
};

enum layer link_arcnet_read(struct walk *w)
{
    cursor_skip(&w->in, 4); /* source, destination, offset */
    const uint8_t code = cursor_u8(&w->in);
    if (code == ARCNET_IP_1201) {
        const uint8_t split = cursor_u8(&w->in);
        cursor_skip(&w->in, split == ARCNET_EXCEPTION ? 6 : 2); /* padding, sequence */
    }
    const bool is_ip = code == ARCNET_IP_1201 || code == ARCNET_IP_1051;
    return link_ethertype_layer(w, is_ip ? 0x0800 : UINT16_MAX);
}
