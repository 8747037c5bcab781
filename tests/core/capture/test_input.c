#include "core/capture/input.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "core/base/buf.h"
#include "core/base/macros.h"
#include "tests/core/capture/files.h"

static const char TEXT[] = "hello\nworld\n";

/* TEXT as gzip 1.12 and zstd 1.5.4 pack it. */
static const uint8_t GZIP[] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xe7,
    0x2a, 0xcf, 0x2f, 0xca, 0x49, 0xe1, 0x02, 0x00, 0xff, 0x5d, 0xc5, 0xc4, 0x0c, 0x00, 0x00, 0x00,
};
static const uint8_t ZSTD[] = {
    0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0x61, 0x00, 0x00, 0x68, 0x65, 0x6c, 0x6c,
    0x6f, 0x0a, 0x77, 0x6f, 0x72, 0x6c, 0x64, 0x0a, 0xb5, 0x0e, 0x87, 0x17,
};
/* A skippable frame (RFC 8878, 3.1.2) of 3 octets. */
static const uint8_t SKIPPABLE[] = {0x52, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'};

#define OF(array) ((struct bytes){array, sizeof(array)})

/* Everything that input_read gives, in pieces of `step`; the status that ends it. */
static enum status read_all(struct input *input, size_t step, struct buf *all, struct error *err)
{
    for (;;) {
        uint8_t *const to = buf_space(all, step);
        size_t len = 0;
        cr_assert_not_null(to);
        const enum status status = input_read(input, to, step, &len, err);
        if (status != ST_OK || len == 0)
            return status;
        buf_wrote(all, len);
    }
}

static enum status read_file(struct bytes octets, unsigned times, struct buf *all,
                             struct error *err)
{
    const struct test_file file = file_of(octets, times);
    struct input *input = NULL;
    enum status status = input_open(file.path, &input, err);
    if (status == ST_OK)
        status = read_all(input, 1000, all, err);
    input_close(input);
    file_remove(&file);
    return status;
}

static void expect_content(struct bytes octets, unsigned times, unsigned texts)
{
    struct buf all;
    struct error err = {0};
    buf_init(&all, (size_t)64 * 1024 * 1024);
    cr_expect_eq(read_file(octets, times, &all, &err), ST_OK, "%s", err.text);
    const size_t len = sizeof TEXT - 1;
    cr_assert_eq(all.len, len * texts);
    for (size_t i = 0; i < texts; i++)
        cr_assert_eq(memcmp(all.data + i * len, TEXT, len), 0);
    buf_release(&all);
}

Test(input, plain_and_packed_files_have_the_same_content)
{
    expect_content(bytes_of(TEXT), 1, 1);
    expect_content(OF(GZIP), 1, 1);
    expect_content(OF(ZSTD), 1, 1);
}

Test(input, members_and_frames_follow_one_another)
{
    expect_content(OF(GZIP), 50000, 50000);
    expect_content(OF(ZSTD), 50000, 50000);
    expect_content(bytes_of(TEXT), 50000, 50000);
}

Test(input, skippable_frame_may_come_first)
{
    uint8_t both[sizeof SKIPPABLE + sizeof ZSTD];
    memcpy(both, SKIPPABLE, sizeof SKIPPABLE);
    memcpy(both + sizeof SKIPPABLE, ZSTD, sizeof ZSTD);
    expect_content(OF(both), 3, 3);
}

Test(input, zeros_behind_gzip_are_padding)
{
    uint8_t padded[sizeof GZIP + 100] = {0};
    memcpy(padded, GZIP, sizeof GZIP);
    expect_content(OF(padded), 1, 1);
}

/* A prefix of a packed file gives a prefix of the content, and then says that it ends too early. */
static void expect_prefixes_truncated(struct bytes packed)
{
    for (size_t len = 4; len < packed.len; len++) {
        struct buf all;
        struct error err = {0};
        buf_init(&all, 10000);
        cr_expect_eq(read_file((struct bytes){packed.data, len}, 1, &all, &err), ST_TRUNCATED,
                     "%zu: %s", len, err.text);
        cr_expect(bytes_starts_with(bytes_of(TEXT), buf_bytes(&all)), "%zu", len);
        cr_expect_not_null(strstr(err.text, "/tmp/dnsight-test-"), "%s", err.text);
        cr_expect_not_null(strstr(err.text, "ends too early"), "%s", err.text);
        buf_release(&all);
    }
}

Test(input, every_prefix_of_a_packed_file_is_truncated)
{
    expect_prefixes_truncated(OF(GZIP));
    expect_prefixes_truncated(OF(ZSTD));
}

static void expect_damage_found(struct bytes packed, size_t at, size_t content_min)
{
    uint8_t damaged[64];
    struct buf all;
    struct error err = {0};
    buf_init(&all, 10000);
    memcpy(damaged, packed.data, packed.len);
    damaged[at] ^= 0xff;
    cr_expect_eq(read_file((struct bytes){damaged, packed.len}, 1, &all, &err), ST_MALFORMED);
    cr_expect_geq(all.len, content_min);
    cr_expect_not_null(strstr(err.text, "damaged near octet"), "%s", err.text);
    buf_release(&all);
}

Test(input, damaged_files_are_malformed)
{
    expect_damage_found(OF(GZIP), 2, 0);                             /* method */
    expect_damage_found(OF(GZIP), sizeof GZIP - 8, sizeof TEXT - 1); /* checksum */
    expect_damage_found(OF(ZSTD), sizeof ZSTD - 1, 0);               /* checksum */
}

Test(input, garbage_behind_gzip_is_malformed)
{
    uint8_t both[sizeof GZIP + 7];
    struct buf all;
    struct error err = {0};
    buf_init(&all, 10000);
    memcpy(both, GZIP, sizeof GZIP);
    memcpy(both + sizeof GZIP, "garbage", 7);
    cr_expect_eq(read_file(OF(both), 1, &all, &err), ST_MALFORMED);
    cr_expect(bytes_is(buf_bytes(&all), TEXT));
    buf_release(&all);
}

Test(input, kind_is_found_by_content)
{
    static const struct {
        const char *content;
        size_t len;
        enum input_kind kind;
    } CASES[] = {
        {"", 0, INPUT_EMPTY},
        {"\n \t\r\n", 5, INPUT_EMPTY},
        {"{\"a\":1}", 7, INPUT_JSON},
        {"\n\n  {", 5, INPUT_JSON},
        {"{", 1, INPUT_JSON},
        {"x", 1, INPUT_UNKNOWN},
        {"hello", 5, INPUT_UNKNOWN},
        {"\x1f", 1, INPUT_UNKNOWN},
        {"[1]", 3, INPUT_UNKNOWN},
        {"\xd4\xc3\xb2\xa1", 4, INPUT_CAPTURE},
        {"\xa1\xb2\xc3\xd4", 4, INPUT_CAPTURE},
        {"\x4d\x3c\xb2\xa1", 4, INPUT_CAPTURE},
        {"\xa1\xb2\x3c\x4d", 4, INPUT_CAPTURE},
        {"\x0a\x0d\x0d\x0a", 4, INPUT_CAPTURE},
        {"\xd4\xc3\xb2", 3, INPUT_UNKNOWN},
        {"\0\0\0\0\0", 5, INPUT_UNKNOWN},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        const struct test_file file =
            file_of((struct bytes){(const uint8_t *)CASES[i].content, CASES[i].len}, 1);
        struct input *input = NULL;
        cr_assert_eq(input_open(file.path, &input, NULL), ST_OK);
        cr_expect_eq(input_kind(input), CASES[i].kind, "%zu", i);
        cr_expect_str_eq(input_name(input), file.path);
        input_close(input);
        file_remove(&file);
    }
}

Test(input, kind_is_that_of_the_unpacked_content)
{
    const struct test_file file = file_of(OF(GZIP), 1);
    struct input *input = NULL;
    cr_assert_eq(input_open(file.path, &input, NULL), ST_OK);
    cr_expect_eq(input_kind(input), INPUT_UNKNOWN); /* "hello", not gzip */
    input_close(input);
    file_remove(&file);
}

Test(input, what_cannot_be_opened_is_said)
{
    struct input *input = NULL;
    struct error err = {0};
    cr_expect_eq(input_open("/tmp/dnsight-no-such-file", &input, &err), ST_NOT_FOUND);
    cr_expect_str_eq(err.text, "/tmp/dnsight-no-such-file: cannot open: No such file or directory");
    cr_expect_eq(input_open("/tmp", &input, &err), ST_IO);
    cr_expect_str_eq(err.text, "/tmp: this is a directory; name the files in it");
    cr_expect_null(input);
}

Test(input, standard_input_is_named_by_a_dash)
{
    const struct test_file file = file_of(OF(ZSTD), 1);
    const int fd = open(file.path, O_RDONLY);
    cr_assert(fd >= 0 && dup2(fd, STDIN_FILENO) == STDIN_FILENO);
    struct input *input = NULL;
    struct bytes line;
    cr_assert_eq(input_open("-", &input, NULL), ST_OK);
    cr_expect_str_eq(input_name(input), "standard input");
    cr_assert_eq(input_line(input, 100, &line, NULL), ST_OK);
    cr_expect(bytes_is(line, "hello"));
    input_close(input);
    (void)close(fd);
    file_remove(&file);
}

Test(input, pipe_is_read_as_it_comes)
{
    int ends[2];
    struct input *input = NULL;
    struct bytes line;
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    cr_assert_eq(write(ends[1], "{\"a\"", 4), 4);
    cr_assert_eq(input_open("-", &input, NULL), ST_OK);
    cr_assert_eq(write(ends[1], ":1}\n", 4), 4);
    /* The writer still has the pipe open: only what is there may be waited for. */
    cr_assert_eq(input_line(input, 100, &line, NULL), ST_OK);
    cr_expect(bytes_is(line, "{\"a\":1}"));
    (void)close(ends[1]);
    cr_expect_eq(input_line(input, 100, &line, NULL), ST_END);
    input_close(input);
    (void)close(ends[0]);
}

static void expect_line(struct input *input, const char *expected)
{
    struct bytes line;
    struct error err = {0};
    cr_assert_eq(input_line(input, 20, &line, &err), ST_OK, "%s", err.text);
    cr_expect(bytes_is(line, expected), "%.*s", (int)line.len, line.data);
}

Test(input, lines_end_as_they_like)
{
    const struct test_file file = file_of(bytes_of("one\n\ntwo\r\nthree\n\r\nlast"), 1);
    struct input *input = NULL;
    struct bytes line;
    cr_assert_eq(input_open(file.path, &input, NULL), ST_OK);
    expect_line(input, "one");
    expect_line(input, "");
    expect_line(input, "two");
    expect_line(input, "three");
    expect_line(input, "");
    expect_line(input, "last");
    cr_expect_eq(input_line(input, 20, &line, NULL), ST_END);
    cr_expect_eq(input_line(input, 20, &line, NULL), ST_END);
    input_close(input);
    file_remove(&file);
}

Test(input, line_over_the_limit_is_skipped)
{
    const struct test_file file =
        file_of(bytes_of("12345678901234567890\n123456789012345678901\nnext\n"), 1);
    struct input *input = NULL;
    struct bytes line;
    struct error err = {0};
    cr_assert_eq(input_open(file.path, &input, NULL), ST_OK);
    expect_line(input, "12345678901234567890");
    cr_expect_eq(input_line(input, 20, &line, &err), ST_LIMIT);
    cr_expect_str_eq(err.text, "it is longer than 20 octets");
    expect_line(input, "next");
    cr_expect_eq(input_line(input, 20, &line, NULL), ST_END);
    input_close(input);
    file_remove(&file);
}

/* Lines longer than any buffer inside, between short ones. */
Test(input, long_lines_are_read_whole_or_skipped_whole)
{
    enum { LONG = 3000000 };
    char *const content = malloc(LONG + 1);
    cr_assert_not_null(content);
    memset(content, 'x', LONG);
    memcpy(content, "a\n", 2);
    memcpy(content + LONG - 3, "\nb\n", 4);
    const struct test_file file = file_of(bytes_of(content), 2);
    for (size_t max = LONG - 6; max <= LONG - 5; max++) {
        struct input *input = NULL;
        struct bytes line;
        cr_assert_eq(input_open(file.path, &input, NULL), ST_OK);
        for (int i = 0; i < 2; i++) {
            expect_line(input, "a");
            const enum status status = input_line(input, max, &line, NULL);
            cr_expect_eq(status, max < LONG - 5 ? ST_LIMIT : ST_OK);
            cr_expect(status != ST_OK || line.len == LONG - 5);
            expect_line(input, "b");
        }
        cr_expect_eq(input_line(input, max, &line, NULL), ST_END);
        input_close(input);
    }
    free(content);
    file_remove(&file);
}

Test(input, lines_of_every_length_keep_their_octets)
{
    struct buf content;
    buf_init(&content, (size_t)16 * 1024 * 1024);
    for (size_t len = 0; len < 3000; len++) {
        for (size_t i = 0; i < len; i++)
            buf_add_u8(&content, (uint8_t)('a' + (len + i) % 26));
        buf_add_u8(&content, '\n');
    }
    const struct test_file file = file_of(buf_bytes(&content), 1);
    struct input *input = NULL;
    cr_assert_eq(input_open(file.path, &input, NULL), ST_OK);
    size_t at = 0;
    for (size_t len = 0; len < 3000; len++) {
        struct bytes line;
        cr_assert_eq(input_line(input, 3000, &line, NULL), ST_OK);
        cr_assert(bytes_equal(line, bytes_slice(buf_bytes(&content), at, len)), "%zu", len);
        at += len + 1;
    }
    input_close(input);
    file_remove(&file);
    buf_release(&content);
}

Test(input, lines_before_a_fault_are_given)
{
    const struct test_file file = file_of((struct bytes){GZIP, sizeof GZIP - 4}, 1);
    struct input *input = NULL;
    struct bytes line;
    struct error err = {0};
    cr_assert_eq(input_open(file.path, &input, NULL), ST_OK);
    expect_line(input, "hello");
    expect_line(input, "world");
    cr_expect_eq(input_line(input, 20, &line, &err), ST_TRUNCATED);
    cr_expect_eq(input_line(input, 20, &line, &err), ST_TRUNCATED);
    input_close(input);
    file_remove(&file);
}

Test(input, progress_counts_octets_of_the_file)
{
    const struct test_file file = file_of(OF(GZIP), 2);
    struct input *input = NULL;
    uint64_t consumed = 9;
    uint64_t total = 0;
    struct buf all;
    buf_init(&all, 1000);
    cr_assert_eq(input_open(file.path, &input, NULL), ST_OK);
    input_progress(input, &consumed, &total);
    cr_expect_leq(consumed, sizeof GZIP);
    cr_expect_eq(total, 2 * sizeof GZIP);
    cr_expect_eq(read_all(input, 7, &all, NULL), ST_OK);
    input_progress(input, &consumed, &total);
    cr_expect_eq(consumed, 2 * sizeof GZIP);
    buf_release(&all);
    input_close(input);
    file_remove(&file);
}

/* A plain file and a packed one, from the start and from the middle. */
Test(input, stream_gives_what_is_left)
{
    const struct bytes files[] = {bytes_of(TEXT), OF(GZIP), OF(ZSTD)};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        const struct test_file file = file_of(files[i], 1);
        for (size_t from = 0; from <= 6; from += 6) {
            struct input *input = NULL;
            char text[100] = "";
            size_t len = 0;
            cr_assert_eq(input_open(file.path, &input, NULL), ST_OK);
            cr_assert_eq(input_read(input, text, from, &len, NULL), ST_OK);
            FILE *const stream = input_stream(input);
            cr_assert_not_null(stream);
            len = fread(text, 1, sizeof text, stream);
            cr_expect(bytes_is((struct bytes){(const uint8_t *)text, len}, TEXT + from));
            (void)fclose(stream);
            input_close(input);
        }
        file_remove(&file);
    }
}
