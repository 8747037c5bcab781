#include "core/capture/merged_captures.h"

#include <criterion/criterion.h>

#include "core/base/buf.h"
#include "tests/core/capture/files.h"

/* Files of one test. */
#define FILES_MAX 4

struct captures {
    struct merged_captures *merged;
    struct test_file files[FILES_MAX];
    size_t file_count;
};

static void put_u32(struct buf *octets, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        buf_add_u8(octets, (uint8_t)(value >> 8 * i));
}

/* A capture (draft-ietf-opsawg-pcap, 4) whose packets hold the letters of `text`, each followed by
 * the second of its packet, a digit; the last `cut` octets are missing. */
static struct test_file write_capture(const char *text, uint32_t link_type, size_t cut)
{
    struct buf octets;
    buf_init(&octets, 1000);
    put_u32(&octets, 0xa1b2c3d4);
    put_u32(&octets, 2 | 4 << 16);
    put_u32(&octets, 0);
    put_u32(&octets, 0);
    put_u32(&octets, 65535);
    put_u32(&octets, link_type);
    for (; *text != '\0'; text += 2) {
        put_u32(&octets, (uint32_t)(text[1] - '0'));
        put_u32(&octets, 0);
        put_u32(&octets, 1);
        put_u32(&octets, 1);
        buf_add_u8(&octets, (uint8_t)text[0]);
    }
    const struct test_file file = file_of((struct bytes){octets.data, octets.len - cut}, 1);
    buf_release(&octets);
    return file;
}

static struct input *open_input(const char *path)
{
    struct input *input = NULL;
    struct error err = {.status = ST_OK};
    const enum status status = input_open(path, &input, &err);
    cr_assert_eq(status, ST_OK, "%s", err.text);
    return input;
}

static enum status add(struct captures *captures, const char *text, uint32_t link_type, size_t cut)
{
    const struct test_file file = write_capture(text, link_type, cut);
    captures->files[captures->file_count++] = file;
    struct error err = {.status = ST_OK};
    return merged_captures_add(captures->merged, open_input(file.path), &err);
}

static struct captures begin(void)
{
    struct captures captures = {.file_count = 0};
    struct error err = {.status = ST_OK};
    cr_assert_eq(merged_captures_new(&captures.merged, &err), ST_OK);
    return captures;
}

static void end(struct captures *captures)
{
    merged_captures_free(captures->merged);
    for (size_t i = 0; i < captures->file_count; i++)
        file_remove(&captures->files[i]);
}

/* The letters of all packets in their order; '!' for a file that ends too early. */
static void expect_order(struct captures *captures, const char *expected)
{
    char found[40] = "";
    size_t count = 0;
    for (;;) {
        const struct frame *frame = NULL;
        struct error err = {.status = ST_OK};
        const enum status status = merged_captures_next(captures->merged, &frame, &err);
        if (status == ST_END)
            break;
        cr_assert(status == ST_OK || err.text[0] != '\0');
        cr_assert_lt(count, sizeof found - 1);
        found[count++] = status == ST_OK ? (char)frame->octets.data[0] : '!';
    }
    cr_expect_str_eq(found, expected);
    end(captures);
}

Test(merged_captures, packets_come_by_time)
{
    struct captures captures = begin();
    cr_expect_eq(add(&captures, "a1d4e5h8", 1, 0), ST_OK);
    cr_expect_eq(add(&captures, "b2f6", 1, 0), ST_OK);
    cr_expect_eq(add(&captures, "c3g7i9", 1, 0), ST_OK);
    expect_order(&captures, "abcdefghi");
}

Test(merged_captures, packets_of_one_time_come_in_the_order_of_the_files)
{
    struct captures captures = begin();
    cr_expect_eq(add(&captures, "c2d2g3", 1, 0), ST_OK);
    cr_expect_eq(add(&captures, "a1e2f2h3", 1, 0), ST_OK);
    cr_expect_eq(add(&captures, "b1i3", 1, 0), ST_OK);
    expect_order(&captures, "abcdefghi");
}

/* mergecap compares the packets that are next; so does this. */
Test(merged_captures, disorder_within_a_file_stays)
{
    struct captures captures = begin();
    cr_expect_eq(add(&captures, "b5c1d6", 1, 0), ST_OK);
    cr_expect_eq(add(&captures, "a4e7", 1, 0), ST_OK);
    expect_order(&captures, "abcde");
}

