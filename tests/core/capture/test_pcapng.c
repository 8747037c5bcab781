#include "core/capture/pcapng.h"

#include <criterion/criterion.h>

#include "core/base/buf.h"
#include "core/base/macros.h"
#include "core/capture/capture_file.h"
#include "tests/core/capture/files.h"

static struct buf content;
static bool is_big;

static void setup(void)
{
    buf_init(&content, (size_t)32 * 1024 * 1024);
    is_big = false;
}

static void teardown(void)
{
    buf_release(&content);
}

TestSuite(pcapng, .init = setup, .fini = teardown);

static void put(uint64_t value, unsigned len)
{
    for (unsigned i = 0; i < len; i++)
        buf_add_u8(&content, (uint8_t)(value >> 8 * (is_big ? len - 1 - i : i)));
}

/* A block around a body: type, length, body padded to 4 octets, length. */
static void put_block(uint32_t type, struct bytes body)
{
    const uint32_t padding = (4 - body.len % 4) % 4;
    const uint32_t len = 12 + (uint32_t)body.len + padding;
    put(type, 4);
    put(len, 4);
    buf_add(&content, body);
    put(0, padding);
    put(len, 4);
}

/* The bodies below are put behind the content and moved into a block. */
static void close_block(uint32_t type, size_t body_at)
{
    uint8_t body[1000];
    const size_t len = content.len - body_at;
    cr_assert(len <= sizeof body);
    memcpy(body, content.data + body_at, len);
    content.len = body_at;
    put_block(type, (struct bytes){body, len});
}

static void put_section(void)
{
    const size_t at = content.len;
    put(0x1a2b3c4d, 4);
    put(1, 2);
    put(0, 2);
    put(UINT64_MAX, 8); /* length not given */
    close_block(0x0a0d0d0a, at);
}

struct clock {
    bool has_resolution;
    uint8_t resolution;
    int64_t offset_s;
};

static void put_interface(uint16_t link_type, uint32_t snap_len, struct clock clock)
{
    const size_t at = content.len;
    put(link_type, 2);
    put(0, 2);
    put(snap_len, 4);
    put(2, 2); /* name, to be passed */
    put(5, 2);
    buf_add_text(&content, "veth0");
    put(0, 3);
    if (clock.has_resolution) {
        put(9, 2);
        put(1, 2);
        put(clock.resolution, 1);
        put(0, 3);
    }
    if (clock.offset_s != 0) {
        put(14, 2);
        put(8, 2);
        put((uint64_t)clock.offset_s, 8);
    }
    put(0, 4); /* end of options */
    close_block(1, at);
}

static void put_padded(const char *text)
{
    buf_add_text(&content, text);
    put(0, (4 - (unsigned)strlen(text) % 4) % 4);
}

/* What every packet begins with, its octets included. */
static size_t begin_packet(uint32_t interface, uint64_t units, const char *text)
{
    const size_t at = content.len;
    put(interface, 4);
    put(units >> 32, 4);
    put(units & UINT32_MAX, 4);
    put(strlen(text), 4);
    put(strlen(text) + 10, 4);
    put_padded(text);
    return at;
}

static void put_packet(uint32_t interface, uint64_t units, const char *text)
{
    close_block(6, begin_packet(interface, units, text));
}

static void put_option(uint16_t code, const char *text)
{
    put(code, 2);
    put(strlen(text), 2);
    put_padded(text);
}

/* Reads all frames of the octets. Each is a line "NUMBER INTERFACE LINK_TYPE TIME text", with
 * " # COMMENT" behind it if there is one. */
static enum status read_all(struct bytes octets, struct buf *log, struct error *err)
{
    const struct test_file file = file_of(octets, 1);
    struct input *input = NULL;
    struct capture_file *capture = NULL;
    struct frame frame;
    cr_assert_eq(input_open(file.path, &input, err), ST_OK, "%s", err->text);
    cr_assert_eq(input_kind(input), INPUT_CAPTURE);
    cr_assert_eq(capture_file_open(input, &capture, err), ST_OK, "%s", err->text);
    enum status status = capture_file_next(capture, &frame, err);
    while (status == ST_OK) {
        buf_add_format(log, "%d %u %d %lld ", (int)frame.number, frame.interface, frame.link_type,
                       (long long)frame.time_ns);
        buf_add(log, frame.octets);
        if (frame.comment.len > 0) {
            buf_add_text(log, " # ");
            buf_add(log, frame.comment);
        }
        buf_add_u8(log, '\n');
        status = capture_file_next(capture, &frame, err);
    }
    capture_file_close(capture);
    input_close(input);
    file_remove(&file);
    return status;
}

