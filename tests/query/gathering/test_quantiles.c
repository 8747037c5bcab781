#include "query/gathering/quantiles.h"

#include <criterion/criterion.h>

#include "core/base/macros.h"

Test(quantiles, without_numbers_there_is_none)
{
    const struct quantiles none = {0};
    cr_expect_eq(quantiles_percentile(&none, 50), 0);
}

Test(quantiles, one_number_is_every_quantile_exactly)
{
    struct quantiles q = {0};
    cr_assert_eq(quantiles_add(&q, 8123456), ST_OK);
    cr_expect_eq(quantiles_percentile(&q, 1), 8123456);
    cr_expect_eq(quantiles_percentile(&q, 50), 8123456);
    cr_expect_eq(quantiles_percentile(&q, 100), 8123456);
    quantiles_release(&q);
}

/* The nearest-rank method: of 1 to 100, p50 is 50 and p99 is 99. */
Test(quantiles, small_numbers_are_exact)
{
    struct quantiles q = {0};
    for (uint64_t i = 100; i >= 1; i--)
        cr_assert_eq(quantiles_add(&q, i), ST_OK);
    cr_expect_eq(quantiles_percentile(&q, 50), 50);
    cr_expect_eq(quantiles_percentile(&q, 95), 95);
    cr_expect_eq(quantiles_percentile(&q, 99), 99);
    cr_expect_eq(quantiles_percentile(&q, 100), 100);
    quantiles_release(&q);
}

Test(quantiles, large_numbers_are_right_to_one_percent)
{
    struct quantiles q = {0};
    for (uint64_t i = 1; i <= 100000; i++)
        cr_assert_eq(quantiles_add(&q, i * 12345), ST_OK);
    for (unsigned percent = 1; percent <= 100; percent++) {
        const double exact = 12345.0 * 1000 * percent;
        const double found = (double)quantiles_percentile(&q, percent);
        cr_expect(found > exact * 0.99 && found < exact * 1.01, "p%u: %f for %f", percent, found,
                  exact);
    }
    quantiles_release(&q);
}

/* Whatever they are: a table over a small capture shows what jq would find in its documents. */
Test(quantiles, few_different_numbers_are_exact)
{
    struct quantiles q = {0};
    for (uint64_t round = 0; round < 3; round++) {
        for (uint64_t i = 1; i <= QUANTILES_EXACT_MAX; i++)
            cr_assert_eq(quantiles_add(&q, i * 1234567), ST_OK);
    }
    cr_expect_eq(quantiles_percentile(&q, 50), QUANTILES_EXACT_MAX / 2 * 1234567);
    cr_expect_eq(quantiles_percentile(&q, 100), QUANTILES_EXACT_MAX * 1234567);
    cr_expect_eq(q.count, 3 * QUANTILES_EXACT_MAX);
    quantiles_release(&q);
}

/* More of them than the counter of a cell can count. */
Test(quantiles, many_numbers_of_one_range_count)
{
    struct quantiles q = {0};
    for (uint64_t i = 1; i <= 2 * QUANTILES_EXACT_MAX; i++)
        cr_assert_eq(quantiles_add(&q, i), ST_OK);
    for (uint64_t i = 0; i < 300000; i++)
        cr_assert_eq(quantiles_add(&q, 1000000), ST_OK);
    for (uint64_t i = 0; i < 100000; i++)
        cr_assert_eq(quantiles_add(&q, 2000000), ST_OK);
    cr_expect_eq(q.count, 400000 + 2 * QUANTILES_EXACT_MAX);
    static const struct {
        unsigned percent;
        double exact;
    } ROWS[] = {{1, 1e6}, {50, 1e6}, {74, 1e6}, {76, 2e6}, {99, 2e6}};
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        const double found = (double)quantiles_percentile(&q, ROWS[i].percent);
        cr_expect(found > ROWS[i].exact * 0.995 && found < ROWS[i].exact * 1.005, "p%u: %f",
                  ROWS[i].percent, found);
    }
    quantiles_release(&q);
}

/* Whichever of the two has so many that they share cells. */
Test(quantiles, merged_ones_are_those_of_all_numbers)
{
    static const uint64_t COUNTS[][2] = {{10, 10}, {10, 1000}, {1000, 10}, {1000, 1000}};
    for (size_t row = 0; row < ARRAY_LEN(COUNTS); row++) {
        struct quantiles low = {0};
        struct quantiles high = {0};
        for (uint64_t i = 0; i < COUNTS[row][0]; i++)
            cr_assert_eq(quantiles_add(&low, 1000000 + i * 10), ST_OK);
        for (uint64_t i = 0; i < COUNTS[row][1]; i++)
            cr_assert_eq(quantiles_add(&high, 3000000 + i * 10), ST_OK);
        cr_assert_eq(quantiles_merge(&low, &high), ST_OK);
        cr_expect_eq(low.count, COUNTS[row][0] + COUNTS[row][1]);
        const double least = (double)quantiles_percentile(&low, 1);
        const double most = (double)quantiles_percentile(&low, 100);
        /* One percent of 1010 numbers are more than ten. */
        const double expected = COUNTS[row][1] > 99 * COUNTS[row][0] ? 3000000 : 1000000;
        cr_expect(least > expected * 0.985 && least < expected * 1.015, "%zu: %f", row, least);
        cr_expect(most > 3000000 * 0.985 && most < 3000000 * 1.015, "%zu: %f", row, most);
        quantiles_release(&low);
        quantiles_release(&high);
    }
}

Test(quantiles, a_servers_percentiles_stay_what_they_are)
{
    static const uint64_t PERCENTILES[3] = {1234567, 7654321, 98765432};
    struct quantiles q = {0};
    cr_assert_eq(quantiles_add_percentiles(&q, PERCENTILES), ST_OK);
    cr_expect_eq(quantiles_percentile(&q, 50), PERCENTILES[0]);
    cr_expect_eq(quantiles_percentile(&q, 95), PERCENTILES[1]);
    cr_expect_eq(quantiles_percentile(&q, 99), PERCENTILES[2]);
    quantiles_release(&q);
}

Test(quantiles, the_largest_number_has_a_place)
{
    struct quantiles q = {0};
    cr_assert_eq(quantiles_add(&q, UINT64_MAX), ST_OK);
    cr_assert_eq(quantiles_add(&q, 0), ST_OK);
    cr_expect_eq(quantiles_percentile(&q, 50), 0);
    cr_expect_eq(quantiles_percentile(&q, 51), UINT64_MAX);
    quantiles_release(&q);
}
