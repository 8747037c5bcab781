/* Streams of messages that begin with one digit, their length: "5hello5world". */
#include "core/net/tcp_stream.h"

#include <criterion/criterion.h>

#include "core/base/time_text.h"
#include "core/net/gap_buffer.h"
#include "tests/core/net/frames.h"

static struct recorder r;
static int64_t now_ns;

/* Writes "FRAME> message", or "FRAME< message" for what the server sends; what is left of a message
 * whose end is lost is marked "cut", what follows lost octets "gap". */
static size_t record_messages(void *context, const struct packet *packet)
{
    struct recorder *const rec = context;
    const struct bytes payload = packet->payload;
    const char way = packet->destination_port == 53 ? '>' : '<';
    const bool is_lost = packet->after_gap && (payload.data[0] < '1' || payload.data[0] > '9');
    if (is_lost)
        return PACKET_LOST;
    size_t at = 0;
    while (at < payload.len) {
        const size_t len = (size_t)(payload.data[at] - '0');
        const struct bytes text = bytes_slice(payload, at + 1, len);
        if (text.len < len && !packet->is_cut)
            break;
        buf_add_format(&rec->log, "%d%c ", (int)packet->frame->number, way);
        buf_add(&rec->log, text);
        if (text.len < len)
            buf_add_text(&rec->log, " cut");
        buf_add_text(&rec->log, packet->after_gap && at == 0 ? " gap\n" : "\n");
        at += 1 + text.len;
    }
    return at;
}

static void setup(void)
{
    recorder_init(&r, record_messages,
                  (struct net_options){.tcp_streams_max = 8, .tcp_buffers = 2});
}

static void teardown(void)
{
    recorder_release(&r);
}

TestSuite(tcp_stream, .init = setup, .fini = teardown);

struct sent {
    uint32_t sequence;
    uint32_t acknowledged;
    uint8_t flags;
    uint8_t client; /* number of the client; its address and port differ */
    bool is_server; /* the server sends it to the client */
    size_t cut;     /* octets of its end that were not captured */
};

/* One segment in a frame of its own; frames are 1 ms apart. */
static void send_segment(struct sent how, const char *text)
{
    const size_t len = strlen(text);
    struct buf b;
    buf_init(&b, 200000);
    const uint8_t client[4] = {192, 0, 2, (uint8_t)(100 + how.client)};
    const uint8_t server[4] = {192, 0, 2, 53};
    PUT(&b, 0x45, 0);
    put_u16(&b, 40 + len);
    PUT(&b, 0, 0, 0, 0, 64, 6, 0, 0);
    buf_add(&b, (struct bytes){how.is_server ? server : client, 4});
    buf_add(&b, (struct bytes){how.is_server ? client : server, 4});
    put_u16(&b, how.is_server ? 53 : 40000 + how.client);
    put_u16(&b, how.is_server ? 40000 + how.client : 53);
    put_u32(&b, how.sequence);
    put_u32(&b, how.acknowledged);
    PUT(&b, 0x50, how.flags, 0xff, 0xff, 0, 0, 0, 0);
    buf_add_text(&b, text);
    now_ns += NS_PER_MS;
    const struct frame frame = {
        .octets = {b.data, b.len - how.cut},
        .wire_len = (uint32_t)b.len,
        .link_type = 101,
        .number = ++r.frames,
        .time_ns = now_ns,
    };
    net_decoder_frame(r.decoder, &frame);
    buf_release(&b);
}

