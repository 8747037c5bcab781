#include "core/net/checksum.h"

#include <criterion/criterion.h>

#include "tests/core/net/frames.h"

/* How many checksums of a raw IP packet are wrong, if they are looked at. */
static uint64_t wrong(struct bytes packet, size_t missing, bool is_asked)
{
    struct recorder r;
    recorder_init(&r, record_packet, (struct net_options){.counts_checksums = is_asked});
    record_frame(&r, 101, packet, (uint32_t)(packet.len + missing));
    cr_expect_neq(r.log.len, 0);
    const uint64_t count = net_decoder_counters(r.decoder)->bad_checksums;
    recorder_release(&r);
    return count;
}

/* A query from 192.0.2.1 to 192.0.2.53, and from 2001:db8::1 to 2001:db8::53, with an odd number of
 * octets; tshark finds every checksum good. */
static const uint8_t V4_UDP[] = {0x45, 0x00, 0x00, 0x21, 0x12, 0x34, 0x00, 0x00, 0x40, 0x11, 0xe4,
                                 0x61, 0xc0, 0x00, 0x02, 0x01, 0xc0, 0x00, 0x02, 0x35, 0x9c, 0x40,
                                 0x00, 0x35, 0x00, 0x0d, 0x8f, 0x3f, 0x71, 0x75, 0x65, 0x72, 0x79};
static const uint8_t V4_TCP[] = {
    0x45, 0x00, 0x00, 0x2d, 0x12, 0x34, 0x00, 0x00, 0x40, 0x06, 0xe4, 0x60, 0xc0, 0x00, 0x02,
    0x01, 0xc0, 0x00, 0x02, 0x35, 0x9c, 0x40, 0x00, 0x35, 0x00, 0x00, 0x03, 0xe8, 0x00, 0x00,
    0x00, 0x00, 0x50, 0x18, 0xff, 0xff, 0x3b, 0x4b, 0x00, 0x00, 0x71, 0x75, 0x65, 0x72, 0x79};
static const uint8_t V6_UDP[] = {0x60, 0x00, 0x00, 0x00, 0x00, 0x0d, 0x11, 0x40, 0x20, 0x01, 0x0d,
                                 0xb8, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
                                 0x00, 0x01, 0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00, 0x00, 0x00, 0x00,
                                 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x53, 0x9c, 0x40, 0x00, 0x35,
                                 0x00, 0x0d, 0xb7, 0xb0, 0x71, 0x75, 0x65, 0x72, 0x79};

struct checksum_case {
    const char *what;
    struct bytes packet;
};

#define CASE(octets)               \
    {                              \
#        octets,                   \
        {                          \
            octets, sizeof(octets) \
        }                          \
    }

static const struct checksum_case CASES[] = {
    CASE(V4_UDP),
    CASE(V4_TCP),
    CASE(V6_UDP),
};

Test(checksum, right_ones_are_not_counted)
{
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
        cr_expect_eq(wrong(CASES[i].packet, 0, true), 0, "%s", CASES[i].what);
}

/* Addresses and payload belong to the sum, so any octet that differs is seen; but those that decide
 * what a packet is. */
Test(checksum, every_changed_octet_behind_the_ports_is_counted)
{
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        const struct bytes packet = CASES[i].packet;
        for (size_t at = packet.len - 5; at < packet.len; at++) {
            uint8_t copy[100];
            memcpy(copy, packet.data, packet.len);
            copy[at] ^= 1;
            cr_expect_eq(wrong((struct bytes){copy, packet.len}, 0, true), 1, "%s, %zu",
                         CASES[i].what, at);
            cr_expect_eq(wrong((struct bytes){copy, packet.len}, 0, false), 0);
        }
    }
}

Test(checksum, header_of_ipv4_has_its_own)
{
    uint8_t copy[sizeof V4_UDP];
    memcpy(copy, V4_UDP, sizeof copy);
    copy[8]--; /* time to live: not in the sum of UDP */
    cr_expect_eq(wrong((struct bytes){copy, sizeof copy}, 0, true), 1);
    copy[13]++; /* source: in both */
    cr_expect_eq(wrong((struct bytes){copy, sizeof copy}, 0, true), 2);
}

Test(checksum, none_and_unfinished_captures_are_not_counted)
{
    uint8_t copy[sizeof V4_UDP];
    memcpy(copy, V4_UDP, sizeof copy);
    copy[26] = 0;
    copy[27] = 0;
    cr_expect_eq(wrong((struct bytes){copy, sizeof copy}, 0, true), 0);
    cr_expect_eq(wrong((struct bytes){V4_UDP, sizeof V4_UDP - 2}, 2, true), 0);
}