static void expect_log(const char *expected, enum status end)
{
    struct buf log;
    struct error err = {0};
    buf_init(&log, 100000);
    cr_expect_eq(read_all(buf_bytes(&content), &log, &err), end, "%s", err.text);
    cr_expect_str_eq(buf_text(&log), expected);
    buf_release(&log);
}

static const struct clock MICROSECONDS = {0};

Test(pcapng, both_byte_orders_are_read)
{
    for (int i = 0; i < 2; i++) {
        is_big = i == 1;
        buf_reset(&content);
        put_section();
        put_interface(1, 0, MICROSECONDS);
        put_packet(0, 1700000000123456, "first");
        put_packet(0, 1700000001000000, "");
        expect_log("1 0 1 1700000000123456000 first\n2 0 1 1700000001000000000 \n", ST_END);
    }
}

/* The first one counts; what stands behind the end of the options, or beyond the block, does not.
 */
Test(pcapng, packets_have_comments)
{
    for (int i = 0; i < 2; i++) {
        is_big = i == 1;
        buf_reset(&content);
        put_section();
        put_interface(1, 0, MICROSECONDS);
        size_t at = begin_packet(0, 1000000, "a");
        put_option(2, "flag");
        put_option(1, "resolver-0 answered");
        put_option(1, "second");
        put_option(0, "");
        close_block(6, at);
        at = begin_packet(0, 2000000, "b");
        put_option(0, "");
        put_option(1, "too late");
        close_block(6, at);
        at = begin_packet(0, 3000000, "c");
        put(1, 2);
        put(100, 2);
        put_padded("cut");
        close_block(6, at);
        put_packet(0, 4000000, "d");
        expect_log("1 0 1 1000000000 a # resolver-0 answered\n2 0 1 2000000000 b\n"
                   "3 0 1 3000000000 c\n4 0 1 4000000000 d\n",
                   ST_END);
    }
}

/* libpcap refuses such files. */
Test(pcapng, interfaces_differ_in_link_type_and_snap_length)
{
    put_section();
    put_interface(1, 65535, MICROSECONDS);
    put_packet(0, 1000000, "a");
    put_interface(113, 96, MICROSECONDS);
    put_packet(1, 2000000, "b");
    put_packet(0, 3000000, "c");
    expect_log("1 0 1 1000000000 a\n2 1 113 2000000000 b\n3 0 1 3000000000 c\n", ST_END);
}

Test(pcapng, clocks_have_their_own_resolution_and_offset)
{
    static const struct {
        struct clock clock;
        uint64_t units;
        const char *time;
    } CASES[] = {
        {{true, 0, 0}, 7, "7000000000"},
        {{true, 3, 0}, 7001, "7001000000"},
        {{true, 6, 0}, 7000001, "7000001000"},
        {{true, 9, 0}, 7000000001, "7000000001"},
        {{true, 12, 0}, 7000000001999, "7000000001"},
        {{true, 0x80 | 1, 0}, 15, "7500000000"},
        {{true, 0x80 | 10, 0}, 7 * 1024 + 256, "7250000000"},
        {{true, 0x80 | 32, 0}, (UINT64_C(7) << 32) + (1U << 30), "7250000000"},
        {{true, 0x80 | 60, 0}, (UINT64_C(7) << 60) + (UINT64_C(1) << 58), "7250000000"},
        {{true, 6, 1600000000}, 7000001, "1600000007000001000"},
        {{true, 6, -8}, 7000001, "-999999000"},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        struct buf expected;
        buf_init(&expected, 100);
        buf_add_format(&expected, "1 0 1 %s x\n", CASES[i].time);
        is_big = i % 2 == 1;
        buf_reset(&content);
        put_section();
        put_interface(1, 0, CASES[i].clock);
        put_packet(0, CASES[i].units, "x");
        expect_log(buf_text(&expected), ST_END);
        buf_release(&expected);
    }
}

/* Times that no 64 bits of nanoseconds hold are kept in range. */
Test(pcapng, impossible_times_stay_in_range)
{
    put_section();
    put_interface(1, 0, (struct clock){true, 0, INT64_MAX});
    put_interface(1, 0, (struct clock){true, 0, INT64_MIN});
    put_packet(0, UINT64_MAX, "x");
    put_packet(1, 0, "x");
    expect_log("1 0 1 4611586018000000000 x\n2 1 1 -4611586018000000000 x\n", ST_END);
}

