#include "core/kql/date_math.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/base/time_text.h"

#define ARENA_MAX ((size_t)1 << 20)

/* 2024-05-06T12:34:56.789Z, a Monday. */
#define NOW_NS INT64_C(1714998896789123456)

struct date_case {
    const char *text;
    const char *zone;
    const char *down;
    const char *up;
};

static void expect(const struct date_case *c, bool rounds_up, const char *expected)
{
    struct arena arena;
    arena_init(&arena, ARENA_MAX);
    const struct time_zone *zone = NULL;
    if (c->zone != NULL)
        cr_assert(eq(int, time_zone_find(bytes_of(c->zone), &arena, &zone), ST_OK));
    const struct date_math math = {
        .now_ns = NOW_NS, .zone = zone, .arena = &arena, .rounds_up = rounds_up};
    struct instant instant = {0};
    const char *complaint = "";
    cr_expect(eq(int, date_math_read(&math, bytes_of(c->text), &instant, &complaint), ST_OK),
              "%s: %s", c->text, complaint);
    struct buf out;
    buf_init(&out, 100);
    time_print(instant.seconds * NS_PER_S + (int64_t)instant.ns, 9, &out);
    cr_expect(bytes_is(buf_bytes(&out), expected), "%s in %s: %s, not %s", c->text,
              c->zone == NULL ? "no zone" : c->zone, buf_text(&out), expected);
    buf_release(&out);
    arena_release(&arena);
}

Test(date_math, dates_round_as_elasticsearch_rounds_them)
{
    static const struct date_case CASES[] = {
        {"2024", NULL, "2024-01-01T00:00:00.000000000Z", "2024-01-01T23:59:59.999999999Z"},
        {"2024-05", NULL, "2024-05-01T00:00:00.000000000Z", "2024-05-01T23:59:59.999999999Z"},
        {"2024-05-01", NULL, "2024-05-01T00:00:00.000000000Z", "2024-05-01T23:59:59.999999999Z"},
        {"2024-05-01T10", NULL, "2024-05-01T10:00:00.000000000Z", "2024-05-01T10:59:59.999999999Z"},
        {"2024-05-01T10:15", NULL, "2024-05-01T10:15:00.000000000Z",
         "2024-05-01T10:15:59.999999999Z"},
        {"2024-05-01T10:15:30Z", NULL, "2024-05-01T10:15:30.000000000Z",
         "2024-05-01T10:15:30.999999999Z"},
        {"2024-05-01T10:15:30.1", NULL, "2024-05-01T10:15:30.100000000Z",
         "2024-05-01T10:15:30.100000000Z"},
        {"1714521600000", NULL, "2024-05-01T00:00:00.000000000Z", "2024-05-01T00:00:00.000999999Z"},
        {"2024-05-01", "Europe/Berlin", "2024-04-30T22:00:00.000000000Z",
         "2024-05-01T21:59:59.999999999Z"},
        {"2024-05-01T10:00:00Z", "Europe/Berlin", "2024-05-01T10:00:00.000000000Z",
         "2024-05-01T10:00:00.999999999Z"},
        {"2024-05-01T10:00:00Europe/Berlin", NULL, "2024-05-01T08:00:00.000000000Z",
         "2024-05-01T08:00:00.999999999Z"},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        expect(&CASES[i], false, CASES[i].down);
        expect(&CASES[i], true, CASES[i].up);
    }
}

/* Elasticsearch 8.19 answers so to a range that names a time zone. */
Test(date_math, epoch_is_shifted_where_it_must_be)
{
    static const char *const TEXTS[] = {"1714521600000", "1714521600000.0"};
    struct arena arena;
    const struct time_zone *zone = NULL;
    arena_init(&arena, ARENA_MAX);
    cr_assert(eq(int, time_zone_find(bytes_of("+05:30"), &arena, &zone), ST_OK));
    for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++) {
        struct instant instant = {0};
        const char *complaint = "";
        struct date_math math = {.zone = zone, .arena = &arena};
        cr_expect(eq(int, date_math_read(&math, bytes_of(TEXTS[i]), &instant, &complaint), ST_OK));
        cr_expect(eq(i64, instant.seconds, 1714521600));
        math.shifts_epoch = true;
        cr_expect(eq(int, date_math_read(&math, bytes_of(TEXTS[i]), &instant, &complaint), ST_OK));
        cr_expect(eq(i64, instant.seconds, 1714521600 - 19800));
    }
    arena_release(&arena);
}

