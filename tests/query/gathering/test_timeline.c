#include "query/gathering/timeline.h"

#include <criterion/criterion.h>
#include <stdlib.h>

/* A timeline is large for a stack. */
static struct timeline *make(void)
{
    struct timeline *const timeline = malloc(sizeof *timeline);
    cr_assert_not_null(timeline);
    timeline_init(timeline, false);
    return timeline;
}

static void add(struct timeline *timeline, int64_t time_ms)
{
    struct timeline_interval *const at = timeline_at(timeline, time_ms);
    cr_assert_not_null(at);
    at->lookups++;
    cr_assert_eq(quantiles_add(&at->latency, (uint64_t)(time_ms > 0 ? time_ms : -time_ms)), ST_OK);
}

static void finish(struct timeline *timeline)
{
    timeline_release(timeline);
    free(timeline);
}

static uint64_t sum(const struct timeline *timeline)
{
    uint64_t lookups = 0;
    for (size_t i = 0; i < timeline->count; i++) {
        lookups += timeline->intervals[i].lookups;
        cr_expect_eq(timeline->intervals[i].latency.count, timeline->intervals[i].lookups);
    }
    return lookups;
}

Test(timeline, intervals_become_wider_as_time_goes_on)
{
    struct timeline *const timeline = make();
    for (int64_t i = 0; i < 10000; i++)
        add(timeline, 1764000000000 + i * 1000);
    cr_expect_eq(timeline->width_ms, 300000);
    cr_expect_eq(timeline->count, 34);
    cr_expect_eq(sum(timeline), 10000);
    cr_expect_eq(timeline->intervals[1].lookups, 300);
    finish(timeline);
}

Test(timeline, the_order_of_times_does_not_matter)
{
    struct timeline *const forth = make();
    struct timeline *const back = make();
    for (int64_t i = 0; i < 5000; i++) {
        add(forth, i * i % 100003 - 50000);
        add(back, (4999 - i) * (4999 - i) % 100003 - 50000);
    }
    cr_expect_eq(forth->width_ms, back->width_ms);
    cr_expect_eq(forth->first, back->first);
    cr_assert_eq(forth->count, back->count);
    for (size_t i = 0; i < forth->count; i++)
        cr_expect_eq(forth->intervals[i].lookups, back->intervals[i].lookups);
    cr_expect_eq(sum(forth), 5000);
    finish(forth);
    finish(back);
}

Test(timeline, one_time_is_one_interval)
{
    struct timeline *const timeline = make();
    add(timeline, 1234567);
    add(timeline, 1234567);
    cr_expect_eq(timeline->count, 1);
    cr_expect_eq(timeline->first * timeline->width_ms, 1234560);
    finish(timeline);
}

Test(timeline, centuries_have_room)
{
    struct timeline *const timeline = make();
    add(timeline, INT64_MIN / 1000000);
    add(timeline, 0);
    add(timeline, INT64_MAX / 1000000);
    cr_expect_leq(timeline->count, TIMELINE_MAX);
    cr_expect_eq(sum(timeline), 3);
    finish(timeline);
}
