#include "query/pictures/chart.h"

#include <criterion/criterion.h>
#include <string.h>

static struct buf out;
static struct markup m;

static const char *bars(const struct chart *chart, const uint64_t *values)
{
    const struct chart_layer layer = {"servfail", "bad", values};
    buf_reset(&out);
    m = markup_of(&out);
    chart_bars(chart, &layer, 1, &m);
    cr_expect_eq(m.depth, 0, "everything that is opened is closed");
    return buf_text(&out);
}

static const char *lines(const struct chart *chart, const uint64_t *values)
{
    const struct chart_layer line = {"median", "p50", values};
    buf_reset(&out);
    m = markup_of(&out);
    chart_lines(chart, &line, 1, &m);
    cr_expect_eq(m.depth, 0);
    return buf_text(&out);
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (; (text = strstr(text, part)) != NULL; text++)
        count++;
    return count;
}

static void start(void)
{
    buf_init(&out, 1024 * 1024);
}

static void finish(void)
{
    buf_release(&out);
}

/* Ten seconds each, from 2026-11-23 09:00:00 on. */
static const struct chart TEN_SECONDS = {.label = "Lookups",
                                         .first = 179542440,
                                         .width_ms = 10000,
                                         .count = 4,
                                         .zone = &TIME_ZONE_UTC,
                                         .has_axis = true};

TestSuite(chart, .init = start, .fini = finish);

Test(chart, a_bar_for_every_interval_that_has_something)
{
    const uint64_t values[] = {1, 0, 1000, 500};
    const char *const text = bars(&TEN_SECONDS, values);
    cr_expect_eq(count_of(text, "class=\"bad\""), 3);
    cr_expect(strstr(text, "height=\"150.0\"") != NULL, "the largest is as high as the plot");
    cr_expect(strstr(text, "height=\"75.0\"") != NULL);
    cr_expect(strstr(text, "height=\"1.0\"") != NULL, "the smallest can be seen");
    cr_expect(strstr(text, "<title>2026-11-23 09:00:20: servfail 1\xe2\x80\xaf"
                           "000</title>") != NULL,
              "%s", text);
}

Test(chart, nothing_is_drawn_of_nothing)
{
    const uint64_t values[] = {0, 0, 0, 0};
    struct chart empty = TEN_SECONDS;
    cr_expect_eq(count_of(bars(&TEN_SECONDS, values), "<rect"), 0);
    cr_expect_eq(count_of(lines(&TEN_SECONDS, values), "nan"), 0);
    empty.count = 0;
    cr_expect_eq(count_of(bars(&empty, values), "<rect"), 0);
    cr_expect_eq(count_of(lines(&empty, values), "inf"), 0);
}

Test(chart, lines_have_gaps_and_a_scale_of_powers_of_ten)
{
    const uint64_t values[] = {1000000, 0, 2000000, 50000000};
    const char *const text = lines(&TEN_SECONDS, values);
    cr_expect_eq(count_of(text, "M"), 2, "two parts: %s", text);
    cr_expect(strstr(text, ">10 ms<") != NULL && strstr(text, ">100 ms<") != NULL);
    cr_expect(strstr(text, ">1 s<") == NULL);
}

Test(chart, clocks_are_as_exact_as_the_intervals)
{
    struct chart chart = TEN_SECONDS;
    chart_clock(&chart, 1, true, &out);
    cr_expect_str_eq(buf_text(&out), "2026-11-23 09:00:10");
    buf_reset(&out);
    chart.width_ms = 86400000;
    chart.first = 20780;
    chart_clock(&chart, 0, false, &out);
    cr_expect_str_eq(buf_text(&out), "2026-11-23");
    buf_reset(&out);
    chart.width_ms = 10;
    chart.first = 123;
    chart_clock(&chart, 0, false, &out);
    cr_expect_str_eq(buf_text(&out), "00:00:01.23");
}
