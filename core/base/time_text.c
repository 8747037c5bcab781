#include "core/base/time_text.h"

#include <assert.h>
#include <stdbool.h>

#include "core/base/put.h"

#define SECONDS_PER_DAY INT64_C(86400)

/* Octets of the longest text written here. */
#define TIME_TEXT_MAX 32

/* Both conversions count years from 1 March, so that the leap day is the last of its year, and in
 * eras of 400 years, which all have 146,097 days. */
int64_t civil_days(int64_t year, unsigned month, unsigned day)
{
    const int64_t y = month <= 2 ? year - 1 : year;
    const int64_t era = (y >= 0 ? y : y - 399) / 400;
    const int64_t year_of_era = y - era * 400;
    const int64_t day_of_year =
        (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct civil_time civil_from_days(int64_t days)
{
    const int64_t shifted = days + 719468;
    const int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    const int64_t day_of_era = shifted - era * 146097;
    const int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t month_from_march = (5 * day_of_year + 2) / 153;
    const unsigned month =
        (unsigned)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    return (struct civil_time){
        .year = year_of_era + era * 400 + (month <= 2 ? 1 : 0),
        .month = month,
        .day = (unsigned)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
    };
}

static struct civil_time civil_from_seconds(int64_t seconds)
{
    int64_t days = seconds / SECONDS_PER_DAY;
    int64_t of_day = seconds % SECONDS_PER_DAY;
    if (of_day < 0) {
        of_day += SECONDS_PER_DAY;
        days--;
    }
    struct civil_time civil = civil_from_days(days);
    civil.hour = (unsigned)(of_day / 3600);
    civil.minute = (unsigned)(of_day / 60 % 60);
    civil.second = (unsigned)(of_day % 60);
    return civil;
}

struct civil_time civil_from_ns(int64_t time_ns)
{
    const int64_t ns = time_ns % NS_PER_S;
    const bool is_before = ns < 0;
    struct civil_time civil = civil_from_seconds(time_ns / NS_PER_S - (is_before ? 1 : 0));
    civil.ns = (unsigned)(is_before ? ns + NS_PER_S : ns);
    return civil;
}

void time_put_second(uint8_t *to, int64_t second)
{
    const struct civil_time c = civil_from_seconds(second);
    to = put_digits(to, (uint32_t)c.year, 4);
    *to++ = '-';
    to = put_digits(to, c.month, 2);
    *to++ = '-';
    to = put_digits(to, c.day, 2);
    *to++ = 'T';
    to = put_digits(to, c.hour, 2);
    *to++ = ':';
    to = put_digits(to, c.minute, 2);
    *to++ = ':';
    (void)put_digits(to, c.second, 2);
}

void time_print(int64_t time_ns, unsigned digits, struct buf *out)
{
    assert(digits <= 9);
    uint8_t *const start = buf_space(out, TIME_TEXT_MAX);
    if (start == NULL)
        return;
    const int64_t rest = time_ns % NS_PER_S;
    const int64_t second = time_ns / NS_PER_S - (rest < 0 ? 1 : 0);
    uint32_t fraction = (uint32_t)(rest < 0 ? rest + NS_PER_S : rest);
    time_put_second(start, second);
    uint8_t *to = start + TIME_SECOND_LEN;
    for (unsigned i = digits; i < 9; i++)
        fraction /= 10;
    if (digits > 0) {
        *to++ = '.';
        to = put_digits(to, fraction, digits);
    }
    *to++ = 'Z';
    buf_wrote(out, (size_t)(to - start));
}
