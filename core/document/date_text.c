#include "core/document/date_text.h"

#include "core/base/time_text.h"
#include "core/base/time_zone.h"

#define MS_PER_S        INT64_C(1000)
#define SECONDS_PER_DAY INT64_C(86400)

/* Digits of the second's fraction that are read. */
#define FRACTION_DIGITS_MAX 9

/* The rest of a text that is being read. */
struct scanner {
    struct bytes rest;
    bool failed;
};

static uint8_t peek(const struct scanner *s)
{
    return s->rest.len == 0 ? 0 : s->rest.data[0];
}

static void skip(struct scanner *s, size_t len)
{
    s->rest = (struct bytes){s->rest.data + len, s->rest.len - len};
}

static bool take(struct scanner *s, uint8_t octet)
{
    if (s->rest.len == 0 || s->rest.data[0] != octet)
        return false;
    skip(s, 1);
    return true;
}

static bool is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

/* A number of exactly `len` digits, `min` to `max`. */
static unsigned take_number(struct scanner *s, size_t len, unsigned min, unsigned max)
{
    unsigned sum = 0;
    size_t i = 0;
    while (i < len && i < s->rest.len && is_digit(s->rest.data[i]))
        sum = sum * 10 + (unsigned)(s->rest.data[i++] - '0');
    if (i < len || sum < min || sum > max) {
        s->failed = true;
        return min;
    }
    skip(s, len);
    return sum;
}

static unsigned days_in_month(int64_t year, unsigned month)
{
    const int64_t next = month == 12 ? civil_days(year + 1, 1, 1) : civil_days(year, month + 1, 1);
    return (unsigned)(next - civil_days(year, month, 1));
}

/* yyyy[-MM[-dd]] */
static void read_day(struct scanner *s, struct date_text *date)
{
    unsigned month = 1;
    unsigned day = 1;
    const int64_t year = take_number(s, 4, 0, 9999);
    date->precision = DATE_YEAR;
    if (!s->failed && take(s, '-')) {
        month = take_number(s, 2, 1, 12);
        date->precision = DATE_MONTH;
    }
    if (!s->failed && date->precision == DATE_MONTH && take(s, '-')) {
        day = take_number(s, 2, 1, days_in_month(year, month));
        date->precision = DATE_DAY;
    }
    date->seconds = civil_days(year, month, day) * SECONDS_PER_DAY;
}

/* The digits behind the decimal mark. */
static void read_fraction(struct scanner *s, struct date_text *date)
{
    uint32_t unit = (uint32_t)NS_PER_S / 10;
    for (int i = 0; i < FRACTION_DIGITS_MAX && is_digit(peek(s)); i++) {
        date->ns += (uint32_t)(peek(s) - '0') * unit;
        unit /= 10;
        date->precision = DATE_FRACTION;
        skip(s, 1);
    }
    s->failed = date->precision != DATE_FRACTION;
}

/* HH[:mm[:ss[.S]]] */
static void read_clock(struct scanner *s, struct date_text *date)
{
    date->seconds += (int64_t)take_number(s, 2, 0, 23) * 3600;
    date->precision = DATE_HOUR;
    if (s->failed || !take(s, ':'))
        return;
    date->seconds += (int64_t)take_number(s, 2, 0, 59) * 60;
    date->precision = DATE_MINUTE;
    if (s->failed || !take(s, ':'))
        return;
    date->seconds += take_number(s, 2, 0, 59);
    date->precision = DATE_SECOND;
    if (!s->failed && (take(s, '.') || take(s, ',')))
        read_fraction(s, date);
}

/* What stands behind the time: an offset, or a name that begins with a letter. */
static void read_zone(struct scanner *s, struct date_text *date)
{
    const uint8_t first = peek(s);
    if (first == '+' || first == '-' || bytes_is(s->rest, "Z")) {
        /* "+5" names a zone, but does not end a date. */
        s->failed = s->rest.len == 2 || time_zone_offset_read(s->rest, &date->offset_s) != ST_OK;
        date->has_offset = true;
        return;
    }
    s->failed = first < 'A' || first > 'Z';
    date->zone = s->rest;
}

static enum status read_iso(struct bytes text, bool is_nanos, struct date_text *date)
{
    struct scanner s = {.rest = text};
    struct date_text found = {.precision = DATE_YEAR};
    read_day(&s, &found);
    if (s.failed || (s.rest.len != 0 && (found.precision != DATE_DAY || !take(&s, 'T'))))
        return ST_INVALID;
    const bool has_mark = found.precision == DATE_DAY && text.len > 10;
    if (s.rest.len != 0)
        read_clock(&s, &found);
    const bool has_seconds = found.precision >= DATE_SECOND;
    if (s.failed || (is_nanos && has_mark && !has_seconds))
        return ST_INVALID;
    if (s.rest.len != 0)
        read_zone(&s, &found);
    if (s.failed)
        return ST_INVALID;
    *date = found;
    return ST_OK;
}

/* Digits of the largest number of milliseconds, INT64_MAX. */
#define EPOCH_DIGITS_MAX 19

/* Milliseconds, with at most six decimals. */
static enum status read_epoch(struct bytes text, struct date_text *date)
{
    struct scanner s = {.rest = text};
    const bool is_negative = take(&s, '-');
    int64_t ms = 0;
    size_t digits = 0;
    for (; is_digit(peek(&s)) && digits < EPOCH_DIGITS_MAX; digits++, skip(&s, 1)) {
        const int64_t digit = peek(&s) - '0';
        if (ms > (INT64_MAX - digit) / 10)
            return ST_INVALID;
        ms = ms * 10 + digit;
    }
    if (digits == 0)
        return ST_INVALID;
    struct date_text found = {.precision = DATE_MILLISECOND, .has_offset = true, .is_epoch = true};
    int64_t ns = 0;
    if (take(&s, '.')) {
        int64_t unit = NS_PER_MS / 10;
        for (; unit > 0 && is_digit(peek(&s)); unit /= 10, skip(&s, 1))
            ns += (peek(&s) - '0') * unit;
        found.precision = DATE_FRACTION;
    }
    if (s.rest.len != 0)
        return ST_INVALID;
    ns += ms % MS_PER_S * NS_PER_MS;
    found.seconds = is_negative ? -(ms / MS_PER_S) : ms / MS_PER_S;
    if (is_negative && ns > 0) {
        found.seconds--;
        ns = NS_PER_S - ns;
    }
    found.ns = (uint32_t)ns;
    *date = found;
    return ST_OK;
}

enum status date_text_read(struct bytes text, bool is_nanos, struct date_text *date)
{
    if (read_iso(text, is_nanos, date) == ST_OK)
        return ST_OK;
    return read_epoch(text, date);
}

int64_t date_text_ns(const struct date_text *date)
{
    const int64_t seconds = date->seconds - date->offset_s;
    int64_t ns = 0;
    if (MUL_OVERFLOWS(seconds, NS_PER_S, &ns) || ns > INT64_MAX - (int64_t)date->ns)
        return seconds < 0 ? INT64_MIN : INT64_MAX;
    return ns + (int64_t)date->ns;
}