Test(pcapng, sections_begin_anew)
{
    put_section();
    put_interface(1, 0, MICROSECONDS);
    put_packet(0, 1000000, "a");
    is_big = true;
    put_section();
    put_interface(101, 0, (struct clock){true, 9, 0});
    put_packet(0, 2000000000, "b");
    expect_log("1 0 1 1000000000 a\n2 0 101 2000000000 b\n", ST_END);
}

Test(pcapng, other_blocks_are_passed_whatever_their_size)
{
    static uint8_t large[20 * 1024 * 1024];
    put_section();
    put_interface(1, 0, MICROSECONDS);
    put_block(5, bytes_of("interface statistics"));
    put_block(0x80000bad, (struct bytes){large, sizeof large});
    put_packet(0, 1000000, "a");
    put_block(0x4bad, (struct bytes){NULL, 0});
    expect_log("1 0 1 1000000000 a\n", ST_END);
}

/* Simple packets have neither a time nor an interface, and no length but that on the wire. */
Test(pcapng, simple_and_obsolete_packets_are_read)
{
    put_section();
    put_interface(1, 4, MICROSECONDS);
    put_packet(0, 1000000, "a");
    const size_t simple_at = content.len;
    put(10, 4);
    buf_add_text(&content, "abcd"); /* the snap length cut it */
    close_block(3, simple_at);
    const size_t obsolete_at = content.len;
    put(0, 2);
    put(9, 2); /* drops */
    put(0, 4);
    put(2000000, 4);
    put(3, 4);
    put(3, 4);
    buf_add_text(&content, "old");
    close_block(2, obsolete_at);
    expect_log("1 0 1 1000000000 a\n2 0 1 1000000000 abcd\n3 0 1 2000000000 old\n", ST_END);
}

Test(pcapng, every_prefix_gives_the_packets_before_its_end)
{
    put_section();
    put_interface(1, 0, MICROSECONDS);
    const size_t first_at = content.len;
    put_packet(0, 1000000, "first");
    const size_t second_at = content.len;
    put_packet(0, 2000000, "second");
    for (size_t len = 4; len < content.len; len++) {
        struct buf log;
        struct error err = {0};
        buf_init(&log, 1000);
        const enum status status = read_all((struct bytes){content.data, len}, &log, &err);
        /* The section block has 28 octets. */
        const bool is_whole = len == 28 || len == first_at || len == second_at;
        cr_expect_eq(status, is_whole ? ST_END : ST_TRUNCATED, "%zu: %s", len, err.text);
        cr_expect_str_eq(buf_text(&log), len < second_at ? "" : "1 0 1 1000000000 first\n");
        if (len > second_at)
            cr_expect_not_null(strstr(err.text, "(packets read before: 1)"), "%s", err.text);
        buf_release(&log);
    }
}

static void expect_malformed(const char *what)
{
    struct buf log;
    struct error err = {0};
    buf_init(&log, 1000);
    cr_expect_eq(read_all(buf_bytes(&content), &log, &err), ST_MALFORMED);
    cr_expect_not_null(strstr(err.text, what), "%s", err.text);
    cr_expect_not_null(strstr(err.text, "the block at octet "), "%s", err.text);
    buf_release(&log);
    buf_reset(&content);
}

Test(pcapng, blocks_that_contradict_themselves_are_malformed)
{
    put_section();
    content.data[8] = 0;
    expect_malformed("has no byte order");

    put_section();
    put(6, 4);
    put(8, 4);
    expect_malformed("has an impossible length");

    put_section();
    put(6, 4);
    put(0x7ffffffc, 4);
    expect_malformed("has an impossible length");

    put_section();
    put_interface(1, 0, MICROSECONDS);
    put_packet(0, 1, "a");
    content.data[content.len - 4] ^= 1;
    expect_malformed("has two lengths");

    put_section();
    put_packet(0, 1, "a");
    expect_malformed("names an interface that no block describes");

    put_section();
    put_interface(1, 0, MICROSECONDS);
    put_block(6, bytes_of("0123456789"));
    expect_malformed("is too short for its packet");

    put_section();
    put_interface(1, 0, (struct clock){true, 20, 0});
    expect_malformed("a clock that is too fine");

    put_section();
    put_interface(1, 0, (struct clock){true, 0x80 | 64, 0});
    expect_malformed("a clock that is too fine");
}
