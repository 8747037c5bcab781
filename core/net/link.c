#include "core/net/link.h"

#include <byteswap.h>

#include "core/base/macros.h"

/* LINKTYPE_ values; 12 and 14 are what some systems write for raw IP. */
static const struct {
    int32_t type;
    enum layer layer;
} LINK_TYPES[] = {
    {0, LAYER_NULL},   {1, LAYER_ETHERNET}, {12, LAYER_IP},    {14, LAYER_IP},    {101, LAYER_IP},
    {108, LAYER_LOOP}, {113, LAYER_SLL},    {228, LAYER_IP}, {229, LAYER_IP}, {276, LAYER_SLL2},
};

/* EtherTypes, the most frequent first. */
static const struct {
    uint16_t type;
    enum layer layer;
} ETHERTYPES[] = {
    {0x0800, LAYER_IPV4}, {0x86dd, LAYER_IPV6}, {0x8100, LAYER_VLAN},
    {0x88a8, LAYER_VLAN}, {0x9100, LAYER_VLAN},
};

enum layer link_first_layer(int32_t link_type)
{
    for (size_t i = 0; i < ARRAY_LEN(LINK_TYPES); i++) {
        if (LINK_TYPES[i].type == link_type)
            return LINK_TYPES[i].layer;
    }
    return LAYER_NONE;
}

static enum layer ethertype_layer(struct walk *w, uint16_t type)
{
    if (UNLIKELY(!cursor_ok(&w->in)))
        return walk_end(&w->decoder->counters.truncated);
    for (size_t i = 0; i < ARRAY_LEN(ETHERTYPES); i++) {
        if (ETHERTYPES[i].type == type)
            return ETHERTYPES[i].layer;
    }
    return walk_end(&w->decoder->counters.not_ip);
}

enum layer link_ethernet_read(struct walk *w)
{
    cursor_skip(&w->in, 12); /* destination and source */
    const uint16_t type = cursor_u16(&w->in);
    return ethertype_layer(w, type);
}

enum layer link_vlan_read(struct walk *w)
{
    const uint16_t control = cursor_u16(&w->in);
    const uint16_t type = cursor_u16(&w->in);
    if (!w->packet.has_vlan) {
        w->packet.has_vlan = true;
        w->packet.vlan_id = control & 0x0fff;
    }
    return ethertype_layer(w, type);
}

enum layer link_sll_read(struct walk *w)
{
    cursor_skip(&w->in, 14); /* packet type, ARPHRD, address length, address */
    const uint16_t type = cursor_u16(&w->in);
    return ethertype_layer(w, type);
}

enum layer link_sll2_read(struct walk *w)
{
    const uint16_t type = cursor_u16(&w->in);
    cursor_skip(&w->in, 18); /* reserved, interface, ARPHRD, packet type, address length, address */
    return ethertype_layer(w, type);
}

/* AF_INET is 2 everywhere; AF_INET6 differs between Linux, NetBSD, FreeBSD and macOS. */
static enum layer family_layer(struct walk *w, uint32_t family)
{
    if (!cursor_ok(&w->in))
        return walk_end(&w->decoder->counters.truncated);
    if (family == 2)
        return LAYER_IPV4;
    if (family == 10 || family == 24 || family == 28 || family == 30)
        return LAYER_IPV6;
    return walk_end(&w->decoder->counters.not_ip);
}

enum layer link_null_read(struct walk *w)
{
    const uint32_t family = cursor_u32(&w->in);
    /* Families are small numbers: one that looks large was written in the other byte order. */
    return family_layer(w, family > 0xffff ? bswap_32(family) : family);
}

enum layer link_loop_read(struct walk *w)
{
    const uint32_t family = cursor_u32(&w->in);
    return family_layer(w, family);
}
