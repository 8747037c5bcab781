#include "core/net/pseudo_link.h"

#include <byteswap.h>

#include "core/net/link.h"

/* A protocol number of Linux that is not an EtherType: frames of 802.3 with LLC. */
#define PROTOCOL_LLC 0x0004

/* SLL's protocol is an EtherType, or tells that LLC follows. */
static enum layer sll_layer(struct walk *w, uint16_t protocol)
{
    return protocol == PROTOCOL_LLC ? LAYER_LLC : link_ethertype_layer(w, protocol);
}

enum layer pseudo_link_sll_read(struct walk *w)
{
    cursor_skip(&w->in, 14); /* packet type, ARPHRD, address length, address */
    const uint16_t protocol = cursor_u16(&w->in);
    return sll_layer(w, protocol);
}

enum layer pseudo_link_sll2_read(struct walk *w)
{
    const uint16_t protocol = cursor_u16(&w->in);
    cursor_skip(&w->in, 18); /* reserved, interface, ARPHRD, packet type, address length, address */
    return sll_layer(w, protocol);
}

/* AF_INET is 2 everywhere; AF_INET6 differs between Linux, NetBSD, FreeBSD and macOS. */
static enum layer family_layer(struct walk *w, uint32_t family)
{
    if (family == 2)
        return LAYER_IPV4;
    if (family == 10 || family == 24 || family == 28 || family == 30)
        return LAYER_IPV6;
    return walk_end(w, &w->decoder->counters.not_ip);
}

enum layer pseudo_link_null_read(struct walk *w)
{
    const uint32_t family = cursor_u32(&w->in);
    /* Families are small: one that looks large was written in the other byte order. */
    if (family < 0x100 || (family & 0x00ffffff) == 0)
        return family_layer(w, family < 0x100 ? family : bswap_32(family));
    /* Some tools write an EtherType in network byte order into the last two octets. */
    const uint16_t type = (uint16_t)(family & 0xffff);
    return link_ethertype_layer(w, type >= ETHERTYPE_MIN ? type : UINT16_MAX);
}

enum layer pseudo_link_loop_read(struct walk *w)
{
    const uint32_t family = cursor_u32(&w->in);
    return family_layer(w, family);
}

/* The attribute that holds the packet: NFULA_PAYLOAD of linux/netfilter/nfnetlink_log.h. */
#define NFLOG_PAYLOAD 9

/* Octets of an attribute's length and type. */
#define NFLOG_HEADER_LEN 4

enum layer pseudo_link_nflog_read(struct walk *w)
{
    cursor_skip(&w->in, 4); /* family, version, resource identifier */
    while (cursor_ok(&w->in)) {
        /* Lengths and types are in the byte order of the host; all that log so are little endian.
         */
        const size_t len = bswap_16(cursor_u16(&w->in));
        const uint16_t type = bswap_16(cursor_u16(&w->in)) & 0x7fff;
        if (len < NFLOG_HEADER_LEN)
            return walk_end(w, &w->decoder->counters.malformed);
        if (type == NFLOG_PAYLOAD) {
            walk_limit(w, len - NFLOG_HEADER_LEN);
            return LAYER_IP;
        }
        cursor_skip(&w->in, (len - NFLOG_HEADER_LEN + 3) / 4 * 4);
    }
    return walk_end(w, &w->decoder->counters.truncated);
}
