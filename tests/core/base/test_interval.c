#include "core/base/interval.h"

#include <criterion/criterion.h>

Test(interval, each_width_divides_the_next)
{
    int64_t width = interval_narrowest();
    for (int i = 0; i < 30; i++) {
        const int64_t wider = interval_wider(width);
        cr_expect_eq(wider % width, 0);
        cr_expect_geq(wider, width);
        width = wider;
    }
    cr_expect_eq(interval_wider(width), width, "there is a widest");
}

Test(interval, times_before_1970_are_in_intervals_before_the_first)
{
    cr_expect_eq(interval_of(0, 1000), 0);
    cr_expect_eq(interval_of(999, 1000), 0);
    cr_expect_eq(interval_of(-1, 1000), -1);
    cr_expect_eq(interval_of(-1000, 1000), -1);
    cr_expect_eq(interval_of(-1001, 1000), -2);
}

Test(interval, the_narrowest_that_holds_both_times)
{
    cr_expect_eq(interval_for(5, 5, 120), 10);
    cr_expect_eq(interval_for(0, 1199, 120), 10);
    cr_expect_eq(interval_for(0, 1200, 120), 50);
    cr_expect_eq(interval_for(0, 86400000, 120), 1800000, "a day in half hours");
    cr_expect_eq(interval_for(9, 10, 2), 10);
    cr_expect_gt(interval_for(INT64_MIN / 1000000, INT64_MAX / 1000000, 2), 0);
}
