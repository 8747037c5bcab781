#include <criterion/criterion.h>

#include "tests/core/net/frames.h"

static struct recorder r;
static struct buf frame;

static void setup(void)
{
    recorder_init(&r, record_packet, (struct net_options){0});
    buf_init(&frame, 100000);
}

static void teardown(void)
{
    buf_release(&frame);
    recorder_release(&r);
}

TestSuite(ip, .init = setup, .fini = teardown);

static const struct net_counters *decode(int32_t link_type)
{
    record_frame(&r, link_type, buf_bytes(&frame), 0);
    buf_reset(&frame);
    return net_decoder_counters(r.decoder);
}

#define LINK_IPV4 228
#define LINK_IPV6 229

static const char V4_DELIVERED[] = "udp 192.0.2.1#40000 192.0.2.53#53 query\n";
static const char V6_DELIVERED[] = "udp 2001:db8::1#40000 2001:db8::53#53 query\n";
#define QUERY_LEN (8 + 5)

Test(ip, v4_options_are_passed)
{
    PUT(&frame, 0x47, 0);
    put_u16(&frame, 28 + QUERY_LEN);
    PUT(&frame, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 53);
    PUT(&frame, 0x94, 4, 0, 0, 1, 1, 1, 0); /* router alert, no operation, end */
    put_udp(&frame, "query");
    (void)decode(LINK_IPV4);
    cr_expect_str_eq(buf_text(&r.log), V4_DELIVERED);
    cr_expect(!r.last.is_ipv6);
}

Test(ip, padding_behind_v4_is_not_payload)
{
    put_ethernet(&frame, 0x0800);
    put_ipv4_udp(&frame, "query");
    buf_add_text(&frame, "padding of Ethernet to 60 octets");
    (void)decode(LINK_ETHERNET);
    cr_expect_str_eq(buf_text(&r.log), V4_DELIVERED);
}

/* Segmentation offload leaves 0 in packets captured on the host that sends them. */
Test(ip, v4_length_zero_means_the_rest)
{
    put_ipv4_udp(&frame, "query");
    frame.data[2] = 0;
    frame.data[3] = 0;
    (void)decode(LINK_IPV4);
    cr_expect_str_eq(buf_text(&r.log), V4_DELIVERED);
}

Test(ip, impossible_v4_headers_are_malformed)
{
    static const struct {
        size_t at;
        uint8_t value;
    } CHANGES[] = {
        {0, 0x55}, /* version 5 */
        {0, 0x44}, /* header of 16 octets */
        {3, 19},   /* total length shorter than the header */
    };
    for (size_t i = 0; i < ARRAY_LEN(CHANGES); i++) {
        put_ethernet(&frame, 0x0800);
        put_ipv4_udp(&frame, "query");
        frame.data[14 + CHANGES[i].at] = CHANGES[i].value;
        cr_expect_eq(decode(LINK_ETHERNET)->malformed, i + 1, "%zu", i);
    }
    cr_expect_eq(r.log.len, 0);
}

Test(ip, v6_is_delivered)
{
    put_ipv6(&frame, 17, QUERY_LEN);
    put_udp(&frame, "query");
    buf_add_text(&frame, "padding");
    (void)decode(LINK_IPV6);
    cr_expect_str_eq(buf_text(&r.log), V6_DELIVERED);
    cr_expect(r.last.is_ipv6);
}

Test(ip, v6_extension_headers_are_passed)
{
    put_ipv6(&frame, 0, 8 + 16 + 8 + 24 + 8 + QUERY_LEN);
    PUT(&frame, 60, 0, 1, 4, 0, 0, 0, 0);                          /* hop-by-hop */
    PUT(&frame, 43, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0); /* destination */
    PUT(&frame, 51, 0, 0, 0, 0, 0, 0, 0);                          /* routing */
    PUT(&frame, 44, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    PUT(&frame, 17, 0, 0, 0, 0, 0, 0, 9); /* an atomic fragment (RFC 6946) */
    put_udp(&frame, "query");
    (void)decode(LINK_IPV6);
    cr_expect_str_eq(buf_text(&r.log), V6_DELIVERED);
}

Test(ip, every_prefix_of_v6_extension_headers_is_truncated)
{
    put_ipv6(&frame, 0, 8 + 16 + QUERY_LEN);
    PUT(&frame, 60, 0, 1, 4, 0, 0, 0, 0);
    PUT(&frame, 17, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    put_udp(&frame, "query");
    const size_t headers_len = 40 + 8 + 16 + 8;
    for (size_t len = 0; len < frame.len; len++) {
        struct recorder one;
        recorder_init(&one, record_packet, (struct net_options){0});
        record_frame(&one, LINK_IPV6, (struct bytes){frame.data, len}, (uint32_t)frame.len);
        cr_expect_eq(net_decoder_counters(one.decoder)->truncated, len < headers_len, "%zu", len);
        cr_expect_eq(net_decoder_counters(one.decoder)->udp, len >= headers_len, "%zu", len);
        recorder_release(&one);
    }
}

Test(ip, v6_length_zero_means_the_rest)
{
    put_ipv6(&frame, 17, 0);
    put_udp(&frame, "query");
    (void)decode(LINK_IPV6);
    cr_expect_str_eq(buf_text(&r.log), V6_DELIVERED);
}

Test(ip, other_protocols_are_counted)
{
    put_ipv4(&frame, 1, 8);
    PUT(&frame, 8, 0, 0, 0, 0, 0, 0, 0);
    cr_expect_eq(decode(LINK_IPV4)->not_transport, 1);
    put_ipv6(&frame, 59, 0); /* no next header */
    cr_expect_eq(decode(LINK_IPV6)->not_transport, 2);
}
