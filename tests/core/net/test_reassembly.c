#include "core/net/reassembly.h"

#include <criterion/criterion.h>

#include "core/base/time_text.h"
#include "tests/core/net/frames.h"

static struct recorder r;

static void setup(void)
{
    recorder_init(&r, record_packet, (struct net_options){.fragmented_max = 4});
}

static void teardown(void)
{
    recorder_release(&r);
}

TestSuite(reassembly, .init = setup, .fini = teardown);

/* "query of which the fragments come one by one" with a UDP header before it: 52 octets. */
static const char TEXT[] = "query of which the fragments come one by one";
static const char V4_DELIVERED[] =
    "udp 192.0.2.1#40000 192.0.2.53#53 query of which the fragments come one by one\n";
static const char V6_DELIVERED[] =
    "udp 2001:db8::1#40000 2001:db8::53#53 query of which the fragments come one by one\n";

static struct buf datagram_of(const char *text)
{
    struct buf datagram;
    buf_init(&datagram, 100000);
    put_udp(&datagram, text);
    return datagram;
}

/* Decodes [from, to) of a datagram as an IPv4 fragment. */
static void send_v4(uint16_t identification, const char *text, size_t from, size_t to)
{
    struct buf datagram = datagram_of(text);
    struct buf frame;
    buf_init(&frame, 100000);
    put_ipv4(&frame, 17, to - from);
    frame.data[4] = (uint8_t)(identification >> 8);
    frame.data[5] = (uint8_t)(identification & 0xff);
    frame.data[6] = (uint8_t)((to < datagram.len ? 0x20 : 0) | from / 8 >> 8);
    frame.data[7] = (uint8_t)(from / 8 & 0xff);
    buf_add(&frame, (struct bytes){datagram.data + from, to - from});
    record_frame(&r, 228, buf_bytes(&frame), 0);
    buf_release(&frame);
    buf_release(&datagram);
}

static void send_v6(uint32_t identification, const char *text, size_t from, size_t to)
{
    struct buf datagram = datagram_of(text);
    struct buf frame;
    buf_init(&frame, 100000);
    put_ipv6(&frame, 44, 8 + to - from);
    PUT(&frame, 17, 0);
    put_u16(&frame, from | (to < datagram.len ? 1 : 0));
    put_u32(&frame, identification);
    buf_add(&frame, (struct bytes){datagram.data + from, to - from});
    record_frame(&r, 229, buf_bytes(&frame), 0);
    buf_release(&frame);
    buf_release(&datagram);
}

static const struct net_counters *counters(void)
{
    return net_decoder_counters(r.decoder);
}

Test(reassembly, fragments_in_order)
{
    send_v4(1, TEXT, 0, 24);
    send_v4(1, TEXT, 24, 48);
    cr_expect_eq(r.log.len, 0);
    send_v4(1, TEXT, 48, 52);
    cr_expect_str_eq(buf_text(&r.log), V4_DELIVERED);
    cr_expect_eq(counters()->reassembled, 1);
    cr_expect_eq(counters()->fragments, 0);
}

Test(reassembly, fragments_in_reverse_order)
{
    send_v6(1, TEXT, 48, 52);
    send_v6(1, TEXT, 24, 48);
    send_v6(1, TEXT, 0, 24);
    cr_expect_str_eq(buf_text(&r.log), V6_DELIVERED);
}

Test(reassembly, longest_datagram_in_reverse_order)
{
    enum { LEN = 65000, STEP = 1480 };
    char *const text = malloc(LEN + 1);
    cr_assert_not_null(text);
    memset(text, 'x', LEN);
    text[LEN] = 0;
    for (size_t from = LEN / STEP * STEP;; from -= STEP) {
        send_v4(1, text, from, from + STEP < LEN + 8 ? from + STEP : LEN + 8);
        if (from == 0)
            break;
    }
    cr_expect_eq(counters()->udp, 1);
    cr_expect_eq(r.log.len, strlen("udp 192.0.2.1#40000 192.0.2.53#53 ") + LEN + 1);
    free(text);
}

Test(reassembly, datagrams_at_once_are_kept_apart)
{
    send_v4(1, TEXT, 0, 24);
    send_v4(2, TEXT, 24, 52);
    send_v6(1, TEXT, 24, 52);
    cr_expect_eq(r.log.len, 0);
    send_v4(2, TEXT, 0, 24);
    cr_expect_str_eq(buf_text(&r.log), V4_DELIVERED);
    buf_reset(&r.log);
    send_v6(1, TEXT, 0, 24);
    cr_expect_str_eq(buf_text(&r.log), V6_DELIVERED);
}

