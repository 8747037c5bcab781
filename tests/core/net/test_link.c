#include <criterion/criterion.h>

#include "tests/core/net/headers.h"

/* Headers of www.tcpdump.org/linktypes.html and the standards that it names. */
static const struct header_case CASES[] = {
    HEADER("Ethernet II", 1, "", OUTER_ETHERNET(0x08, 0x00)),
    HEADER("802.1Q", 1, "", OUTER_ETHERNET(0x81, 0x00), 0x20, 0x07, 0x08, 0x00),
    HEADER("802.1ad and two 802.1Q", 1, "", OUTER_ETHERNET(0x88, 0xa8), 0x00, 0x07, 0x81, 0x00,
           0x00, 0x08, 0x81, 0x00, 0x00, 0x09, 0x08, 0x00),
    HEADER("0x9100", 1, "", OUTER_ETHERNET(0x91, 0x00), 0xf0, 0x07, 0x08, 0x00),
    /* 802.3 with a length: 8 of LLC and SNAP, 33 of the packet. */
    HEADER("802.3 with SNAP", 1, "", OUTER_ETHERNET(0, 41), 0xaa, 0xaa, 3, 0, 0, 0, 0x08, 0x00),
    HEADER("802.3 with LLC", 1, "", OUTER_ETHERNET(0, 36), 0x06, 0x06, 3),
    HEADER("802.1Q with SNAP", 1, "", OUTER_ETHERNET(0x81, 0x00), 0, 7, 0, 41, 0xaa, 0xaa, 3, 0, 0,
           0xf8, 0x08, 0x00),
    HEADER("FDDI", 10, "", 0x50, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0xaa, 0xaa, 3, 0, 0, 0, 0x08,
           0x00),
    HEADER("ARCnet, RFC 1051", 129, "", 1, 2, 0, 0, 240),
    HEADER("ARCnet, RFC 1201", 129, "", 1, 2, 0, 0, 212, 0, 0, 1),
    HEADER("ARCnet, exception frame", 129, "", 1, 2, 0, 0, 212, 0xff, 0xff, 0xff, 212, 0, 0, 1),
    HEADER("raw IP", 101, "", ),
    HEADER("raw IP as some systems number it", 12, "", ),
    HEADER("raw IP as OpenBSD numbers it", 14, "", ),
    HEADER("raw IPv4", 228, "", ),
    HEADER("MPLS", 1, "mpls 16", OUTER_ETHERNET(0x88, 0x47), 0, 1, 0x01, 64),
    HEADER("MPLS, three labels", 1, "mpls 1048575", OUTER_ETHERNET(0x88, 0x48), 0xff, 0xff, 0xf0,
           64, 0, 1, 0x00, 64, 0, 2, 0x01, 64),
    HEADER("Ethernet pseudowire", 1, "mpls 16", OUTER_ETHERNET(0x88, 0x47), 0, 1, 0x01, 64, 0, 0, 0,
           0, OUTER_ETHERNET(0x08, 0x00)),
    HEADER("Ethernet pseudowire without a control word", 1, "mpls 16", OUTER_ETHERNET(0x88, 0x47),
           0, 1, 0x01, 64, 0x12, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00),
    HEADER("service function chain to IPv4", 1, "nsh 9", OUTER_ETHERNET(0x89, 0x4f), 0x0f, 0xc6, 1,
           1, 0, 0, 9, 255, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4),
    HEADER("service function chain to Ethernet", 1, "nsh 9", OUTER_ETHERNET(0x89, 0x4f), 0x0f, 0xc2,
           2, 3, 0, 0, 9, 255, OUTER_ETHERNET(0x08, 0x00)),
};

HEADER_TESTS(link, CASES)

static void build(const struct header_case *one, struct buf *frame)
{
    buf_add(frame, (struct bytes){one->octets, one->len});
    put_ipv4_udp(frame, "query");
}

Test(link, outermost_and_innermost_vlan_are_recorded)
{
    struct recorder r;
    struct buf frame;
    recorder_init(&r, record_packet, (struct net_options){0});
    buf_init(&frame, 1000);
    build(&CASES[2], &frame);
    record_frame(&r, 1, buf_bytes(&frame), 0);
    cr_expect(r.last.has_vlan);
    cr_expect_eq(r.last.vlan_id, 7);
    cr_expect(r.last.has_inner_vlan);
    cr_expect_eq(r.last.inner_vlan_id, 9);

    buf_reset(&frame);
    build(&CASES[0], &frame);
    record_frame(&r, 1, buf_bytes(&frame), 0);
    cr_expect(!r.last.has_vlan);
    cr_expect(!r.last.has_inner_vlan);
    buf_release(&frame);
    recorder_release(&r);
}

Test(link, what_is_not_ip_is_counted)
{
    struct recorder r;
    struct buf frame;
    recorder_init(&r, record_packet, (struct net_options){0});
    buf_init(&frame, 1000);
    put_ethernet(&frame, 0x0806);
    PUT(&frame, 0, 1, 8, 0);
    record_frame(&r, LINK_ETHERNET, buf_bytes(&frame), 0);
    cr_expect_eq(net_decoder_counters(r.decoder)->not_ip, 1);
    record_frame(&r, 9999, buf_bytes(&frame), 0);
    cr_expect_eq(net_decoder_counters(r.decoder)->link_unsupported, 1);
    cr_expect_eq(net_decoder_counters(r.decoder)->frames, 2);
    cr_expect_eq(r.log.len, 0);
    buf_release(&frame);
    recorder_release(&r);
}

/* More tags than any network has: the walk ends, and says that it did. */
Test(link, tags_without_end_are_malformed)
{
    struct recorder r;
    struct buf frame;
    recorder_init(&r, record_packet, (struct net_options){0});
    buf_init(&frame, 10000);
    put_ethernet(&frame, 0x8100);
    for (int i = 0; i < 1000; i++)
        PUT(&frame, 0, 1, 0x81, 0);
    record_frame(&r, LINK_ETHERNET, buf_bytes(&frame), 0);
    cr_expect_eq(net_decoder_counters(r.decoder)->malformed, 1);
    buf_release(&frame);
    recorder_release(&r);
}
