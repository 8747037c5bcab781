#include "query/gathering/quantiles.h"

#include <criterion/criterion.h>

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

Test(quantiles, the_largest_number_has_a_place)
{
    struct quantiles q = {0};
    cr_assert_eq(quantiles_add(&q, UINT64_MAX), ST_OK);
    cr_assert_eq(quantiles_add(&q, 0), ST_OK);
    cr_expect_eq(quantiles_percentile(&q, 50), 0);
    cr_expect_eq(quantiles_percentile(&q, 51), UINT64_MAX);
    quantiles_release(&q);
}
