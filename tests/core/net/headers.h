/* Tables of headers, each of which stands before an IPv4 packet with a UDP datagram to port 53. */
#ifndef DNSIGHT_CORE_NET_HEADERS_H
#define DNSIGHT_CORE_NET_HEADERS_H

#include <criterion/criterion.h>

#include "core/base/macros.h"
#include "tests/core/net/frames.h"

struct header_case {
    const char *what;
    int32_t link_type;
    const char *tunnels; /* kinds and identifiers: "vxlan 7, gre 0" */
    size_t len;
    uint8_t octets[160];
};

/* Lengths of 0 in outer IP and UDP headers mean the rest of the frame. */
#define OUTER_IPV4(protocol) \
    0x45, 0, 0, 0, 0, 0, 0, 0, 64, protocol, 0, 0, 198, 51, 100, 1, 198, 51, 100, 2
#define OUTER_IPV6(next)                                                                         \
    0x60, 0, 0, 0, 0, 0, next, 64, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x20, \
        1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2
#define OUTER_UDP(port)      0x12, 0x34, (port) >> 8, (port)&0xff, 0, 0, 0, 0
#define OUTER_ETHERNET(a, b) 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, a, b

static inline void log_tunnels(const struct packet *packet, struct buf *out)
{
    for (unsigned i = 0; i < packet->tunnel_count; i++)
        buf_add_format(out, "%s%s %u", i == 0 ? "" : ", ",
                       packet_tunnel_name(packet->tunnels[i].kind), packet->tunnels[i].id);
}

static inline void expect_delivered(const struct header_case *one)
{
    struct recorder r;
    struct buf frame;
    struct buf tunnels;
    recorder_init(&r, record_packet, (struct net_options){0});
    buf_init(&frame, 1000);
    buf_init(&tunnels, 1000);
    buf_add(&frame, (struct bytes){one->octets, one->len});
    put_ipv4_udp(&frame, "query");
    record_frame(&r, one->link_type, buf_bytes(&frame), 0);
    cr_expect_str_eq(buf_text(&r.log), "udp 192.0.2.1#40000 192.0.2.53#53 query\n", "%s",
                     one->what);
    log_tunnels(&r.last, &tunnels);
    cr_expect_str_eq(buf_text(&tunnels), one->tunnels, "%s", one->what);
    buf_release(&tunnels);
    buf_release(&frame);
    recorder_release(&r);
}

/* A prefix that holds all headers delivers what there is of the payload, a shorter one nothing. */
static inline void expect_prefixes_truncated(const struct header_case *one)
{
    struct buf frame;
    buf_init(&frame, 1000);
    buf_add(&frame, (struct bytes){one->octets, one->len});
    put_ipv4_udp(&frame, "query");
    const size_t headers_len = one->len + 20 + 8;
    for (size_t len = 0; len < frame.len; len++) {
        struct recorder r;
        recorder_init(&r, record_packet, (struct net_options){0});
        record_frame(&r, one->link_type, (struct bytes){frame.data, len}, (uint32_t)frame.len);
        const struct net_counters *const counters = net_decoder_counters(r.decoder);
        cr_expect_eq(counters->udp, len >= headers_len, "%s, %zu", one->what, len);
        cr_expect_eq(counters->truncated, len < headers_len, "%s, %zu", one->what, len);
        cr_expect_eq(r.last.is_cut, len >= headers_len, "%s, %zu", one->what, len);
        recorder_release(&r);
    }
    buf_release(&frame);
}

#define HEADER_TESTS(suite, cases)                    \
    Test(suite, headers_before_ip_are_passed)         \
    {                                                 \
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) \
            expect_delivered(&(cases)[i]);            \
    }                                                 \
    Test(suite, every_prefix_delivers_what_it_holds)  \
    {                                                 \
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) \
            expect_prefixes_truncated(&(cases)[i]);   \
    }

/* One row: OCTETS(what, link type, tunnels, octets ...). */
#define HEADER(what, link_type, tunnels, ...)                             \
    {                                                                     \
        what, link_type, tunnels, sizeof((const uint8_t[]){__VA_ARGS__}), \
        {                                                                 \
            __VA_ARGS__                                                   \
        }                                                                 \
    }

#endif
