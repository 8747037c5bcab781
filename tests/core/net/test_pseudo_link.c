#include "core/net/pseudo_link.h"

#include "tests/core/net/headers.h"

/* Headers of www.tcpdump.org/linktypes.html. */
static const struct header_case CASES[] = {
    HEADER("SLL", 113, "", 0, 4, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 0x08, 0x00),
    HEADER("SLL with a VLAN tag", 113, "", 0, 4, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 0x81, 0x00, 0,
           7, 0x08, 0x00),
    HEADER("SLL with LLC", 113, "", 0, 4, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 0, 4, 0xaa, 0xaa, 3,
           0, 0, 0, 0x08, 0x00),
    HEADER("SLL2", 276, "", 0x08, 0x00, 0, 0, 0, 0, 0, 3, 0, 1, 4, 6, 2, 0, 0, 0, 0, 1, 0, 0),
    HEADER("BSD loopback, little endian", 0, "", 2, 0, 0, 0),
    HEADER("BSD loopback, big endian", 0, "", 0, 0, 0, 2),
    HEADER("BSD loopback with an EtherType", 0, "", 0x0f, 0, 0x08, 0x00),
    HEADER("OpenBSD loopback", 108, "", 0, 0, 0, 2),
    /* Attributes: hardware (1), mark (3 octets of text, padded), then the payload of 33 octets. */
    HEADER("netfilter log", 239, "", 2, 0, 0, 1, 8, 0, 1, 0, 8, 0, 1, 0, 7, 0, 10, 0, 'a', 'b', 0,
           0, 37, 0, 9, 0),
};

HEADER_TESTS(pseudo_link, CASES)

Test(pseudo_link, families_of_all_systems_mean_ipv6)
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

Test(pseudo_link, impossible_attribute_is_malformed)
{
    static const uint8_t OCTETS[] = {2, 0, 0, 1, 3, 0, 1, 0, 0, 0, 0, 0};
    struct recorder r;
    recorder_init(&r, record_packet, (struct net_options){0});
    record_frame(&r, 239, (struct bytes){OCTETS, sizeof OCTETS}, 0);
    cr_expect_eq(net_decoder_counters(r.decoder)->malformed, 1);
    recorder_release(&r);
}