Test(date_math, steps_are_taken_in_their_order)
{
    static const struct date_case CASES[] = {
        {"2024-05-01||", NULL, "2024-05-01T00:00:00.000000000Z", "2024-05-01T00:00:00.000000000Z"},
        {"2024-05-01||+1d", NULL, "2024-05-02T00:00:00.000000000Z",
         "2024-05-02T00:00:00.000000000Z"},
        {"2024-05-01||+d", NULL, "2024-05-02T00:00:00.000000000Z",
         "2024-05-02T00:00:00.000000000Z"},
        {"2024-01-31||+1M", NULL, "2024-02-29T00:00:00.000000000Z",
         "2024-02-29T00:00:00.000000000Z"},
        {"2024-02-29||-1y", NULL, "2023-02-28T00:00:00.000000000Z",
         "2023-02-28T00:00:00.000000000Z"},
        {"2024-01-31||-13M+1w", NULL, "2023-01-07T00:00:00.000000000Z",
         "2023-01-07T00:00:00.000000000Z"},
        {"2024-05-01||/M", NULL, "2024-05-01T00:00:00.000000000Z",
         "2024-05-31T23:59:59.999000000Z"},
        {"2024-05-01||/y", NULL, "2024-01-01T00:00:00.000000000Z",
         "2024-12-31T23:59:59.999000000Z"},
        {"2024-05-01||/w", NULL, "2024-04-29T00:00:00.000000000Z",
         "2024-05-05T23:59:59.999000000Z"},
        {"1969-12-31||/w", NULL, "1969-12-29T00:00:00.000000000Z",
         "1970-01-04T23:59:59.999000000Z"},
        {"2024-05-01T10:15:30.5||/H", NULL, "2024-05-01T10:00:00.000000000Z",
         "2024-05-01T10:59:59.999000000Z"},
        {"2024-05-01T10:15:30.5||/m", NULL, "2024-05-01T10:15:00.000000000Z",
         "2024-05-01T10:15:59.999000000Z"},
        {"2024-05-01T10:15:30.5||/s", NULL, "2024-05-01T10:15:30.000000000Z",
         "2024-05-01T10:15:30.999000000Z"},
        {"2024-05-01T10:15:30||/d+1h", NULL, "2024-05-01T01:00:00.000000000Z",
         "2024-05-02T00:59:59.999000000Z"},
        {"now", NULL, "2024-05-06T12:34:56.789000000Z", "2024-05-06T12:34:56.789000000Z"},
        {"now-90s", NULL, "2024-05-06T12:33:26.789000000Z", "2024-05-06T12:33:26.789000000Z"},
        {"now/d", "+05:30", "2024-05-05T18:30:00.000000000Z", "2024-05-06T18:29:59.999000000Z"},
        /* The day on which the clocks go forward has 23 hours. */
        {"2024-03-31||/d", "Europe/Berlin", "2024-03-30T23:00:00.000000000Z",
         "2024-03-31T21:59:59.999000000Z"},
        {"2024-03-30T02:30||+1d", "Europe/Berlin", "2024-03-31T01:30:00.000000000Z",
         "2024-03-31T01:30:00.000000000Z"},
        {"2024-03-30T02:30||+24h", "Europe/Berlin", "2024-03-31T01:30:00.000000000Z",
         "2024-03-31T01:30:00.000000000Z"},
        {"2024-10-26T12:00||+24h", "Europe/Berlin", "2024-10-27T10:00:00.000000000Z",
         "2024-10-27T10:00:00.000000000Z"},
        {"2024-10-26T12:00||+1d", "Europe/Berlin", "2024-10-27T11:00:00.000000000Z",
         "2024-10-27T11:00:00.000000000Z"},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        expect(&CASES[i], false, CASES[i].down);
        expect(&CASES[i], true, CASES[i].up);
    }
}

Test(date_math, what_elasticsearch_refuses_is_invalid)
{
    static const char *const CASES[] = {
        "",
        "||+1d",
        "yesterday",
        "2024-05-01||+1x",
        "2024-05-01||+1d/",
        "2024-05-01||+1",
        "2024-05-01||/3d",
        "2024-05-01||*1d",
        "2024-05-01|+1d",
        "now1d",
        "now+99999999999d",
        "2024-05-01||+2000000000y",
        "2024-05-01||+2000000000w+2000000000w+2000000000w+2000000000w+2000000000w+2000000000w"
        "+2000000000w+2000000000w+2000000000w+2000000000w+2000000000w+2000000000w+2000000000w"
        "+2000000000w+2000000000w+2000000000w+2000000000w+2000000000w+2000000000w+2000000000w"
        "+2000000000w+2000000000w+2000000000w+2000000000w+2000000000w+2000000000w+2000000000w",
        "2024-05-01T10:00:00Nowhere/Land",
    };
    struct arena arena;
    arena_init(&arena, ARENA_MAX);
    const struct date_math math = {.now_ns = NOW_NS, .arena = &arena};
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        struct instant instant = {0};
        const char *complaint = NULL;
        cr_expect(
            eq(int, date_math_read(&math, bytes_of(CASES[i]), &instant, &complaint), ST_INVALID),
            "%s", CASES[i]);
        cr_expect(complaint != NULL, "%s", CASES[i]);
    }
    arena_release(&arena);
}
