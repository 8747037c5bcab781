#include "core/base/fifo_index.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#define COUNT 5

static struct fifo_index index_of(size_t count)
{
    struct fifo_index index;
    cr_assert(eq(int, fifo_index_init(&index, count), ST_OK));
    return index;
}

Test(fifo_index, nothing_is_found_before_it_is_put)
{
    struct fifo_index index = index_of(COUNT);
    cr_expect(eq(u32, fifo_index_find(&index, 0), FIFO_NONE));
    const uint32_t place = fifo_index_put(&index, 7);
    cr_expect(eq(u32, fifo_index_find(&index, 7), place));
    cr_expect(eq(u32, fifo_index_find(&index, 15), FIFO_NONE), "the same chain, another hash");
    fifo_index_release(&index);
}

/* Whatever the hashes are, and so whatever the random key was: the oldest place is taken. */
Test(fifo_index, the_place_filled_first_goes_to_the_newcomer)
{
    static const uint64_t STEPS[] = {1, 8, UINT64_C(0x123456789abcdef1)}; /* 8: all in one chain */
    for (size_t i = 0; i < ARRAY_LEN(STEPS); i++) {
        struct fifo_index index = index_of(COUNT);
        for (uint64_t n = 0; n < 100; n++) {
            cr_expect(eq(u32, fifo_index_put(&index, n * STEPS[i]), (uint32_t)(n % COUNT)));
            for (uint64_t old = 0; old <= n; old++) {
                const uint32_t expected = n - old < COUNT ? (uint32_t)(old % COUNT) : FIFO_NONE;
                cr_expect(eq(u32, fifo_index_find(&index, old * STEPS[i]), expected));
            }
        }
        fifo_index_release(&index);
    }
}

Test(fifo_index, of_one_hash_the_newest_place_is_found)
{
    struct fifo_index index = index_of(COUNT);
    for (uint32_t n = 0; n < 20; n++) {
        cr_expect(eq(u32, fifo_index_put(&index, 42), n % COUNT));
        cr_expect(eq(u32, fifo_index_find(&index, 42), n % COUNT));
    }
    for (uint64_t other = 0; other < COUNT; other++)
        (void)fifo_index_put(&index, other);
    cr_expect(eq(u32, fifo_index_find(&index, 42), FIFO_NONE));
    fifo_index_release(&index);
}

/* Numbers wrap around, and what was linked long ago means nobody. */
Test(fifo_index, numbers_may_wrap_around)
{
    struct fifo_index index = index_of(COUNT);
    index.number = UINT32_MAX - 7;
    for (uint64_t n = 0; n < 30; n++) {
        cr_expect(eq(u32, fifo_index_put(&index, n % 9), (uint32_t)(n % COUNT)));
        for (uint64_t hash = 0; hash < 9; hash++) {
            const uint64_t age = (n + 9 - hash) % 9; /* since it was put last */
            const bool is_there = age < COUNT && age <= n;
            const uint32_t expected = is_there ? (uint32_t)((n - age) % COUNT) : FIFO_NONE;
            cr_expect(eq(u32, fifo_index_find(&index, hash), expected));
        }
    }
    fifo_index_release(&index);
}

Test(fifo_index, a_reset_forgets_all)
{
    struct fifo_index index = index_of(COUNT);
    for (uint64_t n = 0; n < 7; n++)
        (void)fifo_index_put(&index, n);
    fifo_index_reset(&index);
    for (uint64_t n = 0; n < 7; n++)
        cr_expect(eq(u32, fifo_index_find(&index, n), FIFO_NONE));
    cr_expect(eq(u32, fifo_index_put(&index, 3), 0));
    cr_expect(eq(u32, fifo_index_find(&index, 3), 0));
    cr_expect(eq(u32, fifo_index_find(&index, 4), FIFO_NONE));
    fifo_index_release(&index);
}

Test(fifo_index, one_place_is_enough)
{
    struct fifo_index index = index_of(1);
    cr_expect(eq(u32, fifo_index_put(&index, 1), 0));
    cr_expect(eq(u32, fifo_index_put(&index, 2), 0));
    cr_expect(eq(u32, fifo_index_find(&index, 1), FIFO_NONE));
    cr_expect(eq(u32, fifo_index_find(&index, 2), 0));
    fifo_index_release(&index);
}
