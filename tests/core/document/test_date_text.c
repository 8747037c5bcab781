#include "core/document/date_text.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/base/time_text.h"

static void expect_instant(const char *text, bool is_nanos, const char *expected)
{
    struct date_text date;
    struct buf out;
    buf_init(&out, 100);
    cr_expect(eq(int, date_text_read(bytes_of(text), is_nanos, &date), ST_OK), "%s", text);
    time_print(date_text_ns(&date), 9, &out);
    cr_expect(bytes_is(buf_bytes(&out), expected), "%s: %s", text, buf_text(&out));
    buf_release(&out);
}

Test(date_text, missing_parts_are_their_first_value)
{
    static const struct {
        const char *text;
        const char *instant;
    } CASES[] = {
        {"2024", "2024-01-01T00:00:00.000000000Z"},
        {"2024-02", "2024-02-01T00:00:00.000000000Z"},
        {"2024-02-29", "2024-02-29T00:00:00.000000000Z"},
        {"2024-02-29T", "2024-02-29T00:00:00.000000000Z"},
        {"2024-02-29T10", "2024-02-29T10:00:00.000000000Z"},
        {"2024-02-29T10Z", "2024-02-29T10:00:00.000000000Z"},
        {"2024-02-29T10:15", "2024-02-29T10:15:00.000000000Z"},
        {"2024-02-29T10:15:30", "2024-02-29T10:15:30.000000000Z"},
        {"2024-02-29T10:15:30.5", "2024-02-29T10:15:30.500000000Z"},
        {"2024-02-29T10:15:30,25Z", "2024-02-29T10:15:30.250000000Z"},
        {"2024-02-29T10:15:30.123456789Z", "2024-02-29T10:15:30.123456789Z"},
        {"2024-02-29T10:15:30+02:00", "2024-02-29T08:15:30.000000000Z"},
        {"2024-02-29T10:15:30-0530", "2024-02-29T15:45:30.000000000Z"},
        {"2024-02-29T10:15:30.5+02", "2024-02-29T08:15:30.500000000Z"},
        {"0", "1970-01-01T00:00:00.000000000Z"},
        {"-1", "1969-12-31T23:59:59.999000000Z"},
        {"-2024", "1969-12-31T23:59:57.976000000Z"},
        {"12345", "1970-01-01T00:00:12.345000000Z"},
        {"1714521600000", "2024-05-01T00:00:00.000000000Z"},
        {"1714521600000.5", "2024-05-01T00:00:00.000500000Z"},
        {"20240501", "1970-01-01T05:37:20.501000000Z"},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
        expect_instant(CASES[i].text, false, CASES[i].instant);
    expect_instant("2024", true, "2024-01-01T00:00:00.000000000Z");
    expect_instant("2024-02-29T10:15:30", true, "2024-02-29T10:15:30.000000000Z");
}

Test(date_text, the_precision_is_the_last_part_written)
{
    static const struct {
        const char *text;
        enum date_precision precision;
    } CASES[] = {
        {"2024", DATE_YEAR},
        {"2024-05", DATE_MONTH},
        {"2024-05-01", DATE_DAY},
        {"2024-05-01T10", DATE_HOUR},
        {"2024-05-01T10:15Z", DATE_MINUTE},
        {"2024-05-01T10:15:30+02:00", DATE_SECOND},
        {"2024-05-01T10:15:30.0Z", DATE_FRACTION},
        {"1714521600000", DATE_MILLISECOND},
        {"1714521600000.0", DATE_FRACTION},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        struct date_text date;
        cr_expect(eq(int, date_text_read(bytes_of(CASES[i].text), false, &date), ST_OK));
        cr_expect(eq(int, date.precision, CASES[i].precision), "%s", CASES[i].text);
    }
}

Test(date_text, what_elasticsearch_refuses_is_invalid)
{
    static const char *const CASES[] = {
        "",
        "yesterday",
        "1e12",
        "2024-13",
        "2024-00-01",
        "2023-02-29",
        "2024-04-31",
        "2024-5-1",
        "2024/05/01",
        "2024-122",
        "2024-W18",
        "10000-01-01",
        "12:00",
        "2024-05-01Z",
        "2024-05-01+02:00",
        "2024-05-01 10:00",
        "2024-05-01t10:00:00z",
        "2024-05-01T10:00:00z",
        "2024-05-01T10:00:00 Z",
        "2024-05-01T10:00:00[Europe/Berlin]",
        "2024-05-01T24:00:00Z",
        "2024-05-01T25:00:00Z",
        "2024-05-01T10:60:00Z",
        "2024-05-01T10:15:30.",
        "2024-05-01T10:15:30.Z",
        "2024-05-01T10:15:30.1234567891Z",
        "2024-05-01T10:15:30+2",
        "2024-05-01T10:15:30+02:0",
        "2024-05-01T10:15:30+24:00",
        " 2024",
        "2024 ",
        "2024-05-01*",
        "-",
        "-.5",
    };
    struct date_text date;
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
        cr_expect(eq(int, date_text_read(bytes_of(CASES[i]), false, &date), ST_INVALID), "%s",
                  CASES[i]);
    cr_expect(eq(int, date_text_read(bytes_of("2024-05-02T10"), true, &date), ST_INVALID));
    cr_expect(eq(int, date_text_read(bytes_of("2024-05-02T10:15Z"), true, &date), ST_INVALID));
}

Test(date_text, times_beyond_64_bits_of_nanoseconds_become_the_outermost)
{
    struct date_text date;
    cr_assert(eq(int, date_text_read(bytes_of("9999-12-31"), false, &date), ST_OK));
    cr_expect(eq(i64, date_text_ns(&date), INT64_MAX));
    cr_assert(eq(int, date_text_read(bytes_of("0001-01-01"), false, &date), ST_OK));
    cr_expect(eq(i64, date_text_ns(&date), INT64_MIN));
}

/* What Elasticsearch 8.19 takes and refuses. */
Test(date_text, milliseconds_go_as_far_as_64_bits)
{
    static const char *const good[] = {"9223372036854775807", "-9223372036854775807",
                                       "1000000000000000000"};
    static const char *const bad[] = {"9223372036854775808", "-9223372036854775808",
                                      "09223372036854775807", "99999999999999999999"};
    struct date_text date;
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        cr_expect(eq(int, date_text_read(bytes_of(good[i]), false, &date), ST_OK), "%s", good[i]);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_expect(eq(int, date_text_read(bytes_of(bad[i]), false, &date), ST_INVALID), "%s",
                  bad[i]);
}
