#include "core/net/gap_buffer.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define SIZE 1000

static struct gap_buffer_pool pool;
static struct gap_buffer *b;

static void setup(void)
{
    cr_assert_eq(gap_buffer_pool_init(&pool, 3, SIZE), ST_OK);
    b = gap_buffer_oldest(&pool);
    gap_buffer_acquire(&pool, b, 0);
}

static void teardown(void)
{
    gap_buffer_pool_release(&pool);
}

TestSuite(gap_buffer, .init = setup, .fini = teardown);

static bool add(size_t at, const char *text, uint64_t frame_number)
{
    const struct frame frame = {.octets = bytes_of("not kept"), .number = frame_number};
    return gap_buffer_add(b, at, bytes_of(text), &frame);
}

static void expect_held(const char *expected)
{
    cr_expect(bytes_is((struct bytes){b->data, b->held}, expected), "%.*s", (int)b->held, b->data);
}

Test(gap_buffer, holes_are_filled)
{
    cr_assert(add(3, "def", 1));
    cr_assert(add(9, "jkl", 2));
    expect_held("");
    cr_expect_eq(b->waiting_count, 2);
    cr_assert(add(0, "abc", 3));
    expect_held("abcdef");
    cr_expect_eq(b->last.number, 3);
    cr_assert(add(6, "ghi", 4));
    expect_held("abcdefghijkl");
    cr_expect_eq(b->waiting_count, 0);
}

Test(gap_buffer, first_octets_win)
{
    cr_assert(add(2, "CD", 1));
    cr_assert(add(6, "GH", 1));
    cr_assert(add(0, "abcdefghij", 1));
    expect_held("abCDefGHij");
    cr_assert(add(0, "XXXXXXXXXX", 1));
    expect_held("abCDefGHij");
}

Test(gap_buffer, first_octets_win_while_they_wait)
{
    cr_assert(add(3, "D", 1));
    cr_assert(add(2, "cdef", 1));
    cr_assert(add(1, "bXXX", 1));
    cr_expect_eq(b->waiting_count, 4);
    cr_assert(add(0, "a", 1));
    expect_held("abcDef");
}

Test(gap_buffer, dropped_octets_move_the_rest)
{
    cr_assert(add(0, "abcd", 1));
    cr_assert(add(6, "gh", 1));
    gap_buffer_drop(b, 3);
    expect_held("d");
    cr_assert(add(1, "ef", 1));
    expect_held("defgh");
}

Test(gap_buffer, skipped_hole_gives_the_segment_behind_it)
{
    cr_assert(add(0, "ab", 1));
    cr_assert(add(5, "fg", 2));
    cr_assert(add(7, "hi", 3));
    cr_expect_eq(gap_buffer_skip(b), 3);
    expect_held("fg");
    cr_expect_eq(b->last.number, 2);
    cr_expect_null(b->last.octets.data);
    cr_expect_eq(gap_buffer_skip(b), 0);
    expect_held("fghi");
    cr_expect_eq(b->last.number, 3);
}

Test(gap_buffer, octets_outside_are_refused)
{
    cr_expect(!add(SIZE, "a", 1));
    cr_expect(!add(SIZE + 1, "a", 1));
    cr_expect(!add(SIZE - 1, "ab", 1));
    cr_expect(add(SIZE - 2, "ab", 1));
}

Test(gap_buffer, too_many_waiting_segments_are_refused)
{
    for (size_t i = 0; i < GAP_WAITING_MAX; i++)
        cr_assert(add(2 + 2 * i, "x", 1));
    cr_expect(!add(2 + 2 * (size_t)GAP_WAITING_MAX, "x", 1));
    cr_expect(!add(3, "abcd", 1)); /* a piece of it would fit into each hole */
    cr_expect(add(0, "ab", 1));    /* in order: needs no place */
}

/* The same octets in pieces, in any order, some of them twice, give the same stream. */
Test(gap_buffer, any_order_gives_the_same_octets)
{
    uint8_t original[SIZE];
    const struct frame frame = {0};
    unsigned seed = 1;
    for (size_t i = 0; i < SIZE; i++)
        original[i] = (uint8_t)rand_r(&seed);
    for (int round = 0; round < 500; round++) {
        gap_buffer_release(&pool, b);
        gap_buffer_acquire(&pool, b, 0);
        memset(b->data, 0, SIZE);
        while (b->held < SIZE) {
            const size_t at = (size_t)rand_r(&seed) % SIZE;
            size_t len = 1 + (size_t)rand_r(&seed) % 300;
            len = len < SIZE - at ? len : SIZE - at;
            (void)!gap_buffer_add(b, at, (struct bytes){original + at, len}, &frame);
            cr_assert(b->held <= SIZE);
            cr_assert_eq(memcmp(b->data, original, b->held), 0);
        }
        cr_assert_eq(b->waiting_count, 0);
    }
}

Test(gap_buffer, free_buffer_is_older_than_any_other)
{
    struct gap_buffer *const second = gap_buffer_oldest(&pool);
    cr_expect_neq(second, b);
    gap_buffer_acquire(&pool, second, 1);
    struct gap_buffer *const third = gap_buffer_oldest(&pool);
    gap_buffer_acquire(&pool, third, 2);
    cr_expect_eq(gap_buffer_oldest(&pool), b);
    gap_buffer_release(&pool, third);
    cr_expect_eq(gap_buffer_oldest(&pool), third);
    gap_buffer_acquire(&pool, third, 2);
    gap_buffer_release(&pool, b);
    gap_buffer_acquire(&pool, b, 0);
    cr_expect_eq(gap_buffer_oldest(&pool), second);
    cr_expect_eq(pool.used_count, 3);
}
