#include "core/base/time_text.h"

#include <criterion/criterion.h>

static const char *text_of(int64_t time_ns, unsigned digits)
{
    static struct buf out;
    if (out.max == 0)
        buf_init(&out, 256);
    buf_reset(&out);
    time_print(time_ns, digits, &out);
    return buf_text(&out);
}

/* RFC 3339, 5.8: 1996-12-19T16:39:57-08:00 is 1996-12-20T00:39:57Z. */
Test(time_text, seconds_and_their_decimals)
{
    const int64_t time_ns = INT64_C(851042397) * NS_PER_S + 123456789;
    cr_expect_str_eq(text_of(time_ns, 0), "1996-12-20T00:39:57Z");
    cr_expect_str_eq(text_of(time_ns, 3), "1996-12-20T00:39:57.123Z");
    cr_expect_str_eq(text_of(time_ns, 9), "1996-12-20T00:39:57.123456789Z");
}

Test(time_text, before_1970_the_decimals_count_upwards_too)
{
    cr_expect_str_eq(text_of(-1, 9), "1969-12-31T23:59:59.999999999Z");
    cr_expect_str_eq(text_of(-NS_PER_S, 9), "1969-12-31T23:59:59.000000000Z");
}

Test(time_text, the_first_and_last_time)
{
    cr_expect_str_eq(text_of(INT64_MIN, 9), "1677-09-21T00:12:43.145224192Z");
    cr_expect_str_eq(text_of(INT64_MAX, 9), "2262-04-11T23:47:16.854775807Z");
}

Test(time_text, a_leap_day)
{
    const struct civil_time civil = civil_from_ns(INT64_C(951782400) * NS_PER_S);
    cr_expect_eq(civil.year, 2000);
    cr_expect_eq(civil.month, 2);
    cr_expect_eq(civil.day, 29);
    cr_expect_eq(civil_days(2000, 2, 29) * 86400, 951782400);
}
