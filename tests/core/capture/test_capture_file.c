#include "core/capture/capture_file.h"

#include <criterion/criterion.h>

#include "core/base/buf.h"
#include "tests/core/capture/files.h"

static struct buf octets;

static void setup(void)
{
    buf_init(&octets, 100000);
}

static void teardown(void)
{
    buf_release(&octets);
}

TestSuite(capture_file, .init = setup, .fini = teardown);

static void put(uint64_t value, unsigned len, bool is_big)
{
    for (unsigned i = 0; i < len; i++)
        buf_add_u8(&octets, (uint8_t)(value >> 8 * (is_big ? len - 1 - i : i)));
}

/* draft-ietf-opsawg-pcap, 4 */
static void put_pcap_header(uint32_t magic, uint32_t link_type, bool is_big)
{
    put(magic, 4, is_big);
    put(2, 2, is_big);
    put(4, 2, is_big);
    put(0, 8, is_big);
    put(65535, 4, is_big);
    put(link_type, 4, is_big);
}

static void put_record(uint32_t seconds, uint32_t fraction, const char *text, bool is_big)
{
    put(seconds, 4, is_big);
    put(fraction, 4, is_big);
    put(strlen(text), 4, is_big);
    put(strlen(text) + 10, 4, is_big);
    buf_add_text(&octets, text);
}

#define MICROSECONDS 0xa1b2c3d4
#define NANOSECONDS  0xa1b23c4d

struct opened {
    struct test_file path;
    struct input *input;
    struct capture_file *file;
    struct error err;
    enum status status;
};

static struct opened open_octets(struct bytes content)
{
    struct opened o = {.path = file_of(content, 1)};
    cr_assert_eq(input_open(o.path.path, &o.input, &o.err), ST_OK, "%s", o.err.text);
    o.status = capture_file_open(o.input, &o.file, &o.err);
    return o;
}

static void close_opened(struct opened *o)
{
    capture_file_close(o->file);
    input_close(o->input);
    file_remove(&o->path);
}

static void expect_two_frames(int64_t fraction_ns)
{
    struct opened o = open_octets(buf_bytes(&octets));
    struct frame frame;
    cr_assert_eq(o.status, ST_OK, "%s", o.err.text);
    cr_assert_eq(capture_file_next(o.file, &frame, &o.err), ST_OK, "%s", o.err.text);
    cr_expect(bytes_is(frame.octets, "first"));
    cr_expect_eq(frame.wire_len, 15);
    cr_expect_eq(frame.number, 1);
    cr_expect_eq(frame.link_type, 1);
    cr_expect_eq(frame.time_ns, INT64_C(1700000000) * 1000000000 + fraction_ns);
    cr_assert_eq(capture_file_next(o.file, &frame, &o.err), ST_OK, "%s", o.err.text);
    cr_expect(bytes_is(frame.octets, ""));
    cr_expect_eq(frame.number, 2);
    cr_expect_eq(capture_file_next(o.file, &frame, &o.err), ST_END);
    cr_expect_eq(capture_file_next(o.file, &frame, &o.err), ST_END);
    close_opened(&o);
}

Test(capture_file, byte_orders_and_resolutions_are_read)
{
    for (int i = 0; i < 4; i++) {
        const bool is_big = i % 2 == 1;
        const bool is_fine = i / 2 == 1;
        buf_reset(&octets);
        put_pcap_header(is_fine ? NANOSECONDS : MICROSECONDS, 1, is_big);
        put_record(1700000000, 123456, "first", is_big);
        put_record(1700000001, 0, "", is_big);
        expect_two_frames(is_fine ? 123456 : 123456000);
    }
}

/* LINKTYPE_ values as they stand in the file, whatever libpcap calls them on this system. */
Test(capture_file, link_types_are_those_of_the_file)
{
    static const int32_t LINK_TYPES[] = {0, 1, 9, 101, 105, 108, 113, 127, 228, 229, 276};
    for (size_t i = 0; i < ARRAY_LEN(LINK_TYPES); i++) {
        buf_reset(&octets);
        put_pcap_header(MICROSECONDS, (uint32_t)LINK_TYPES[i], false);
        put_record(1, 0, "x", false);
        struct opened o = open_octets(buf_bytes(&octets));
        struct frame frame;
        cr_assert_eq(capture_file_next(o.file, &frame, &o.err), ST_OK, "%s", o.err.text);
        cr_expect_eq(frame.link_type, LINK_TYPES[i]);
        close_opened(&o);
    }
}

