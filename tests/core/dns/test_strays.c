#include "core/dns/strays.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "tests/core/dns/story.h"

Test(strays, response_may_come_before_its_query)
{
    BEGIN(story, &DEFAULTS);
    answer(&story, 1 * S + 2 * MS, WAY, A_WEB);
    cr_assert_eq(story.count, 0);
    ask(&story, 1 * S, WAY, A_WEB);
    cr_assert_eq(story.count, 1);
    const struct transaction *const transaction = &story.kept[0].transaction;
    cr_assert_eq(transaction->end, TRANSACTION_ANSWERED);
    cr_assert_eq(transaction->end_ns - transaction->delivery.time_ns, 2 * MS);
    cr_assert_eq(transaction->query_count, 1);
    cr_assert_eq(transaction->response_count, 1);
    cr_assert_eq(pairing_counters(story.pairing)->early, 1);
    cr_assert_eq(pairing_counters(story.pairing)->orphans, 0);
    end(&story);
    cr_assert_eq(story.count, 1);
}

Test(strays, lookup_never_ends_before_it_starts)
{
    BEGIN(story, &DEFAULTS);
    answer(&story, 1 * S, WAY, A_WEB);
    ask(&story, 1 * S + 49 * MS, WAY, A_WEB);
    cr_assert_eq(story.count, 1);
    cr_assert_eq(story.kept[0].transaction.end, TRANSACTION_ANSWERED);
    cr_assert_eq(story.kept[0].transaction.end_ns, 1 * S + 49 * MS);
    cr_assert_eq(story.kept[0].transaction.delivery.time_ns, 1 * S + 49 * MS);
    ask(&story, 2 * S, WAY, (struct saying){"b.test", 1, 8, 0, "192.0.2.1", 0});
    answer(&story, 2 * S - 1 * MS, WAY, (struct saying){"b.test", 1, 8, 0, "192.0.2.1", 0});
    cr_assert_eq(only(&story, "b.test")->end_ns, 2 * S);
    end(&story);
}

Test(strays, response_much_before_a_query_is_an_orphan)
{
    BEGIN(story, &DEFAULTS);
    answer(&story, 1 * S, WAY, A_WEB);
    ask(&story, 1 * S + 50 * MS, WAY, A_WEB);
    cr_assert_eq(story.count, 1);
    cr_assert_eq(story.kept[0].transaction.end, TRANSACTION_ORPHAN);
    end(&story);
    cr_assert_eq(story.count, 2);
    cr_assert_eq(story.kept[1].transaction.end, TRANSACTION_UNANSWERED);
}

Test(strays, early_response_with_another_question_stays_an_orphan)
{
    BEGIN(story, &DEFAULTS);
    answer(&story, 1 * S, WAY, (struct saying){"other.test", 1, 7, 0, "192.0.2.1", 0});
    ask(&story, 1 * S, WAY, A_WEB);
    end(&story);
    cr_assert_eq(story.count, 2);
    cr_assert_eq(only(&story, "other.test")->end, TRANSACTION_ORPHAN);
    cr_assert_eq(only(&story, "web.shop.test")->end, TRANSACTION_UNANSWERED);
}

Test(strays, early_response_is_given_once_and_its_repetition_is_counted)
{
    BEGIN(story, &DEFAULTS);
    answer(&story, 1 * S, WAY, A_WEB);
    answer(&story, 1 * S, WAY, A_WEB);
    ask(&story, 1 * S, WAY, A_WEB);
    pairing_finish(story.pairing);
    cr_assert_eq(story.count, 1);
    cr_assert_eq(story.kept[0].transaction.end, TRANSACTION_ANSWERED);
    cr_assert_eq(pairing_counters(story.pairing)->early, 1);
    cr_assert_eq(pairing_counters(story.pairing)->duplicates, 1);
    cr_assert_eq(pairing_counters(story.pairing)->orphans, 0);
    pairing_free(story.pairing);
}

Test(strays, responses_that_find_no_room_to_wait_are_orphans_at_once)
{
    BEGIN(story, &DEFAULTS);
    for (uint16_t id = 1; id <= 256 + 3; id++)
        answer(&story, 1 * S, WAY, (struct saying){"web.shop.test", 1, id, 0, NULL, 0});
    cr_assert_eq(story.count, 3);
    cr_assert_eq(pairing_counters(story.pairing)->hurried, 3);
    ask(&story, 1 * S, WAY, (struct saying){"web.shop.test", 1, 3, 0, NULL, 0});
    ask(&story, 1 * S, WAY, (struct saying){"web.shop.test", 1, 4, 0, NULL, 0});
    cr_assert_eq(pairing_counters(story.pairing)->early, 1);
    pairing_free(story.pairing);
}