Test(reassembly, first_octets_of_an_overlap_win)
{
    static const char OTHER[] = "ZZZZZ ZZ ZZZZZ ZZZ ZZZZZZZZZ ZZZZ ZZZ ZZ ZZZ";
    send_v4(1, TEXT, 8, 32);
    send_v4(1, OTHER, 24, 52);
    send_v4(1, OTHER, 0, 16);
    cr_expect_str_eq(buf_text(&r.log), "udp 192.0.2.1#40000 192.0.2.53#53 "
                                       "query of which the fragmZZZZ ZZZZ ZZZ ZZ ZZZ\n");
    cr_expect_eq(counters()->fragment_conflicts, 1);
    cr_expect(r.last.has_overlap);
    send_v4(2, TEXT, 0, 24);
    send_v4(2, TEXT, 24, 52);
    cr_expect_not(r.last.has_overlap);
}

Test(reassembly, fragment_seen_twice_is_no_conflict)
{
    send_v4(1, TEXT, 0, 24);
    send_v4(1, TEXT, 0, 24);
    send_v4(1, TEXT, 24, 52);
    cr_expect_str_eq(buf_text(&r.log), V4_DELIVERED);
    cr_expect_eq(counters()->fragment_conflicts, 0);
}

Test(reassembly, full_table_forgets_the_oldest)
{
    for (uint16_t i = 1; i <= 5; i++)
        send_v4(i, TEXT, 0, 24);
    cr_expect_eq(counters()->fragments, 1);
    send_v4(1, TEXT, 24, 52); /* takes the place of 2 */
    cr_expect_eq(r.log.len, 0);
    send_v4(3, TEXT, 24, 52);
    cr_expect_str_eq(buf_text(&r.log), V4_DELIVERED);
    net_decoder_finish(r.decoder);
    cr_expect_eq(counters()->fragments, 1 + 1 + 3);
}

Test(reassembly, identification_used_again_later_is_another_datagram)
{
    send_v4(1, TEXT, 0, 24);
    r.frames += (uint64_t)(6 * NS_PER_S) / 1000; /* frames of the recorder are 1 us apart */
    send_v4(1, TEXT, 24, 52);
    cr_expect_eq(r.log.len, 0);
    cr_expect_eq(counters()->fragments, 1);
}

Test(reassembly, datagram_beyond_the_longest_is_malformed)
{
    struct buf frame;
    buf_init(&frame, 1000);
    put_ipv4(&frame, 17, 16);
    frame.data[6] = 0x1f;
    frame.data[7] = 0xff; /* at 65,528 */
    buf_add_text(&frame, "sixteen octets !");
    record_frame(&r, 228, buf_bytes(&frame), 0);
    cr_expect_eq(counters()->malformed, 1);
    cr_expect_eq(counters()->fragments, 1);
    buf_release(&frame);
}

/* The snap length cut the first fragment: the others cannot make it whole. */
Test(reassembly, cut_first_fragment_is_delivered_cut)
{
    struct buf frame;
    struct buf datagram = datagram_of(TEXT);
    buf_init(&frame, 1000);
    put_ipv4(&frame, 17, 48);
    frame.data[6] = 0x20;
    buf_add(&frame, (struct bytes){datagram.data, 13});
    record_frame(&r, 228, buf_bytes(&frame), 68);
    cr_expect_str_eq(buf_text(&r.log), "udp 192.0.2.1#40000 192.0.2.53#53 query cut\n");
    buf_release(&datagram);
    buf_release(&frame);
}

/* RFC 8200, 4.5: the headers behind the fragment header are part of what is fragmented. */
Test(reassembly, extension_headers_behind_the_fragment_header)
{
    struct buf whole;
    struct buf frame;
    buf_init(&whole, 1000);
    PUT(&whole, 17, 0, 1, 4, 0, 0, 0, 0); /* destination options */
    put_udp(&whole, TEXT);
    for (size_t from = 0; from < whole.len; from += 32) {
        const struct bytes part = bytes_slice(buf_bytes(&whole), from, 32);
        buf_init(&frame, 1000);
        put_ipv6(&frame, 0, 8 + 8 + part.len);
        PUT(&frame, 44, 0, 1, 4, 0, 0, 0, 0); /* hop-by-hop options */
        PUT(&frame, 60, 0);
        put_u16(&frame, from | (from + part.len < whole.len ? 1 : 0));
        put_u32(&frame, 77);
        buf_add(&frame, part);
        record_frame(&r, 229, buf_bytes(&frame), 0);
        buf_release(&frame);
    }
    cr_expect_str_eq(buf_text(&r.log), V6_DELIVERED);
    buf_release(&whole);
}
