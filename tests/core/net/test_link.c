#include <criterion/criterion.h>

#include "tests/core/net/frames.h"

static const char DELIVERED[] = "udp 192.0.2.1#40000 192.0.2.53#53 query\n";

/* Headers of www.tcpdump.org/linktypes.html, each before an IPv4 packet. */
static const struct {
    const char *what;
    int32_t link_type;
    size_t len;
    uint8_t header[32];
} CASES[] = {
    {"Ethernet II", 1, 14, {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00}},
    {"802.1Q", 1, 18, {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x81, 0x00, 0x20, 0x07, 0x08, 0x00}},
    {"802.1ad and two 802.1Q", 1, 26, {2,    0,    0,    0,    0,    1,    2,    0,    0,
                                       0,    0,    2,    0x88, 0xa8, 0x00, 0x07, 0x81, 0x00,
                                       0x00, 0x08, 0x81, 0x00, 0x00, 0x09, 0x08, 0x00}},
    {"0x9100", 1, 18, {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x91, 0x00, 0xf0, 0x07, 0x08, 0x00}},
    {"SLL", 113, 16, {0, 4, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 0x08, 0x00}},
    {"SLL2", 276, 20, {0x08, 0x00, 0, 0, 0, 0, 0, 3, 0, 1, 4, 6, 2, 0, 0, 0, 0, 1, 0, 0}},
    {"raw IP", 101, 0, {0}},
    {"raw IP as some systems number it", 12, 0, {0}},
    {"raw IP as OpenBSD numbers it", 14, 0, {0}},
    {"raw IPv4", 228, 0, {0}},
    {"BSD loopback, little endian", 0, 4, {2, 0, 0, 0}},
    {"BSD loopback, big endian", 0, 4, {0, 0, 0, 2}},
    {"OpenBSD loopback", 108, 4, {0, 0, 0, 2}},
};

static void build(size_t i, struct buf *frame)
{
    buf_add(frame, (struct bytes){CASES[i].header, CASES[i].len});
    put_ipv4_udp(frame, "query");
}

Test(link, headers_before_ip_are_passed)
{
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        struct recorder r;
        struct buf frame;
        recorder_init(&r, record_packet, (struct net_options){0});
        buf_init(&frame, 1000);
        build(i, &frame);
        record_frame(&r, CASES[i].link_type, buf_bytes(&frame), 0);
        cr_expect_str_eq(buf_text(&r.log), DELIVERED, "%s", CASES[i].what);
        buf_release(&frame);
        recorder_release(&r);
    }
}

/* A prefix that holds all headers delivers what there is of the payload, a shorter one nothing. */
Test(link, every_prefix_delivers_what_it_holds)
{
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        struct buf frame;
        buf_init(&frame, 1000);
        build(i, &frame);
        const size_t headers_len = CASES[i].len + 20 + 8;
        for (size_t len = 0; len < frame.len; len++) {
            struct recorder r;
            recorder_init(&r, record_packet, (struct net_options){0});
            record_frame(&r, CASES[i].link_type, (struct bytes){frame.data, len},
                         (uint32_t)frame.len);
            const struct net_counters *const counters = net_decoder_counters(r.decoder);
            cr_expect_eq(counters->udp, len >= headers_len, "%s, %zu", CASES[i].what, len);
            cr_expect_eq(counters->truncated, len < headers_len, "%s, %zu", CASES[i].what, len);
            cr_expect_eq(r.last.is_cut, len >= headers_len, "%s, %zu", CASES[i].what, len);
            recorder_release(&r);
        }
        buf_release(&frame);
    }
}

Test(link, outermost_vlan_is_recorded)
{
    struct recorder r;
    struct buf frame;
    recorder_init(&r, record_packet, (struct net_options){0});
    buf_init(&frame, 1000);
    build(2, &frame);
    record_frame(&r, 1, buf_bytes(&frame), 0);
    cr_expect(r.last.has_vlan);
    cr_expect_eq(r.last.vlan_id, 7);

    buf_reset(&frame);
    build(0, &frame);
    record_frame(&r, 1, buf_bytes(&frame), 0);
    cr_expect(!r.last.has_vlan);
    buf_release(&frame);
    recorder_release(&r);
}

Test(link, families_of_all_systems_mean_ipv6)
{
    static const uint8_t FAMILIES[] = {10, 24, 28, 30}; /* Linux, NetBSD, FreeBSD, macOS */
    struct recorder r;
    recorder_init(&r, record_packet, (struct net_options){0});
    for (size_t i = 0; i < ARRAY_LEN(FAMILIES); i++) {
        struct buf frame;
        buf_init(&frame, 1000);
        PUT(&frame, FAMILIES[i], 0, 0, 0);
        put_ipv6(&frame, 17, 9);
        put_udp(&frame, "q");
        record_frame(&r, 0, buf_bytes(&frame), 0);
        cr_expect_eq(net_decoder_counters(r.decoder)->udp, i + 1);
        buf_release(&frame);
    }
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
