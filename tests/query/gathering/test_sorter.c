#include "query/gathering/sorter.h"

#include "core/base/buf.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMORY ((size_t)4 * 1024 * 1024)

struct seen {
    size_t count;
    char first[32];
    char last[32];
    char previous_key[32];
    size_t octets;
    bool is_ordered;
};

static enum status look(void *context, struct bytes key, struct bytes payload, struct error *err)
{
    (void)err;
    struct seen *const seen = context;
    char text[32];
    (void)snprintf(text, sizeof text, "%.*s", (int)key.len, (const char *)key.data);
    if (seen->count == 0)
        memcpy(seen->first, text, sizeof text);
    if (seen->count > 0 && strcmp(seen->previous_key, text) > 0)
        seen->is_ordered = false;
    memcpy(seen->last, text, sizeof text);
    memcpy(seen->previous_key, text, sizeof text);
    seen->octets += payload.len;
    seen->count++;
    return ST_OK;
}

static struct sorter *make(uint64_t limit, bool keeps_last)
{
    const struct sorter_options options = {
        .memory_max = MEMORY, .limit = limit, .keeps_last = keeps_last, .folder = "/tmp"};
    struct sorter *sorter = NULL;
    cr_assert_eq(sorter_new(&options, &sorter), ST_OK);
    return sorter;
}

/* Adds `count` records with keys 000000 to count - 1 in a scattered order; `step` and `count` have
 * no common divisor. */
static void add_scattered(struct sorter *sorter, size_t count, size_t step, size_t payload_len)
{
    char *const payload = malloc(payload_len);
    memset(payload, 'x', payload_len);
    struct error err = {0};
    for (size_t i = 0; i < count; i++) {
        char key[32];
        (void)snprintf(key, sizeof key, "%06zu", i * step % count);
        cr_assert_eq(sorter_add(sorter, bytes_of(key),
                                (struct bytes){(const uint8_t *)payload, payload_len}, &err),
                     ST_OK, "%s", err.text);
    }
    free(payload);
}

static struct seen finish(struct sorter *sorter)
{
    struct seen seen = {.is_ordered = true};
    const struct sorter_sink sink = {look, &seen};
    struct error err = {0};
    cr_assert_eq(sorter_finish(sorter, &sink, &err), ST_OK, "%s", err.text);
    sorter_free(sorter);
    return seen;
}

Test(sorter, without_records_nothing_comes)
{
    cr_expect_eq(finish(make(UINT64_MAX, false)).count, 0);
}

Test(sorter, everything_comes_in_order)
{
    struct sorter *const sorter = make(UINT64_MAX, false);
    add_scattered(sorter, 1000, 7, 10);
    const struct seen seen = finish(sorter);
    cr_expect_eq(seen.count, 1000);
    cr_expect(seen.is_ordered);
    cr_expect_str_eq(seen.first, "000000");
    cr_expect_str_eq(seen.last, "000999");
}

Test(sorter, more_than_memory_holds_comes_in_order)
{
    struct sorter *const sorter = make(UINT64_MAX, false);
    add_scattered(sorter, 20000, 7919, 1000);
    const struct seen seen = finish(sorter);
    cr_expect_eq(seen.count, 20000);
    cr_expect_eq(seen.octets, 20000 * 1000);
    cr_expect(seen.is_ordered);
    cr_expect_str_eq(seen.first, "000000");
    cr_expect_str_eq(seen.last, "019999");
}

Test(sorter, the_last_ones_are_kept)
{
    struct sorter *const sorter = make(100, true);
    add_scattered(sorter, 20000, 7919, 1000);
    const struct seen seen = finish(sorter);
    cr_expect_eq(seen.count, 100);
    cr_expect_str_eq(seen.first, "019900");
    cr_expect_str_eq(seen.last, "019999");
}

Test(sorter, the_last_ones_are_kept_when_they_do_not_fit_into_memory)
{
    struct sorter *const sorter = make(9000, true);
    add_scattered(sorter, 20000, 7919, 1000);
    const struct seen seen = finish(sorter);
    cr_expect_eq(seen.count, 9000);
    cr_expect(seen.is_ordered);
    cr_expect_str_eq(seen.first, "011000");
}

Test(sorter, the_first_ones_are_kept)
{
    for (size_t limit = 0; limit <= 9000; limit += 3000) {
        struct sorter *const sorter = make(limit, false);
        add_scattered(sorter, 20000, 7919, 1000);
        const struct seen seen = finish(sorter);
        cr_expect_eq(seen.count, limit);
        cr_expect(seen.is_ordered);
        cr_expect_str_eq(seen.first, limit == 0 ? "" : "000000");
    }
}

static enum status append_payload(void *context, struct bytes key, struct bytes payload,
                                  struct error *err)
{
    (void)key;
    (void)err;
    buf_add(context, payload);
    return ST_OK;
}

Test(sorter, equal_keys_keep_their_order)
{
    struct sorter *const sorter = make(UINT64_MAX, false);
    struct error err = {0};
    const char *const letters[] = {"a", "b", "c", "d", "e", "f"};
    for (size_t i = 0; i < 6; i++)
        cr_assert_eq(
            sorter_add(sorter, bytes_of(i % 2 == 0 ? "even" : "odd"), bytes_of(letters[i]), &err),
            ST_OK);
    struct buf out;
    buf_init(&out, 100);
    const struct sorter_sink sink = {append_payload, &out};
    cr_assert_eq(sorter_finish(sorter, &sink, &err), ST_OK);
    cr_expect_str_eq(buf_text(&out), "acebdf");
    buf_release(&out);
    sorter_free(sorter);
}

static enum status refuse(void *context, struct bytes key, struct bytes payload, struct error *err)
{
    (void)context;
    (void)key;
    (void)payload;
    return error_set(err, ST_IO, "the disk is full");
}

Test(sorter, what_the_sink_says_is_what_finish_says)
{
    struct sorter *const sorter = make(UINT64_MAX, false);
    add_scattered(sorter, 10, 3, 1);
    struct error err = {0};
    const struct sorter_sink sink = {refuse, NULL};
    cr_expect_eq(sorter_finish(sorter, &sink, &err), ST_IO);
    sorter_free(sorter);
}

Test(sorter, a_folder_that_does_not_exist_is_named)
{
    const struct sorter_options options = {
        .memory_max = MEMORY, .limit = UINT64_MAX, .folder = "/nonexistent"};
    struct sorter *sorter = NULL;
    cr_assert_eq(sorter_new(&options, &sorter), ST_OK);
    struct error err = {0};
    static const uint8_t payload[1000];
    enum status status = ST_OK;
    for (size_t i = 0; i < 4000 && status == ST_OK; i++)
        status = sorter_add(sorter, bytes_of("k"), (struct bytes){payload, sizeof payload}, &err);
    cr_expect_eq(status, ST_IO);
    cr_expect(strstr(err.text, "/nonexistent") != NULL, "%s", err.text);
    sorter_free(sorter);
}

Test(sorter, a_record_that_is_too_large_is_refused)
{
    struct sorter *const sorter = make(UINT64_MAX, false);
    struct error err = {0};
    static const uint8_t payload[MEMORY];
    cr_expect_eq(sorter_add(sorter, bytes_of("k"), (struct bytes){payload, sizeof payload}, &err),
                 ST_LIMIT);
    sorter_free(sorter);
}