Test(merged_captures, files_may_be_named_in_any_order)
{
    struct captures captures = begin();
    cr_expect_eq(add(&captures, "e5f6", 1, 0), ST_OK);
    cr_expect_eq(add(&captures, "c3d4", 1, 0), ST_OK);
    cr_expect_eq(add(&captures, "a1b2", 1, 0), ST_OK);
    expect_order(&captures, "abcdef");
}

Test(merged_captures, cut_file_is_used_up_to_the_cut_and_the_others_to_their_ends)
{
    struct captures captures = begin();
    cr_expect_eq(add(&captures, "a1c3x4", 1, 1), ST_OK);
    cr_expect_eq(add(&captures, "b2d5", 1, 0), ST_OK);
    expect_order(&captures, "abc!d");
}

Test(merged_captures, packet_that_several_captures_have_comes_once)
{
    struct captures captures = begin();
    cr_expect_eq(add(&captures, "a1b2c3d4", 1, 0), ST_OK);
    cr_expect_eq(add(&captures, "a1b2c3d4", 1, 0), ST_OK);
    cr_expect_eq(add(&captures, "c3d4e5", 1, 0), ST_OK);
    expect_order(&captures, "abcde");
}

Test(merged_captures, repeats_of_a_capture_without_order_are_found)
{
    struct captures captures = begin();
    cr_expect_eq(add(&captures, "b5c1d6", 1, 0), ST_OK);
    cr_expect_eq(add(&captures, "b5c1d6", 1, 0), ST_OK);
    expect_order(&captures, "bcd");
}

Test(merged_captures, what_differs_or_one_capture_has_twice_stays)
{
    struct captures captures = begin();
    cr_expect_eq(add(&captures, "a1a1b2", 1, 0), ST_OK);
    cr_expect_eq(add(&captures, "a1a1b3", 1, 0), ST_OK);
    cr_expect_eq(add(&captures, "b2", 113, 0), ST_OK);
    expect_order(&captures, "aabbb");
}

Test(merged_captures, file_without_a_packet_adds_none)
{
    struct captures captures = begin();
    cr_expect_eq(add(&captures, "", 1, 0), ST_OK);
    cr_expect_eq(add(&captures, "a1", 1, 0), ST_OK);
    cr_expect_eq(add(&captures, "", 1, 1), ST_TRUNCATED);
    cr_expect_eq(add(&captures, "x1", 1, 1), ST_TRUNCATED);
    expect_order(&captures, "a");
}

Test(merged_captures, every_packet_has_the_link_type_of_its_file)
{
    struct captures captures = begin();
    struct error err = {.status = ST_OK};
    const struct frame *frame = NULL;
    cr_expect_eq(add(&captures, "a1c3", 1, 0), ST_OK);
    cr_expect_eq(add(&captures, "b2", 113, 0), ST_OK);
    static const int32_t LINK_TYPES[] = {1, 113, 1};
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(merged_captures_next(captures.merged, &frame, &err), ST_OK, "%s", err.text);
        cr_expect_eq(frame->link_type, LINK_TYPES[i]);
        cr_expect_not_null(merged_captures_input(captures.merged));
    }
    cr_expect_eq(merged_captures_next(captures.merged, &frame, &err), ST_END);
    cr_expect_null(merged_captures_input(captures.merged));
    cr_expect_eq(merged_captures_next(captures.merged, &frame, &err), ST_END);
    end(&captures);
}

Test(merged_captures, file_that_is_gone_when_its_turn_comes_is_said)
{
    struct captures captures = begin();
    cr_expect_eq(add(&captures, "a1b2", 1, 0), ST_OK);
    cr_expect_eq(add(&captures, "x3", 1, 0), ST_OK);
    file_remove(&captures.files[1]);
    expect_order(&captures, "ab!");
}

Test(merged_captures, packet_has_the_number_of_its_file)
{
    struct captures captures = begin();
    struct error err = {.status = ST_OK};
    const struct frame *frame = NULL;
    cr_expect_eq(add(&captures, "", 1, 0), ST_OK);
    cr_expect_eq(add(&captures, "b2d4", 1, 0), ST_OK);
    cr_expect_eq(add(&captures, "x1", 1, 1), ST_TRUNCATED);
    cr_expect_eq(add(&captures, "a1c3e5", 1, 0), ST_OK);
    static const size_t NUMBERS[] = {3, 1, 3, 1, 3};
    for (size_t i = 0; i < 5; i++) {
        cr_assert_eq(merged_captures_next(captures.merged, &frame, &err), ST_OK, "%s", err.text);
        cr_expect_eq(merged_captures_number(captures.merged), NUMBERS[i]);
    }
    end(&captures);
}
