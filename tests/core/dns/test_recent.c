#include "core/dns/recent.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static struct recent recent_of(size_t answered, size_t given_up)
{
    struct recent recent = {.count = 0};
    cr_assert(eq(int, recent_init(&recent, answered, given_up), ST_OK));
    return recent;
}

Test(recent, how_a_lookup_ended_is_remembered)
{
    struct recent recent = recent_of(4, 4);
    recent_put_answered(&recent, 1, 99);
    recent_put_given_up(&recent, 2);
    const struct recent_entry *const answered = recent_find(&recent, 1);
    const struct recent_entry *const given_up = recent_find(&recent, 2);
    cr_assert(answered != NULL && given_up != NULL);
    cr_expect(answered->is_answered && answered->digest == 99);
    cr_expect(not(given_up->is_answered));
    cr_expect(recent_find(&recent, 3) == NULL);
    recent_release(&recent);
}

/* Ports and IDs come again. */
Test(recent, the_newest_of_a_hash_counts)
{
    struct recent recent = recent_of(4, 4);
    recent_put_given_up(&recent, 1);
    recent_put_answered(&recent, 1, 5);
    cr_expect(recent_find(&recent, 1)->is_answered);
    recent_put_answered(&recent, 1, 6);
    cr_expect(eq(u64, recent_find(&recent, 1)->digest, 6));
    recent_put_given_up(&recent, 1);
    cr_expect(not(recent_find(&recent, 1)->is_answered));
    recent_release(&recent);
}

Test(recent, answered_lookups_do_not_push_out_those_given_up)
{
    struct recent recent = recent_of(2, 2);
    recent_put_given_up(&recent, 1);
    for (uint64_t hash = 10; hash < 20; hash++)
        recent_put_answered(&recent, hash, 0);
    cr_expect(recent_find(&recent, 1) != NULL);
    cr_expect(recent_find(&recent, 17) == NULL);
    cr_expect(recent_find(&recent, 18) != NULL);
    recent_put_given_up(&recent, 2);
    recent_put_given_up(&recent, 3);
    cr_expect(recent_find(&recent, 1) == NULL);
    recent_release(&recent);
}