/* SEND(text, sequence, acknowledged, flags[, .other = members]) */
#define SEND(text, number, acknowledges, bits, ...)                                                \
    send_segment(                                                                                  \
        (struct sent){                                                                             \
            .sequence = (number), .acknowledged = (acknowledges), .flags = (bits), ##__VA_ARGS__}, \
        text)

/* The client's next octet has the number 1001, the server's 5001. */
static void shake_hands(void)
{
    SEND("", 1000, 0, TCP_SYN);
    SEND("", 5000, 1001, TCP_SYN | TCP_ACK, .is_server = true);
    SEND("", 1001, 5001, TCP_ACK);
}

static void expect_log(const char *expected)
{
    cr_expect_str_eq(buf_text(&r.log), expected);
}

static const struct net_counters *counters(void)
{
    return net_decoder_counters(r.decoder);
}

Test(tcp_stream, whole_messages_are_delivered_from_both_ends)
{
    shake_hands();
    SEND("5query", 1001, 5001, TCP_ACK);
    SEND("8response", 5001, 1007, TCP_ACK, .is_server = true);
    expect_log("4> query\n5< response\n");
    cr_expect_eq(counters()->tcp_segments, 2);
    cr_expect_eq(counters()->tcp_gaps, 0);
}

Test(tcp_stream, several_messages_in_a_segment)
{
    shake_hands();
    SEND("3one3two5th", 1001, 5001, TCP_ACK);
    SEND("ree4four", 1012, 5001, TCP_ACK);
    expect_log("4> one\n4> two\n5> three\n5> four\n");
}

Test(tcp_stream, message_an_octet_at_a_time)
{
    static const char TEXT[] = "5query";
    shake_hands();
    for (uint32_t i = 0; i < 6; i++) {
        const char one[2] = {TEXT[i], 0};
        SEND(one, 1001 + i, 5001, TCP_ACK);
    }
    expect_log("9> query\n");
}

Test(tcp_stream, order_is_restored)
{
    shake_hands();
    SEND("5three", 1009, 5001, TCP_ACK);
    SEND("3two", 1005, 5001, TCP_ACK);
    expect_log("");
    SEND("3one", 1001, 5001, TCP_ACK);
    expect_log("6> one\n6> two\n6> three\n");
    cr_expect_eq(counters()->tcp_reordered, 2);
    cr_expect_eq(counters()->tcp_gaps, 0);
}

Test(tcp_stream, retransmission_brings_nothing_new)
{
    shake_hands();
    SEND("3one", 1001, 5001, TCP_ACK);
    SEND("3one", 1001, 5001, TCP_ACK);
    SEND("3two", 1005, 5001, TCP_ACK);
    SEND("3one3two", 1001, 5001, TCP_ACK);
    expect_log("4> one\n6> two\n");
    cr_expect_eq(counters()->tcp_retransmitted, 2);
}

Test(tcp_stream, keep_alive_is_a_retransmission)
{
    shake_hands();
    SEND("3one", 1001, 5001, TCP_ACK);
    SEND("?", 1004, 5001, TCP_ACK);
    SEND("3two", 1005, 5001, TCP_ACK);
    expect_log("4> one\n6> two\n");
}

Test(tcp_stream, first_octets_of_an_overlap_win)
{
    shake_hands();
    SEND("3on", 1001, 5001, TCP_ACK);
    SEND("XXXe3two", 1001, 5001, TCP_ACK);
    expect_log("5> one\n5> two\n");
}

Test(tcp_stream, waiting_octets_win_over_later_ones)
{
    shake_hands();
    SEND("3two", 1005, 5001, TCP_ACK);
    SEND("3oneXXXX5three", 1001, 5001, TCP_ACK);
    expect_log("5> one\n5> two\n5> three\n");
}

Test(tcp_stream, sequence_numbers_wrap)
{
    SEND("", UINT32_MAX - 3, 0, TCP_SYN);
    SEND("5wrap", UINT32_MAX - 2, 0, TCP_ACK);
    SEND("s3two", 2, 0, TCP_ACK);
    SEND("4four", 13, 0, TCP_ACK);
    SEND("5three", 7, 0, TCP_ACK);
    expect_log("3> wraps\n3> two\n5> three\n5> four\n");
}

Test(tcp_stream, acknowledged_octets_that_were_not_captured_are_a_gap)
{
    shake_hands();
    SEND("3two", 1005, 5001, TCP_ACK);
    SEND("", 5001, 1001, TCP_ACK, .is_server = true); /* says that it has nothing yet */
    expect_log("");
    SEND("8response", 5001, 1009, TCP_ACK, .is_server = true);
    expect_log("4> two gap\n6< response\n");
    cr_expect_eq(counters()->tcp_gaps, 1);
}

Test(tcp_stream, segments_that_touch_do_not_wait_for_each_other)
{
    shake_hands();
    SEND("3two", 1005, 5001, TCP_ACK);
    SEND("5three", 1009, 5001, TCP_ACK);
    SEND("", 5001, 1009, TCP_ACK, .is_server = true); /* has the first of them only */
    expect_log("4> two gap\n5> three\n");
}

Test(tcp_stream, octets_later_than_a_second_are_given_up)
{
    shake_hands();
    SEND("3two", 1005, 5001, TCP_ACK);
    now_ns += NS_PER_S;
    SEND("5three", 1009, 5001, TCP_ACK);
    SEND("3one", 1001, 5001, TCP_ACK);
    expect_log("4> two gap\n5> three\n");
    cr_expect_eq(counters()->tcp_retransmitted, 1);
}

Test(tcp_stream, message_before_a_gap_is_delivered_cut)
{
    shake_hands();
    SEND("5thr", 1001, 5001, TCP_ACK);
    SEND("4four", 1007, 5001, TCP_ACK);
    SEND("", 5001, 1012, TCP_ACK, .is_server = true);
    expect_log("4> thr cut\n5> four gap\n");
}

Test(tcp_stream, lost_place_is_found_again)
{
    shake_hands();
    SEND("ee4four", 1005, 5001, TCP_ACK);
    SEND("4five", 1012, 5001, TCP_ACK);
    SEND("", 5001, 1017, TCP_ACK, .is_server = true);
    expect_log("5> five gap\n");
}

Test(tcp_stream, too_many_waiting_segments_end_the_wait)
{
    shake_hands();
    for (uint32_t i = 0; i <= GAP_WAITING_MAX; i++)
        SEND("1a", 1003 + i * 4, 5001, TCP_ACK);
    /* As many as may wait do so; the next one makes them all go on. */
    cr_expect_eq(counters()->tcp_gaps, GAP_WAITING_MAX + 1);
    cr_expect_eq(strncmp(buf_text(&r.log), "4> a gap\n5> a gap\n", 18), 0);
    unsigned lines = 0;
    for (size_t i = 0; i < r.log.len; i++)
        lines += r.log.data[i] == '\n';
    cr_expect_eq(lines, GAP_WAITING_MAX + 1);
}

Test(tcp_stream, connection_without_a_handshake_begins_with_a_gap)
{
    SEND("5query", 1001, 5001, TCP_ACK);
    SEND("3two", 1007, 5001, TCP_ACK);
    expect_log("1> query gap\n2> two\n");
    cr_expect_eq(counters()->tcp_gaps, 0);
}

Test(tcp_stream, data_with_the_syn_is_delivered)
{
    SEND("5query", 1000, 0, TCP_SYN); /* TCP Fast Open, RFC 7413 */
    SEND("", 5000, 1007, TCP_SYN | TCP_ACK, .is_server = true);
    SEND("3two", 1007, 5001, TCP_ACK);
    expect_log("1> query\n3> two\n");
}

Test(tcp_stream, syn_seen_twice_changes_nothing)
{
    SEND("", 1000, 0, TCP_SYN);
    SEND("3one", 1001, 5001, TCP_ACK);
    SEND("", 1000, 0, TCP_SYN);
    SEND("3two", 1005, 5001, TCP_ACK);
    expect_log("2> one\n4> two\n");
}

Test(tcp_stream, syn_behind_its_data_changes_nothing)
{
    SEND("3one", 1001, 5001, TCP_ACK);
    SEND("", 1000, 0, TCP_SYN);
    SEND("3two", 1005, 5001, TCP_ACK);
    expect_log("1> one gap\n3> two\n");
}

Test(tcp_stream, ports_used_again_are_a_new_connection)
{
    shake_hands();
    SEND("3on", 1001, 5001, TCP_ACK);
    SEND("", 90000000, 0, TCP_SYN);
    SEND("3two", 90000001, 0, TCP_ACK);
    expect_log("4> on cut\n6> two\n");
}

Test(tcp_stream, fin_ends_a_message_that_is_not_whole)
{
    shake_hands();
    SEND("3one5thr", 1001, 5001, TCP_ACK);
    SEND("", 1009, 5001, TCP_ACK | TCP_FIN);
    expect_log("4> one\n4> thr cut\n");
    SEND("thr", 1006, 5001, TCP_ACK | TCP_FIN); /* sent again */
    expect_log("4> one\n4> thr cut\n");
}

Test(tcp_stream, rst_ends_both_directions)
{
    shake_hands();
    SEND("5thr", 1001, 5001, TCP_ACK);
    SEND("", 5001, 0, TCP_RST, .is_server = true);
    expect_log("4> thr cut\n");
    SEND("ee3two", 1005, 5001, TCP_ACK); /* a reset that the client did not believe */
    SEND("3two", 1011, 5001, TCP_ACK);
    expect_log("4> thr cut\n7> two gap\n");
}

Test(tcp_stream, stray_segment_is_dropped)
{
    shake_hands();
    SEND("3bad", 1001 + 0x40000000, 5001, TCP_ACK);
    SEND("3bad", 1001 - 0x40000000, 5001, TCP_ACK);
    SEND("3one", 1001, 5001, TCP_ACK);
    expect_log("6> one\n");
    cr_expect_eq(counters()->tcp_strays, 2);
}

Test(tcp_stream, far_segments_that_follow_each_other_are_believed)
{
    shake_hands();
    SEND("3one", 1001, 5001, TCP_ACK);
    SEND("4lost", 0x40000000, 5001, TCP_ACK);
    SEND("3two", 0x40000005, 5001, TCP_ACK);
    expect_log("4> one\n6> two gap\n");
    cr_expect_eq(counters()->tcp_strays, 1);
}

Test(tcp_stream, cut_segment_is_a_gap)
{
    shake_hands();
    SEND("3one5three4four", 1001, 5001, TCP_ACK, .cut = 7);
    SEND("4five", 1016, 5001, TCP_ACK);
    expect_log("4> one\n4> thr cut\n5> five gap\n");
    cr_expect_eq(counters()->tcp_gaps, 1);
}

Test(tcp_stream, cut_segment_ends_a_kept_message)
{
    shake_hands();
    SEND("5th", 1001, 5001, TCP_ACK);
    SEND("ree4four", 1004, 5001, TCP_ACK, .cut = 6);
    SEND("4five", 1012, 5001, TCP_ACK);
    expect_log("5> thre cut\n6> five gap\n");
}

Test(tcp_stream, finish_delivers_what_waits)
{
    shake_hands();
    SEND("3two", 1005, 5001, TCP_ACK);
    SEND("5thr", 1009, 5001, TCP_ACK);
    expect_log("");
    net_decoder_finish(r.decoder);
    expect_log("4> two gap\n5> thr cut\n");
}

Test(tcp_stream, fewer_buffers_than_streams_lose_the_oldest)
{
    SEND("5th", 1, 0, TCP_ACK, .client = 1);
    SEND("5th", 1, 0, TCP_ACK, .client = 2);
    SEND("5th", 1, 0, TCP_ACK, .client = 3);
    expect_log("1> th cut gap\n");
    SEND("ree", 4, 0, TCP_ACK, .client = 3);
    SEND("ree", 4, 0, TCP_ACK, .client = 2);
    SEND("ree3one", 4, 0, TCP_ACK, .client = 1);
    SEND("3two", 11, 0, TCP_ACK, .client = 1);
    expect_log("1> th cut gap\n4> three gap\n5> three gap\n7> two gap\n");
    cr_expect_eq(counters()->tcp_gaps, 1);
}

Test(tcp_stream, full_table_forgets_the_quietest_connection)
{
    for (uint8_t i = 1; i <= 5; i++)
        SEND("3one", 1, 0, TCP_SYN, .client = i); /* four connections fit */
    cr_expect_eq(counters()->tcp_evicted, 1);
    SEND("3two", 6, 0, TCP_ACK, .client = 2);
    SEND("3two", 6, 0, TCP_ACK, .client = 1);
    expect_log("1> one\n2> one\n3> one\n4> one\n5> one\n6> two\n7> two gap\n");
    cr_expect_eq(counters()->tcp_evicted, 2);
}

/* The handler of the suite waits for a digit's worth of octets; this one takes none. */
static size_t take_nothing(void *context, const struct packet *packet)
{
    *(size_t *)context = packet->payload.len;
    return 0;
}

Test(tcp_stream, octets_that_nobody_takes_are_dropped_at_the_limit)
{
    enum { STEP = 1000, KEPT_MAX = 65537 };
    size_t longest = 0;
    size_t given = 0;
    char text[STEP + 1];
    memset(text, 'x', STEP);
    text[STEP] = 0;
    net_decoder_free(r.decoder);
    const struct net_options options = {.tcp_streams_max = 2, .tcp_buffers = 1};
    cr_assert_eq(net_decoder_new(&options, take_nothing, &given, &r.decoder), ST_OK);
    for (uint32_t i = 0; i < 200; i++) {
        SEND(text, 1001 + i * STEP, 5001, TCP_ACK);
        longest = given > longest ? given : longest;
    }
    cr_expect_eq(longest, KEPT_MAX / STEP * STEP + STEP);
    cr_expect_eq(counters()->tcp_gaps, 200 * STEP / longest);
}
