#include "core/net/icmp.h"

#include <criterion/criterion.h>

#include "tests/core/net/frames.h"

static struct recorder r;
static struct buf frame;

/* One line: "port_unreachable from 192.0.2.1: 192.0.2.1#40000 192.0.2.53#53 payload". */
static void record_error(void *context, const struct packet *quoted, const struct icmp_error *error)
{
    struct buf *const log = &((struct recorder *)context)->log;
    buf_add_format(log, "%s from ", icmp_reason_text(error->reason));
    ip_print(&error->reporter, log);
    buf_add_text(log, ": ");
    log_endpoint(log, &quoted->source, quoted->source_port);
    buf_add_u8(log, ' ');
    log_endpoint(log, &quoted->destination, quoted->destination_port);
    buf_add_u8(log, ' ');
    buf_add(log, quoted->payload);
    buf_add_u8(log, '\n');
}

static void setup(void)
{
    recorder_init(&r, record_packet, (struct net_options){.error_handler = record_error});
    buf_init(&frame, 1000);
}

static void teardown(void)
{
    buf_release(&frame);
    recorder_release(&r);
}

TestSuite(icmp, .init = setup, .fini = teardown);

static const struct net_counters *decode(void)
{
    record_frame(&r, 101, buf_bytes(&frame), (uint32_t)frame.len);
    return net_decoder_counters(r.decoder);
}

static void put_icmp(uint8_t type, uint8_t code)
{
    PUT(&frame, type, code, 0, 0, 0, 0, 0, 0);
}

/* An error that quotes a datagram. */
static void put_error_v4(uint8_t type, uint8_t code)
{
    put_ipv4(&frame, 1, 8 + 20 + 8 + 5);
    put_icmp(type, code);
    put_ipv4_udp(&frame, "query");
}

static void put_error_v6(uint8_t type, uint8_t code)
{
    put_ipv6(&frame, 58, 8 + 40 + 8 + 5);
    put_icmp(type, code);
    put_ipv6(&frame, 17, 8 + 5);
    put_udp(&frame, "query");
}

struct code_case {
    uint8_t type;
    uint8_t code;
    const char *reason; /* NULL: no error */
};

static void expect_reason(const struct code_case *one, const char *from, const char *to)
{
    char line[200];
    (void)snprintf(line, sizeof line, "%s from %s: %s#40000 %s#53 query\n", one->reason, from, from,
                   to);
    (void)decode();
    cr_expect_str_eq(buf_text(&r.log), one->reason == NULL ? "" : line, "%u/%u", one->type,
                     one->code);
    buf_reset(&r.log);
    buf_reset(&frame);
}

/* RFC 792; RFC 1122, 3.2.2.1; RFC 1812, 5.2.7.1. */
Test(icmp, errors_of_ipv4_have_reasons)
{
    static const struct code_case CASES[] = {
        {3, 0, "network_unreachable"},
        {3, 1, "host_unreachable"},
        {3, 2, "protocol_unreachable"},
        {3, 3, "port_unreachable"},
        {3, 4, "too_big"},
        {3, 7, "host_unreachable"},
        {3, 9, "prohibited"},
        {3, 10, "prohibited"},
        {3, 13, "prohibited"},
        {11, 0, "time_exceeded"},
        {12, 0, "parameter_problem"},
        {0, 0, NULL},
        {8, 0, NULL},
        {5, 1, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        put_error_v4(CASES[i].type, CASES[i].code);
        expect_reason(&CASES[i], "192.0.2.1", "192.0.2.53");
    }
}

/* RFC 4443, 3. */
Test(icmp, errors_of_ipv6_have_reasons)
{
    static const struct code_case CASES[] = {
        {1, 0, "network_unreachable"},
        {1, 1, "prohibited"},
        {1, 3, "host_unreachable"},
        {1, 4, "port_unreachable"},
        {1, 5, "prohibited"},
        {1, 6, "prohibited"},
        {2, 0, "too_big"},
        {3, 0, "time_exceeded"},
        {4, 1, "parameter_problem"},
        {128, 0, NULL},
        {135, 0, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        put_error_v6(CASES[i].type, CASES[i].code);
        expect_reason(&CASES[i], "2001:db8::1", "2001:db8::53");
    }
}

/* RFC 792 asks for no more than 8 octets behind the quoted IP header. */
Test(icmp, quoted_datagram_may_be_cut)
{
    put_ipv4(&frame, 1, 8 + 20 + 8);
    put_icmp(3, 3);
    put_ipv4_udp(&frame, "query");
    cr_expect_eq(decode()->icmp_errors, 1);
    cr_expect_str_eq(buf_text(&r.log),
                     "port_unreachable from 192.0.2.1: 192.0.2.1#40000 192.0.2.53#53 \n");
}

Test(icmp, every_prefix_is_read_or_counted)
{
    put_error_v4(3, 3);
    const size_t headers_len = 20 + 8 + 20 + 8;
    for (size_t len = 0; len < frame.len; len++) {
        struct recorder prefix;
        recorder_init(&prefix, record_packet, (struct net_options){.error_handler = record_error});
        record_frame(&prefix, 101, (struct bytes){frame.data, len}, (uint32_t)frame.len);
        const struct net_counters *const counters = net_decoder_counters(prefix.decoder);
        cr_expect_eq(counters->icmp_errors, len >= headers_len, "%zu", len);
        cr_expect_eq(counters->truncated, len < headers_len, "%zu", len);
        recorder_release(&prefix);
    }
}

Test(icmp, quoted_fragment_waits_for_no_other)
{
    put_error_v4(3, 3);
    frame.data[20 + 8 + 6] = 0x20; /* more fragments */
    cr_expect_eq(decode()->icmp_errors, 1);
    frame.data[20 + 8 + 7] = 1; /* not the first one */
    cr_expect_eq(decode()->icmp_errors, 1);
    net_decoder_finish(r.decoder);
    cr_expect_eq(net_decoder_counters(r.decoder)->fragments, 0);
}

Test(icmp, other_packets_are_counted_as_before)
{
    put_error_v4(3, 3);
    frame.data[20 + 8 + 20 + 3] = 54; /* port */
    cr_expect_eq(decode()->other_port, 1);
    buf_reset(&frame);
    put_ipv4(&frame, 1, 8);
    put_icmp(8, 0);
    cr_expect_eq(decode()->not_transport, 1);
    buf_reset(&frame);
    put_ipv4(&frame, 1, 8 + 20 + 8 + 20);
    put_icmp(3, 3);
    put_ipv4(&frame, 1, 8 + 20);
    put_icmp(3, 3);
    put_ipv4(&frame, 17, 0);
    cr_expect_eq(decode()->not_transport, 2);
    cr_expect_eq(r.log.len, 0);
}