Test(capture_file, every_prefix_gives_the_packets_before_its_end)
{
    put_pcap_header(MICROSECONDS, 1, false);
    const size_t header_len = octets.len;
    put_record(1, 0, "one", false);
    const size_t first_end = octets.len;
    put_record(2, 0, "two", false);
    for (size_t len = 4; len < octets.len; len++) {
        struct opened o = open_octets((struct bytes){octets.data, len});
        cr_assert_eq(o.status, len < header_len ? ST_TRUNCATED : ST_OK, "%zu: %s", len, o.err.text);
        struct frame frame;
        unsigned count = 0;
        enum status status = o.status;
        while (status == ST_OK) {
            status = capture_file_next(o.file, &frame, &o.err);
            count += status == ST_OK;
        }
        const bool is_whole = len == header_len || len == first_end;
        cr_expect_eq(status, is_whole ? ST_END : ST_TRUNCATED, "%zu: %s", len, o.err.text);
        cr_expect_eq(count, len >= first_end ? 1 : 0, "%zu", len);
        const char *const place = count == 1 ? "ends inside packet 2" : "ends inside packet 1";
        if (!is_whole && len > header_len)
            cr_expect_not_null(strstr(o.err.text, place), "%zu: %s", len, o.err.text);
        close_opened(&o);
    }
}

/* As libpcap does it. */
Test(capture_file, what_is_stored_beyond_the_snap_length_is_left_out)
{
    put_pcap_header(MICROSECONDS, 1, false);
    octets.data[16] = 3; /* the snap length, 65535 before */
    octets.data[17] = 0;
    put_record(1, 0, "longer", false);
    put_record(2, 0, "end", false);
    struct opened o = open_octets(buf_bytes(&octets));
    struct frame frame;
    cr_assert_eq(capture_file_next(o.file, &frame, &o.err), ST_OK, "%s", o.err.text);
    cr_expect(bytes_is(frame.octets, "lon"));
    cr_expect_eq(frame.wire_len, 16);
    cr_assert_eq(capture_file_next(o.file, &frame, &o.err), ST_OK, "%s", o.err.text);
    cr_expect(bytes_is(frame.octets, "end"));
    close_opened(&o);
}

/* More octets than are read from a file at once. */
Test(capture_file, packets_are_whole_wherever_they_lie)
{
    static const size_t COUNT = 3000;
    struct buf many;
    buf_init(&many, 1U << 20);
    put_pcap_header(NANOSECONDS, 1, false);
    buf_add(&many, buf_bytes(&octets));
    for (size_t i = 0; i < COUNT; i++) {
        buf_reset(&octets);
        put_record((uint32_t)i, (uint32_t)i,
                   &"........................................"
                    "........................................"[i % 80],
                   false);
        buf_add(&many, buf_bytes(&octets));
    }
    struct opened o = open_octets(buf_bytes(&many));
    struct frame frame;
    for (size_t i = 0; i < COUNT; i++) {
        cr_assert_eq(capture_file_next(o.file, &frame, &o.err), ST_OK, "%s", o.err.text);
        cr_assert_eq(frame.octets.len, 80 - i % 80);
        cr_assert_eq(frame.octets.data[frame.octets.len - 1], '.');
        cr_assert_eq(frame.time_ns, (int64_t)i * 1000000001);
    }
    cr_expect_eq(capture_file_next(o.file, &frame, &o.err), ST_END);
    close_opened(&o);
    buf_release(&many);
}

Test(capture_file, what_is_no_capture_is_malformed)
{
    struct opened o = open_octets(bytes_of("these are not the octets of a capture file"));
    cr_expect_eq(o.status, ST_MALFORMED);
    cr_expect_not_null(strstr(o.err.text, o.path.path), "%s", o.err.text);
    close_opened(&o);
}

Test(capture_file, impossible_packet_length_is_malformed)
{
    put_pcap_header(MICROSECONDS, 1, false);
    put_record(1, 0, "one", false);
    put(2, 4, false);
    put(0, 4, false);
    put(0x7fffffff, 4, false);
    put(0x7fffffff, 4, false);
    struct opened o = open_octets(buf_bytes(&octets));
    struct frame frame;
    cr_expect_eq(capture_file_next(o.file, &frame, &o.err), ST_OK);
    cr_expect_eq(capture_file_next(o.file, &frame, &o.err), ST_MALFORMED);
    cr_expect_not_null(strstr(o.err.text, "packet 2"), "%s", o.err.text);
    close_opened(&o);
}
