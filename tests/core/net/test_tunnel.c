#include "core/net/tunnel.h"

#include "tests/core/net/headers.h"

#define ETHERNET_IPV4  OUTER_ETHERNET(0x08, 0x00)
#define VXLAN(network) 0x08, 0, 0, 0, 0, 0, network, 0

static const struct header_case CASES[] = {
    HEADER("GRE", 228, "gre 0", OUTER_IPV4(47), 0, 0, 0x08, 0x00),
    HEADER("GRE with checksum, key and sequence", 228, "gre 66051", OUTER_IPV4(47), 0xb0, 0, 0x08,
           0x00, 0xab, 0xcd, 0, 0, 0, 1, 2, 3, 0, 0, 0, 9),
    HEADER("GRE with Ethernet", 228, "gre 0", OUTER_IPV4(47), 0, 0, 0x65, 0x58, ETHERNET_IPV4),
    HEADER("GRE of PPTP", 228, "gre 1310725", OUTER_IPV4(47), 0x30, 0x81, 0x88, 0x0b, 0, 20, 0, 5,
           0, 0, 0, 1, 0, 0, 0, 2, 0xff, 0x03, 0x00, 0x21),
    HEADER("GRE in UDP", 228, "gre 0", OUTER_IPV4(17), OUTER_UDP(4754), 0, 0, 0x08, 0x00),
    HEADER("ERSPAN type I", 228, "gre 0", OUTER_IPV4(47), 0, 0, 0x88, 0xbe, ETHERNET_IPV4),
    HEADER("ERSPAN type II", 228, "gre 0, erspan 100", OUTER_IPV4(47), 0x10, 0, 0x88, 0xbe, 0, 0, 0,
           1, 0x10, 7, 0x08, 100, 0, 0, 0, 5, ETHERNET_IPV4),
    HEADER("ERSPAN type III", 228, "gre 0, erspan 1023", OUTER_IPV4(47), 0x10, 0, 0x22, 0xeb, 0, 0,
           0, 1, 0x20, 7, 0x0b, 0xff, 0, 0, 0, 5, 0, 0, 0, 0, ETHERNET_IPV4),
    HEADER("ERSPAN type III with a platform's header", 228, "gre 0, erspan 1", OUTER_IPV4(47), 0x10,
           0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 7, 0, 1, 0, 0, 0, 5, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8,
           ETHERNET_IPV4),
    HEADER("EtherIP", 228, "etherip 0", OUTER_IPV4(97), 0x30, 0, ETHERNET_IPV4),
    HEADER("MPLS in IP", 228, "mpls 16", OUTER_IPV4(137), 0, 1, 0x01, 64),
    HEADER("IPv4 in IPv4", 228, "4in4 0", OUTER_IPV4(4)),
    HEADER("IPv4 in IPv6", 229, "4in6 0", OUTER_IPV6(4)),
    HEADER("IPv4 in IPv6 in IPv4", 228, "6in4 0, 4in6 0", OUTER_IPV4(41), OUTER_IPV6(4)),
    HEADER("VXLAN", 228, "vxlan 7", OUTER_IPV4(17), OUTER_UDP(4789), VXLAN(7), ETHERNET_IPV4),
    HEADER("VXLAN on the old port of Linux", 228, "vxlan 7", OUTER_IPV4(17), OUTER_UDP(8472),
           VXLAN(7), ETHERNET_IPV4),
    HEADER("VXLAN with a group policy", 228, "vxlan 7", OUTER_IPV4(17), OUTER_UDP(4789), 0x88, 0, 0,
           1, 0, 0, 7, 0, ETHERNET_IPV4),
    HEADER("VXLAN-GPE to IPv4", 228, "vxlan 7", OUTER_IPV4(17), OUTER_UDP(4790), 0x0c, 0, 0, 1, 0,
           0, 7, 0),
    HEADER("VXLAN-GPE to Ethernet", 228, "vxlan 7", OUTER_IPV4(17), OUTER_UDP(4790), 0x0c, 0, 0, 3,
           0, 0, 7, 0, ETHERNET_IPV4),
    HEADER("VXLAN in VXLAN", 228, "vxlan 7, vxlan 8", OUTER_IPV4(17), OUTER_UDP(4789), VXLAN(7),
           ETHERNET_IPV4, OUTER_IPV4(17), OUTER_UDP(4789), VXLAN(8), ETHERNET_IPV4),
    HEADER("Geneve", 228, "geneve 258", OUTER_IPV4(17), OUTER_UDP(6081), 0, 0, 0x65, 0x58, 0, 1, 2,
           0, ETHERNET_IPV4),
    HEADER("Geneve with options", 228, "geneve 258", OUTER_IPV4(17), OUTER_UDP(6081), 0x02, 0, 0x08,
           0x00, 0, 1, 2, 0, 0, 0, 0, 1, 1, 2, 3, 4),
    /* Lengths of GTP count what follows the first 8 octets: 33 of the packet, and options. */
    HEADER("GTP-U", 228, "gtp-u 66051", OUTER_IPV4(17), OUTER_UDP(2152), 0x30, 255, 0, 33, 0, 1, 2,
           3),
    HEADER("GTP-U with a sequence", 228, "gtp-u 1", OUTER_IPV4(17), OUTER_UDP(2152), 0x32, 255, 0,
           37, 0, 0, 0, 1, 0, 9, 0, 0),
    HEADER("GTP-U with extension headers", 228, "gtp-u 1", OUTER_IPV4(17), OUTER_UDP(2152), 0x34,
           255, 0, 49, 0, 0, 0, 1, 0, 0, 0, 0x85, 1, 0, 9, 0xc0, 2, 1, 2, 3, 4, 5, 6, 0),
    HEADER("Teredo", 228, "teredo 0, 4in6 0", OUTER_IPV4(17), OUTER_UDP(3544), OUTER_IPV6(4)),
    HEADER("Teredo with authentication and origin", 228, "teredo 0, 4in6 0", OUTER_IPV4(17),
           OUTER_UDP(3544), 0, 1, 1, 2, 'i', 'v', 'v', 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 1, 2, 3, 4,
           5, 6, OUTER_IPV6(4)),
    HEADER("L2TP", 228, "l2tp 65538", OUTER_IPV4(17), OUTER_UDP(1701), 0, 2, 0, 1, 0, 2, 0xff, 0x03,
           0x00, 0x21),
    HEADER("L2TP with everything", 228, "l2tp 65538", OUTER_IPV4(17), OUTER_UDP(1701), 0x4a, 2, 0,
           57, 0, 1, 0, 2, 0, 5, 0, 6, 0, 3, 1, 2, 3, 0x00, 0x21),
};

