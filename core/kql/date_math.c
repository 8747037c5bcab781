#include "core/kql/date_math.h"

#include "core/base/time_text.h"
#include "core/document/date_text.h"

#define SECONDS_PER_DAY INT64_C(86400)
#define DAYS_PER_WEEK   7

/* Years beyond this are an error in Java as well; and about as many seconds. */
#define YEAR_MAX    999999999
#define SECONDS_MAX (YEAR_MAX * INT64_C(31556952))

/* A time on the clocks of a zone. */
struct zoned {
    const struct time_zone *zone;
    int64_t local_s; /* what the clock shows, as seconds since 1970-01-01T00:00:00 */
    uint32_t ns;
    int32_t offset_s; /* seconds east of UTC that hold there */
};

static enum status refuse(const char **complaint, const char *text)
{
    *complaint = text;
    return ST_INVALID;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

/* Sets what the clock shows; the offset follows. */
static void set_local(struct zoned *z, int64_t local_s, uint32_t ns)
{
    z->local_s = local_s;
    z->ns = ns;
    z->offset_s = time_zone_offset_of_local(z->zone, &z->local_s, z->offset_s);
}

static void set_instant(struct zoned *z, struct instant instant)
{
    z->offset_s = time_zone_offset(z->zone, instant.seconds);
    z->local_s = instant.seconds + z->offset_s;
    z->ns = instant.ns;
}

static struct instant instant_of(const struct zoned *z)
{
    return (struct instant){z->local_s - z->offset_s, z->ns};
}

/* Seconds at the end of a date's last part: what is missing gets its last value. A day stays a
 * day: months and days that are missing are the first ones in both directions. */
static void fill_up(const struct date_text *date, int64_t *seconds, uint32_t *ns)
{
    static const int64_t MISSING_SECONDS[] = {
        [DATE_YEAR] = SECONDS_PER_DAY - 1,
        [DATE_MONTH] = SECONDS_PER_DAY - 1,
        [DATE_DAY] = SECONDS_PER_DAY - 1,
        [DATE_HOUR] = 3599,
        [DATE_MINUTE] = 59,
        [DATE_SECOND] = 0,
        [DATE_MILLISECOND] = 0,
        [DATE_FRACTION] = 0,
    };
    *seconds += MISSING_SECONDS[date->precision];
    if (date->precision < DATE_MILLISECOND)
        *ns = (uint32_t)NS_PER_S - 1;
    else if (date->precision == DATE_MILLISECOND)
        *ns += (uint32_t)NS_PER_MS - 1;
}

/* The zone that a date is in: its own if it names one, else that of the query. */
static enum status zone_of(const struct date_math *math, const struct date_text *date,
                           const struct time_zone **zone)
{
    *zone = math->zone == NULL ? &TIME_ZONE_UTC : math->zone;
    return date->zone.len == 0 ? ST_OK : time_zone_find(date->zone, math->arena, zone);
}

static enum status read_date(const struct date_math *math, struct bytes text, bool rounds_up,
                             struct instant *instant, const char **complaint)
{
    struct date_text date;
    if (text.len == 0)
        return refuse(complaint, "it is empty");
    if (date_text_read(text, math->is_nanos, &date) != ST_OK)
        return refuse(complaint, math->is_nanos
                                     ? "write it as 2026-11-23, 2026-11-23T07:22:38.5Z (with its "
                                       "seconds), or milliseconds since 1970"
                                     : "write it as 2026-11-23, 2026-11-23T07:22:38Z, or "
                                       "milliseconds since 1970");
    struct zoned z = {.offset_s = 0};
    const enum status status = zone_of(math, &date, &z.zone);
    if (status == ST_NO_MEMORY)
        return status;
    if (status != ST_OK)
        return refuse(complaint, "its time zone is not known");
    if (rounds_up)
        fill_up(&date, &date.seconds, &date.ns);
    if (date.has_offset && !(date.is_epoch && math->shifts_epoch))
        *instant = (struct instant){date.seconds - date.offset_s, date.ns};
    else {
        set_local(&z, date.seconds, date.ns);
        *instant = instant_of(&z);
    }
    return ST_OK;
}

/* One step of date math. */
struct step {
    bool is_rounding;
    int64_t count; /* negative for '-' */
    uint8_t unit;
};

static enum status take_step(struct bytes *rest, struct step *step, const char **complaint)
{
    const uint8_t operator= rest->data[0];
    size_t at = 1;
    if (operator!= '/' && operator!= '+' && operator!= '-')
        return refuse(complaint, "date math has the operators + - and /");
    int64_t count = 0;
    for (; at < rest->len && rest->data[at] >= '0' && rest->data[at] <= '9'; at++) {
        count = count * 10 + (rest->data[at] - '0');
        if (count > INT32_MAX)
            return refuse(complaint, "a number in its date math is too large");
    }
    if (at == rest->len)
        return refuse(complaint, "its date math ends where a unit must follow");
    if (at == 1)
        count = 1;
    if (operator== '/' && count != 1)
        return refuse(complaint, "rounding goes to one unit: /d, not /3d");
    *step = (struct step){operator== '/', operator== '-' ? -count : count, rest->data[at]};
    *rest = bytes_slice(*rest, at + 1, rest->len);
    return ST_OK;
}

/* Moves by months, cut to the last day of a shorter month. */
static enum status add_months(struct zoned *z, int64_t months, const char **complaint)
{
    const int64_t days = floor_div(z->local_s, SECONDS_PER_DAY);
    const int64_t of_day = z->local_s - days * SECONDS_PER_DAY;
    const struct civil_time day = civil_from_days(days);
    const int64_t total = day.year * 12 + (int64_t)day.month - 1 + months;
    const int64_t year = floor_div(total, 12);
    const unsigned month = (unsigned)(total - year * 12) + 1;
    if (year > YEAR_MAX || year < -YEAR_MAX)
        return refuse(complaint, "its date math leaves the calendar");
    const int64_t first = civil_days(year, month, 1);
    const int64_t next = month == 12 ? civil_days(year + 1, 1, 1) : civil_days(year, month + 1, 1);
    const int64_t last = next - 1;
    const int64_t wanted = first + (int64_t)day.day - 1;
    set_local(z, (wanted < last ? wanted : last) * SECONDS_PER_DAY + of_day, z->ns);
    return ST_OK;
}

/* Moves on by so many of a unit. Days and longer units keep what the clock shows; shorter ones
 * pass in time. */
static enum status add(struct zoned *z, uint8_t unit, int64_t count, const char **complaint)
{
    struct instant instant = instant_of(z);
    switch (unit) {
    case 'y':
        return add_months(z, count * 12, complaint);
    case 'M':
        return add_months(z, count, complaint);
    case 'w':
        set_local(z, z->local_s + count * DAYS_PER_WEEK * SECONDS_PER_DAY, z->ns);
        return ST_OK;
    case 'd':
        set_local(z, z->local_s + count * SECONDS_PER_DAY, z->ns);
        return ST_OK;
    case 'h':
    case 'H':
        instant.seconds += count * 3600;
        break;
    case 'm':
        instant.seconds += count * 60;
        break;
    case 's':
        instant.seconds += count;
        break;
    default:
        return refuse(complaint, "date math has the units y M w d h m s");
    }
    set_instant(z, instant);
    return ST_OK;
}

/* Moves back to the start of a unit; an unknown one is left to `add`. */
static void round_down(struct zoned *z, uint8_t unit)
{
    const int64_t days = floor_div(z->local_s, SECONDS_PER_DAY);
    const struct civil_time day = civil_from_days(days);
    int64_t start = z->local_s;
    switch (unit) {
    case 'y':
        start = civil_days(day.year, 1, 1) * SECONDS_PER_DAY;
        break;
    case 'M':
        start = civil_days(day.year, day.month, 1) * SECONDS_PER_DAY;
        break;
    case 'w':
        /* Weeks begin on Monday; 1970-01-01 was a Thursday. */
        start = (floor_div(days + 3, DAYS_PER_WEEK) * DAYS_PER_WEEK - 3) * SECONDS_PER_DAY;
        break;
    case 'd':
        start = days * SECONDS_PER_DAY;
        break;
    case 'h':
    case 'H':
        start = floor_div(start, 3600) * 3600;
        break;
    case 'm':
        start = floor_div(start, 60) * 60;
        break;
    default:
        break;
    }
    set_local(z, start, 0);
}

static void subtract_ms(struct zoned *z)
{
    struct instant instant = instant_of(z);
    if (instant.ns < NS_PER_MS) {
        instant.seconds--;
        instant.ns += (uint32_t)NS_PER_S;
    }
    instant.ns -= (uint32_t)NS_PER_MS;
    set_instant(z, instant);
}

static enum status apply(struct zoned *z, const struct step *step, bool rounds_up,
                         const char **complaint)
{
    if (!step->is_rounding)
        return add(z, step->unit, step->count, complaint);
    struct zoned end = *z;
    round_down(&end, step->unit);
    *z = end;
    const enum status status = add(&end, step->unit, 1, complaint);
    if (status != ST_OK || !rounds_up)
        return status;
    subtract_ms(&end);
    *z = end;
    return ST_OK;
}

/* Takes `now` or the date before the bars; what follows are steps. */
static enum status read_start(const struct date_math *math, struct bytes text, struct bytes *steps,
                              struct instant *start, const char **complaint)
{
    const struct bytes NOW = BYTES_LITERAL("now");
    const struct bytes BARS = BYTES_LITERAL("||");
    if (bytes_starts_with(text, NOW)) {
        start->seconds = floor_div(math->now_ns, NS_PER_S);
        start->ns = (uint32_t)(math->now_ns - start->seconds * NS_PER_S);
        start->ns -= start->ns % (uint32_t)NS_PER_MS;
        *steps = bytes_slice(text, NOW.len, text.len);
        return ST_OK;
    }
    const uint8_t *const bars =
        text.len == 0 ? NULL : memmem(text.data, text.len, BARS.data, BARS.len);
    const size_t len = bars == NULL ? text.len : (size_t)(bars - text.data);
    *steps = bytes_slice(text, len + BARS.len, text.len);
    return read_date(math, bytes_slice(text, 0, len), math->rounds_up && bars == NULL, start,
                     complaint);
}

enum status date_math_read(const struct date_math *math, struct bytes text, struct instant *instant,
                           const char **complaint)
{
    struct bytes steps = {0};
    struct instant start = {0};
    enum status status = read_start(math, text, &steps, &start, complaint);
    if (status != ST_OK)
        return status;
    struct zoned z = {.zone = math->zone == NULL ? &TIME_ZONE_UTC : math->zone};
    set_instant(&z, start);
    while (steps.len != 0) {
        struct step step;
        status = take_step(&steps, &step, complaint);
        if (status == ST_OK)
            status = apply(&z, &step, math->rounds_up, complaint);
        if (status == ST_OK && (z.local_s > SECONDS_MAX || z.local_s < -SECONDS_MAX))
            status = refuse(complaint, "its date math leaves the calendar");
        if (status != ST_OK)
            return status;
    }
    *instant = instant_of(&z);
    return ST_OK;
}
