#include "query/questions/time_range.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* 2023-11-14T22:13:20.5Z */
#define NOW INT64_C(1700000000500000000)

static struct arena arena;
static const struct kql_node everything = {.kind = KQL_IS};

static void start(void)
{
    arena_init(&arena, 1024 * 1024);
}

static void stop(void)
{
    arena_release(&arena);
}

TestSuite(time_range, .init = start, .fini = stop);

static const char *apply(const char *since, const char *until, const struct time_zone *zone)
{
    static char text[ERROR_TEXT_SIZE + 16];
    const struct time_range range = {since, until, NOW, zone};
    const struct kql_node *tree = NULL;
    struct error err = {0};
    if (time_range_apply(&range, &arena, &everything, &tree, &err) != ST_OK) {
        (void)snprintf(text, sizeof text, "error: %s", err.text);
        return text;
    }
    text[0] = '\0';
    if (tree == &everything)
        return text;
    size_t len = 0;
    for (size_t i = 0; i + 1 < tree->child_count; i++) {
        const struct kql_node *const node = tree->children[i];
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%.*s ",
                                node->op == KQL_GTE ? ">=" : "<=", (int)node->value.text.len,
                                (const char *)node->value.text.data);
    }
    cr_assert_eq(tree->children[tree->child_count - 1], &everything);
    return text;
}

Test(time_range, an_open_range_changes_nothing)
{
    cr_expect_str_eq(apply(NULL, NULL, NULL), "");
}

Test(time_range, spans_reach_back_from_now)
{
    cr_expect_str_eq(apply("15m", NULL, NULL), ">=2023-11-14T21:58:20.500Z ");
    cr_expect_str_eq(apply("24h", "7s", NULL),
                     ">=2023-11-13T22:13:20.500Z <=2023-11-14T22:13:13.500Z ");
    cr_expect_str_eq(apply("7d", NULL, NULL), ">=2023-11-07T22:13:20.500Z ");
}

Test(time_range, date_math_rounds_outwards)
{
    cr_expect_str_eq(apply("now-1d/d", "now-1d/d", NULL),
                     ">=2023-11-13T00:00:00.000Z <=2023-11-13T23:59:59.999Z ");
}

Test(time_range, dates_are_filled_up)
{
    cr_expect_str_eq(apply("2023-11-01", "2023-11-02", NULL),
                     ">=2023-11-01T00:00:00.000Z <=2023-11-02T23:59:59.999Z ");
    cr_expect_str_eq(apply("2023-11-14T10:00:00+02:00", NULL, NULL), ">=2023-11-14T08:00:00.000Z ");
}

Test(time_range, dates_without_a_zone_are_local)
{
    static const struct time_zone east = {.first_offset_s = 3600};
    cr_expect_str_eq(apply("2023-11-01", NULL, &east), ">=2023-10-31T23:00:00.000Z ");
    cr_expect_str_eq(apply("15m", NULL, &east), ">=2023-11-14T21:58:20.500Z ");
}

Test(time_range, the_clock_of_the_table_is_a_time)
{
    cr_expect_str_eq(apply("2026-11-23 08:16:30.772", NULL, NULL), ">=2026-11-23T08:16:30.772Z ");
    cr_expect_str_eq(apply(NULL, "2026-11-23 08:16:30", NULL), "<=2026-11-23T08:16:30.999Z ");
    cr_expect_str_eq(apply("2026-11-23 08:16:30||-1h", NULL, NULL), ">=2026-11-23T07:16:30.000Z ");
    cr_expect_not_null(strstr(apply("2026-11-23 ", NULL, NULL), "cannot be read as a time"));
}

Test(time_range, seconds_are_not_taken_for_milliseconds)
{
    cr_expect_str_eq(apply("1700000000000", NULL, NULL), ">=2023-11-14T22:13:20.000Z ");
    cr_expect_str_eq(apply("2023", NULL, NULL), ">=2023-01-01T00:00:00.000Z ");
    static const char *const seconds[] = {"1700000000", "999999999", "20231114", "17000000000"};
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++)
        cr_expect_not_null(strstr(apply(seconds[i], NULL, NULL), "seconds need 000 behind them"));
}

Test(time_range, nonsense_is_met_with_what_can_be_written)
{
    static const char *const texts[] = {"yesterday", "08:16", "1700000000", ""};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        cr_expect_not_null(
            strstr(apply(texts[i], NULL, NULL), "; 15m, 24h and now-1d/d count back from now"),
            "%s", texts[i]);
}

Test(time_range, nonsense_is_named)
{
    cr_expect_eq(strstr(apply("yesterday", NULL, NULL),
                        "error: --since yesterday cannot be read as a time: "),
                 apply("yesterday", NULL, NULL));
    cr_expect_str_eq(apply("1h", "2h", NULL), "error: --since 1h is later than --until 2h");
}