HEADER_TESTS(tunnel, CASES)

/* Something else on the port of a tunnel is a packet between other ports. */
Test(tunnel, what_does_not_look_like_a_tunnel_is_not_one)
{
    static const struct header_case OTHERS[] = {
        HEADER("VXLAN without a network", 228, "", OUTER_IPV4(17), OUTER_UDP(4789), 0, 0, 0, 0, 0,
               0, 7, 0),
        HEADER("Geneve of another version", 228, "", OUTER_IPV4(17), OUTER_UDP(6081), 0x40, 0, 0x65,
               0x58, 0, 1, 2, 0),
        HEADER("GTP echo", 228, "", OUTER_IPV4(17), OUTER_UDP(2152), 0x32, 1, 0, 4, 0, 0, 0, 0, 0,
               0, 0, 0),
        HEADER("no Teredo", 228, "", OUTER_IPV4(17), OUTER_UDP(3544), 0x45, 0),
        HEADER("L2TP control", 228, "", OUTER_IPV4(17), OUTER_UDP(1701), 0xc8, 2, 0, 12, 0, 0, 0, 0,
               0, 0, 0, 0),
    };
    for (size_t i = 0; i < ARRAY_LEN(OTHERS); i++) {
        struct recorder r;
        recorder_init(&r, record_packet, (struct net_options){0});
        record_frame(&r, 228, (struct bytes){OTHERS[i].octets, OTHERS[i].len}, 0);
        cr_expect_eq(net_decoder_counters(r.decoder)->other_port, 1, "%s", OTHERS[i].what);
        cr_expect_eq(r.log.len, 0, "%s", OTHERS[i].what);
        recorder_release(&r);
    }
}

/* A wanted port is wanted even if the other end happens to use the number of a tunnel. */
Test(tunnel, client_port_of_a_tunnel_is_a_client_port)
{
    struct recorder r;
    struct buf frame;
    recorder_init(&r, record_packet, (struct net_options){0});
    buf_init(&frame, 1000);
    put_ipv4_udp(&frame, "query");
    frame.data[20] = 4789 >> 8;
    frame.data[21] = 4789 & 0xff;
    record_frame(&r, 228, buf_bytes(&frame), 0);
    cr_expect_str_eq(buf_text(&r.log), "udp 192.0.2.1#4789 192.0.2.53#53 query\n");
    buf_release(&frame);
    recorder_release(&r);
}

Test(tunnel, tunnels_are_followed_when_every_port_is_wanted)
{
    const struct net_options options = {0};
    struct recorder r;
    struct buf frame;
    struct net_decoder *all = NULL;
    recorder_init(&r, record_packet, options);
    cr_assert_eq(net_decoder_new(&options, record_packet, &r, &all), ST_OK);
    buf_init(&frame, 1000);
    PUT(&frame, OUTER_IPV4(17), OUTER_UDP(4789), VXLAN(7), ETHERNET_IPV4);
    put_ipv4_udp(&frame, "query");
    const struct frame one = {.octets = buf_bytes(&frame), .link_type = 228};
    net_decoder_frame(all, &one);
    cr_expect_str_eq(buf_text(&r.log), "udp 192.0.2.1#40000 192.0.2.53#53 query\n");
    net_decoder_free(all);
    buf_release(&frame);
    recorder_release(&r);
}

/* More tunnels than are recorded are still followed, up to a depth that no network has. */
Test(tunnel, nesting_ends)
{
    for (unsigned depth = 1; depth <= 100; depth += 9) {
        struct recorder r;
        struct buf frame;
        recorder_init(&r, record_packet, (struct net_options){0});
        buf_init(&frame, 100000);
        for (unsigned i = 0; i < depth; i++)
            PUT(&frame, OUTER_IPV4(4));
        put_ipv4_udp(&frame, "query");
        record_frame(&r, 228, buf_bytes(&frame), 0);
        const bool is_followed =
            depth <= 29; /* LAYER_IP, the tunnels, IPv4 and UDP are 32 layers */
        cr_expect_eq(net_decoder_counters(r.decoder)->udp, is_followed, "%u", depth);
        cr_expect_eq(net_decoder_counters(r.decoder)->malformed, !is_followed, "%u", depth);
        cr_expect_leq(r.last.tunnel_count, PACKET_TUNNELS_MAX);
        buf_release(&frame);
        recorder_release(&r);
    }
}
