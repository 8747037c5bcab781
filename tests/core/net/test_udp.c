#include <criterion/criterion.h>

#include "tests/core/net/frames.h"

static struct recorder r;
static struct buf frame;

static void setup(void)
{
    recorder_init(&r, record_packet, (struct net_options){0});
    buf_init(&frame, 1000);
}

static void teardown(void)
{
    buf_release(&frame);
    recorder_release(&r);
}

TestSuite(udp, .init = setup, .fini = teardown);

/* Offset of the UDP header behind IPv4. */
#define UDP_AT 20

static const struct net_counters *decode(void)
{
    record_frame(&r, 101, buf_bytes(&frame), (uint32_t)frame.len);
    return net_decoder_counters(r.decoder);
}

Test(udp, either_port_may_be_the_wanted_one)
{
    put_ipv4(&frame, 17, 8 + 8);
    put_u16(&frame, 53);
    put_u16(&frame, 40000);
    put_u16(&frame, 16);
    put_u16(&frame, 0);
    buf_add_text(&frame, "response");
    (void)decode();
    cr_expect_str_eq(buf_text(&r.log), "udp 192.0.2.1#53 192.0.2.53#40000 response\n");
}

Test(udp, other_ports_are_counted)
{
    put_ipv4_udp(&frame, "query");
    frame.data[UDP_AT + 3] = 54;
    cr_expect_eq(decode()->other_port, 1);
    cr_expect_eq(r.log.len, 0);
}

Test(udp, no_list_of_ports_means_every_port)
{
    struct net_decoder *all = NULL;
    const struct net_options options = {0};
    cr_assert_eq(net_decoder_new(&options, record_packet, &r, &all), ST_OK);
    put_ipv4_udp(&frame, "query");
    frame.data[UDP_AT + 3] = 54;
    const struct frame one = {.octets = buf_bytes(&frame), .link_type = 101};
    net_decoder_frame(all, &one);
    cr_expect_str_eq(buf_text(&r.log), "udp 192.0.2.1#40000 192.0.2.53#54 query\n");
    net_decoder_free(all);
}

Test(udp, length_cuts_the_payload)
{
    put_ipv4_udp(&frame, "query and more");
    frame.data[UDP_AT + 5] = 8 + 5;
    (void)decode();
    cr_expect_str_eq(buf_text(&r.log), "udp 192.0.2.1#40000 192.0.2.53#53 query\n");
}

Test(udp, length_beyond_the_packet_is_a_cut)
{
    put_ipv4_udp(&frame, "query");
    frame.data[UDP_AT + 5] = 200;
    (void)decode();
    cr_expect_str_eq(buf_text(&r.log), "udp 192.0.2.1#40000 192.0.2.53#53 query cut\n");
}

Test(udp, length_zero_of_ipv6_means_the_rest)
{
    put_ipv6(&frame, 17, 8 + 5);
    put_udp(&frame, "query");
    frame.data[40 + 5] = 0;
    (void)decode();
    cr_expect_str_eq(buf_text(&r.log), "udp 2001:db8::1#40000 2001:db8::53#53 query\n");
}

Test(udp, length_zero_of_ipv4_is_malformed)
{
    put_ipv4_udp(&frame, "query");
    frame.data[UDP_AT + 5] = 0;
    cr_expect_eq(decode()->malformed, 1);
    cr_expect_eq(r.log.len, 0);
}

Test(udp, length_shorter_than_the_header_is_malformed)
{
    put_ipv4_udp(&frame, "query");
    frame.data[UDP_AT + 5] = 7;
    cr_expect_eq(decode()->malformed, 1);
    cr_expect_eq(r.log.len, 0);
}

/* An empty datagram says something too: it is delivered. */
Test(udp, empty_payload_is_delivered)
{
    put_ipv4_udp(&frame, "");
    (void)decode();
    cr_expect_str_eq(buf_text(&r.log), "udp 192.0.2.1#40000 192.0.2.53#53 \n");
}
