/* Pairing, told as short stories: who sends what when, and which transactions come out. */
#include "core/dns/pairing.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/dns/defect.h"
#include "tests/core/dns/story.h"

Test(pairing, query_and_response_are_one_transaction)
{
    BEGIN(story, &DEFAULTS);
    ask(&story, 5 * S, WAY, A_WEB);
    cr_assert_eq(story.count, 0);
    answer(&story, 5 * S + 3 * MS, WAY, A_WEB);
    cr_assert_eq(story.count, 1);
    const struct transaction *const t = &story.kept[0].transaction;
    cr_assert_eq(t->end, TRANSACTION_ANSWERED);
    cr_assert_eq(t->delivery.time_ns, 5 * S);
    cr_assert_eq(t->end_ns, 5 * S + 3 * MS);
    cr_assert_eq(t->query_count, 1);
    cr_assert_eq(t->query_bytes, 31); /* 12 header, 15 name, 4 type and class */
    cr_assert_eq(t->response_bytes, 47);
    const struct ip_address client = host(1);
    cr_assert(ip_equal(&t->delivery.source, &client));
    end(&story);
    cr_assert_eq(story.count, 1);
}

Test(pairing, capital_letters_of_the_question_do_not_matter)
{
    BEGIN(story, &DEFAULTS);
    struct saying shouted = A_WEB;
    shouted.name = "WEB.Shop.tEST";
    ask(&story, S, WAY, shouted);
    answer(&story, S + MS, WAY, A_WEB);
    cr_assert_eq(story.count, 1);
    cr_assert_eq(story.kept[0].transaction.end, TRANSACTION_ANSWERED);
    end(&story);
}

Test(pairing, retransmissions_are_merged_and_counted)
{
    BEGIN(story, &DEFAULTS);
    ask(&story, 1 * S, WAY, A_WEB);
    ask(&story, 6 * S, WAY, A_WEB);
    ask(&story, 11 * S, WAY, A_WEB);
    answer(&story, 11 * S + MS, WAY, A_WEB);
    end(&story);
    cr_assert_eq(story.count, 1);
    const struct transaction *const t = &story.kept[0].transaction;
    cr_assert_eq(t->query_count, 3);
    cr_assert_eq(t->query_bytes, 93);
    cr_assert_eq(t->end_ns - t->delivery.time_ns, 10 * S + MS);
}

Test(pairing, both_responses_to_a_retransmitted_query_are_counted)
{
    BEGIN(story, &DEFAULTS);
    ask(&story, 1 * S, WAY, A_WEB);
    ask(&story, 2 * S, WAY, A_WEB);
    answer(&story, 2 * S + MS, WAY, A_WEB);
    cr_assert_eq(story.count, 0);
    answer(&story, 2 * S + 2 * MS, WAY, A_WEB);
    cr_assert_eq(story.count, 1);
    cr_assert_eq(story.kept[0].transaction.response_count, 2);
    cr_assert_not(story.kept[0].transaction.is_conflicting);
    cr_assert_eq(story.kept[0].transaction.end_ns, 2 * S + MS);
    end(&story);
    cr_assert_eq(story.count, 1);
}

Test(pairing, silence_becomes_unanswered_after_the_timeout)
{
    BEGIN(story, &DEFAULTS);
    ask(&story, 1 * S, WAY, A_WEB);
    pairing_time(story.pairing, 11 * S - 1);
    cr_assert_eq(story.count, 0);
    pairing_time(story.pairing, 11 * S);
    cr_assert_eq(story.count, 1);
    cr_assert_eq(story.kept[0].transaction.end, TRANSACTION_UNANSWERED);
    cr_assert_null(story.kept[0].transaction.response);
    cr_assert_eq(story.kept[0].transaction.response_count, 0);
    end(&story);
}

Test(pairing, silence_becomes_unanswered_at_the_end)
{
    BEGIN(story, &DEFAULTS);
    ask(&story, 1 * S, WAY, A_WEB);
    end(&story);
    cr_assert_eq(story.count, 1);
    cr_assert_eq(story.kept[0].transaction.end, TRANSACTION_UNANSWERED);
}

Test(pairing, response_without_query_is_an_orphan)
{
    BEGIN(story, &DEFAULTS);
    answer(&story, 1 * S, WAY, A_WEB);
    pairing_time(story.pairing, 1 * S + 50 * MS);
    cr_assert_eq(story.count, 1);
    cr_assert_eq(story.kept[0].transaction.end, TRANSACTION_ORPHAN);
    cr_assert_not(story.kept[0].transaction.is_late);
    cr_assert_null(story.kept[0].transaction.query);
    end(&story);
}

Test(pairing, response_after_the_timeout_is_a_late_orphan)
{
    BEGIN(story, &DEFAULTS);
    ask(&story, 1 * S, WAY, A_WEB);
    answer(&story, 12 * S, WAY, A_WEB);
    cr_assert_eq(story.count, 2);
    cr_assert_eq(story.kept[0].transaction.end, TRANSACTION_UNANSWERED);
    cr_assert_eq(story.kept[1].transaction.end, TRANSACTION_ORPHAN);
    cr_assert(story.kept[1].transaction.is_late);
    end(&story);
}

Test(pairing, other_id_question_or_endpoint_does_not_match)
{
    BEGIN(story, &DEFAULTS);
    ask(&story, 1 * S, WAY, A_WEB);
    struct saying other = A_WEB;
    other.id = 8;
    answer(&story, 1 * S + MS, WAY, other);
    other = A_WEB;
    other.name = "evil.shop.test";
    answer(&story, 1 * S + MS, WAY, other);
    other = A_WEB;
    other.type = 28;
    answer(&story, 1 * S + MS, WAY, other);
    answer(&story, 1 * S + MS, (struct way){1, 53, 40001, false}, A_WEB);
    answer(&story, 1 * S + MS, (struct way){1, 54, 40000, false}, A_WEB);
    answer(&story, 1 * S + MS, (struct way){1, 53, 40000, true}, A_WEB);
    answer(&story, 1 * S + 51 * MS, WAY, A_WEB);
    cr_assert_eq(story.count, 7);
    for (size_t i = 0; i < 6; i++)
        cr_assert_eq(story.kept[i].transaction.end, TRANSACTION_ORPHAN);
    cr_assert_eq(story.kept[6].transaction.end, TRANSACTION_ANSWERED);
    end(&story);
}

Test(pairing, repeated_response_is_counted_and_a_different_one_conflicts)
{
    BEGIN(story, &DEFAULTS);
    ask(&story, 1 * S, WAY, A_WEB);
    answer(&story, 1 * S + MS, WAY, A_WEB);
    answer(&story, 1 * S + 2 * MS, WAY, A_WEB);
    cr_assert_eq(story.count, 1);
    cr_assert_eq(pairing_counters(story.pairing)->duplicates, 1);
    struct saying forged = A_WEB;
    forged.address = "203.0.113.66";
    answer(&story, 1 * S + 3 * MS, WAY, forged);
    cr_assert_eq(story.count, 2);
    cr_assert_eq(story.kept[1].transaction.end, TRANSACTION_ORPHAN);
    cr_assert(story.kept[1].transaction.is_conflicting);
    end(&story);
}

Test(pairing, full_table_gives_up_the_oldest_and_counts_it)
{
    const struct pairing_options options = {.pending_max = 2};
    BEGIN(story, &options);
    struct saying saying = A_WEB;
    static const char *const NAMES[] = {"a.test", "b.test", "c.test"};
    for (uint16_t i = 0; i < 3; i++) {
        saying.name = NAMES[i];
        saying.id = i;
        ask(&story, S + i, WAY, saying);
    }
    cr_assert_eq(story.count, 1);
    cr_assert_str_eq(story.kept[0].name, "a.test");
    cr_assert_eq(story.kept[0].transaction.end, TRANSACTION_UNANSWERED);
    cr_assert_eq(pairing_counters(story.pairing)->evicted, 1);
    end(&story);
    cr_assert_eq(story.count, 3);
}

/* Asks a name and answers it with NXDOMAIN one millisecond later. */
static void nxdomain(struct story *story, int64_t time_ns, const char *name)
{
    static const uint16_t NXDOMAIN = DNS_FLAG_RD | DNS_RCODE_NXDOMAIN;
    ask(story, time_ns, WAY, (struct saying){name, 1, 9, DNS_FLAG_RD, NULL, 0});
    answer(story, time_ns + MS, WAY, (struct saying){name, 1, 9, NXDOMAIN, NULL, 0});
}

Test(pairing, steps_of_a_search_list_are_recognised)
{
    BEGIN(story, &DEFAULTS);
    nxdomain(&story, 1 * S, "db.shop.svc.cluster.local");
    nxdomain(&story, 1 * S + 2 * MS, "db.svc.cluster.local");
    nxdomain(&story, 1 * S + 4 * MS, "db.cluster.local");
    nxdomain(&story, 1 * S + 6 * MS, "db");
    end(&story);
    cr_assert_eq(story.count, 4);
    static const char *const NAMES[] = {"db.shop.svc.cluster.local", "db.svc.cluster.local",
                                        "db.cluster.local", "db"};
    for (uint8_t i = 0; i < 4; i++) {
        const struct transaction_search *const search = &only(&story, NAMES[i])->search;
        cr_assert(search->is_known, "%s", NAMES[i]);
        cr_assert_eq(search->step, i + 1);
        cr_assert_eq(search->name_labels, 1);
        cr_assert_eq(search->is_expanded, i < 3);
    }
}

Test(pairing, name_asked_as_it_is_first_is_no_expansion)
{
    BEGIN(story, &DEFAULTS);
    nxdomain(&story, 1 * S, "api.pay.example");
    nxdomain(&story, 1 * S + 2 * MS, "api.pay.example.corp.test");
    end(&story);
    cr_assert_not(only(&story, "api.pay.example")->search.is_expanded);
    cr_assert_eq(only(&story, "api.pay.example")->search.step, 1);
    cr_assert(only(&story, "api.pay.example.corp.test")->search.is_expanded);
    cr_assert_eq(only(&story, "api.pay.example.corp.test")->search.name_labels, 3);
}

Test(pairing, unrelated_names_and_late_neighbours_are_no_steps)
{
    BEGIN(story, &DEFAULTS);
    nxdomain(&story, 1 * S, "www.example.com");
    nxdomain(&story, 1 * S + 2 * MS, "www.example.org");
    nxdomain(&story, 3 * S, "mail.corp.test");
    nxdomain(&story, 4 * S, "mail");
    end(&story);
    cr_assert_eq(story.count, 4);
    for (size_t i = 0; i < 4; i++)
        cr_assert_not(story.kept[i].transaction.search.is_known, "%s", story.kept[i].name);
}

Test(pairing, suffix_once_proved_explains_sideways_steps)
{
    BEGIN(story, &DEFAULTS);
    nxdomain(&story, 1 * S, "a.corp.test");
    nxdomain(&story, 1 * S + 2 * MS, "a");
    nxdomain(&story, 5 * S, "b.corp.test");
    nxdomain(&story, 5 * S + 2 * MS, "b.lab.test");
    end(&story);
    cr_assert(only(&story, "b.corp.test")->search.is_expanded);
    cr_assert(only(&story, "b.lab.test")->search.is_expanded);
}

Test(pairing, configured_suffix_needs_no_proof)
{
    const struct bytes domain = BYTES_LITERAL("corp.test");
    const struct pairing_options options = {.search_domains = &domain, .search_domain_count = 1};
    BEGIN(story, &options);
    nxdomain(&story, 5 * S, "b.corp.test");
    nxdomain(&story, 5 * S + 2 * MS, "b.lab.test");
    end(&story);
    cr_assert(only(&story, "b.corp.test")->search.is_expanded);
}

Test(pairing, truncated_answer_waits_for_tcp)
{
    static const struct way TCP = {1, 53, 40002, true};
    BEGIN(story, &DEFAULTS);
    struct saying cut = A_WEB;
    cut.flags |= DNS_FLAG_TC;
    ask(&story, 1 * S, WAY, A_WEB);
    answer(&story, 1 * S + MS, WAY, cut);
    cr_assert_eq(story.count, 0);
    ask(&story, 1 * S + 2 * MS, TCP, A_WEB);
    cr_assert_eq(story.count, 1);
    cr_assert_eq(story.kept[0].transaction.fallback, FALLBACK_SEEN);
    answer(&story, 1 * S + 3 * MS, TCP, A_WEB);
    cr_assert_eq(story.kept[1].transaction.fallback, FALLBACK_NOT_ASKED);
    ask(&story, 5 * S, WAY, A_WEB);
    answer(&story, 5 * S + MS, WAY, cut);
    pairing_time(story.pairing, 7 * S);
    cr_assert_eq(story.count, 3);
    cr_assert_eq(story.kept[2].transaction.fallback, FALLBACK_MISSING);
    end(&story);
}

Test(pairing, upstream_of_a_waiting_client_is_noted)
{
    static const struct way UPSTREAM = {53, 99, 5000, false};
    BEGIN(story, &DEFAULTS);
    ask(&story, 1 * S, WAY, A_WEB);
    ask(&story, 1 * S + MS, UPSTREAM, A_WEB);
    ask(&story, 2 * S, UPSTREAM, A_WEB);
    struct saying failed = A_WEB;
    failed.address = NULL;
    failed.flags |= DNS_RCODE_SERVFAIL;
    answer(&story, 3 * S, WAY, failed);
    cr_assert_eq(story.count, 1);
    const struct transaction_upstream *const upstream = &story.kept[0].transaction.upstream;
    cr_assert_eq(upstream->attempts, 2);
    cr_assert_eq(upstream->bytes_in, 0);
    cr_assert_not(upstream->has_response);
    const struct ip_address silent = host(99);
    cr_assert(ip_equal(&upstream->ip, &silent));
    end(&story);
    cr_assert_eq(story.kept[1].transaction.leg, LEG_SERVER_UPSTREAM);
    cr_assert_eq(story.kept[0].transaction.leg, LEG_CLIENT_SERVER);
}

Test(pairing, upstream_answer_gives_its_rcode_and_time)
{
    static const struct way UPSTREAM = {53, 99, 5000, false};
    BEGIN(story, &DEFAULTS);
    ask(&story, 1 * S, WAY, A_WEB);
    ask(&story, 1 * S + MS, UPSTREAM, A_WEB);
    answer(&story, 1 * S + 4 * MS, UPSTREAM, A_WEB);
    answer(&story, 1 * S + 5 * MS, WAY, A_WEB);
    const struct transaction_upstream *const upstream = &story.kept[1].transaction.upstream;
    cr_assert_eq(upstream->attempts, 1);
    cr_assert_eq(upstream->bytes_in, 47);
    cr_assert_eq(upstream->rcode, 0);
    cr_assert_eq(upstream->duration_ns, 3 * MS);
    end(&story);
}

Test(pairing, query_without_question_is_malformed)
{
    static const uint8_t BARE[DNS_HEADER_LEN] = {0, 1, 1, 0};
    BEGIN(story, &DEFAULTS);
    struct dns_message message;
    cr_assert_eq(dns_message_read((struct bytes){BARE, sizeof BARE}, &message), ST_OK);
    const struct dns_delivery delivery = {.source = host(1), .destination = host(53)};
    pairing_message(story.pairing, &delivery, &message);
    cr_assert_eq(story.count, 1);
    cr_assert_eq(story.kept[0].transaction.end, TRANSACTION_MALFORMED);
    end(&story);
}

Test(pairing, response_without_question_belongs_to_the_query_of_its_id)
{
    static const uint8_t FORMERR[DNS_HEADER_LEN] = {0, 7, 0x80, 1};
    BEGIN(story, &DEFAULTS);
    ask(&story, 1 * S, WAY, A_WEB);
    struct dns_message message;
    cr_assert_eq(dns_message_read((struct bytes){FORMERR, sizeof FORMERR}, &message), ST_OK);
    const struct dns_delivery delivery = {.source = host(53),
                                          .destination = host(1),
                                          .source_port = 53,
                                          .destination_port = 40000,
                                          .time_ns = 1 * S + MS};
    pairing_message(story.pairing, &delivery, &message);
    cr_assert_eq(story.count, 1);
    cr_assert_eq(story.kept[0].transaction.end, TRANSACTION_ANSWERED);
    end(&story);
}

Test(pairing, time_may_start_anew_after_the_end_of_a_capture)
{
    BEGIN(story, &DEFAULTS);
    ask(&story, 100 * S, WAY, A_WEB);
    pairing_finish(story.pairing);
    ask(&story, 1 * S, WAY, A_WEB);
    answer(&story, 1 * S + MS, WAY, A_WEB);
    cr_assert_eq(story.count, 2);
    cr_assert_eq(story.kept[1].transaction.end, TRANSACTION_ANSWERED);
    end(&story);
}

Test(pairing, nothing_is_remembered_after_the_end_of_a_capture)
{
    static const struct way UPSTREAM = {53, 99, 5000, false};
    BEGIN(story, &DEFAULTS);
    for (int i = 0; i < 2; i++) {
        ask(&story, 1 * S, UPSTREAM, A_WEB);
        answer(&story, 1 * S + MS, UPSTREAM, A_WEB);
        ask(&story, 2 * S, WAY, A_WEB);
        answer(&story, 13 * S, WAY, A_WEB);
        pairing_finish(story.pairing);
        cr_assert_eq(story.count, (size_t)3 * ((size_t)i + 1));
    }
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(story.kept[i].transaction.leg, story.kept[i + 3].transaction.leg);
        cr_assert_eq(story.kept[i].transaction.end, story.kept[i + 3].transaction.end);
    }
    end(&story);
}

Test(pairing, messages_that_wait_keep_their_defects)
{
    const uint32_t cut = DEFECT_BIT(DEFECT_CAPTURE_CUT);
    BEGIN(story, &DEFAULTS);
    ask(&story, 1 * S, WAY, (struct saying){"query.test", 1, 1, 0, NULL, cut});
    answer(&story, 1 * S, WAY, (struct saying){"early.test", 1, 2, 0, NULL, cut});
    ask(&story, 1 * S, WAY, (struct saying){"early.test", 1, 2, 0, NULL, 0});
    ask(&story, 1 * S, WAY, (struct saying){"held.test", 1, 3, 0, NULL, 0});
    answer(&story, 1 * S, WAY, (struct saying){"held.test", 1, 3, DNS_RCODE_NXDOMAIN, NULL, cut});
    ask(&story, 1 * S, WAY, (struct saying){"clean.test", 1, 4, 0, NULL, 0});
    end(&story);
    cr_assert_eq(story.count, 4);
    for (size_t i = 0; i < 4; i++)
        cr_assert_eq(story.kept[i].defects,
                     strcmp(story.kept[i].name, "clean.test") == 0 ? 0 : cut);
}

Test(pairing, datagrams_captured_at_two_points_count_once)
{
    static const struct saying nothing = {"a.test", 1, 5, DNS_RCODE_NXDOMAIN, NULL, 0};
    BEGIN(story, &DEFAULTS);
    ask(&story, 1 * S, WAY, nothing);
    ask(&story, 1 * S + MS, WAY, nothing);
    answer(&story, 1 * S + 20 * MS, WAY, nothing);
    answer(&story, 1 * S + 21 * MS, WAY, nothing);
    end(&story);
    cr_assert_eq(story.count, 1);
    cr_assert_eq(story.kept[0].transaction.query_count, 1);
    cr_assert_eq(story.kept[0].transaction.response_count, 1);
    cr_assert_eq(story.kept[0].transaction.end_ns, 1 * S + 20 * MS);
}

Test(pairing, query_sent_again_after_ten_milliseconds_is_a_retransmission)
{
    BEGIN(story, &DEFAULTS);
    ask(&story, 1 * S, WAY, A_WEB);
    ask(&story, 1 * S + 10 * MS, WAY, A_WEB);
    answer(&story, 1 * S + 11 * MS, WAY, A_WEB);
    end(&story);
    cr_assert_eq(story.kept[0].transaction.query_count, 2);
}

Test(pairing, first_response_of_a_transfer_makes_the_transaction)
{
    static const struct way tcp = {1, 53, 40000, true};
    static const struct saying axfr = {"zone.test", DNS_TYPE_AXFR, 5, 0, "192.0.2.1", 0};
    BEGIN(story, &DEFAULTS);
    ask(&story, 1 * S, tcp, axfr);
    answer(&story, 1 * S + MS, tcp, axfr);
    cr_assert_eq(story.count, 1);
    answer(&story, 1 * S + 2 * MS, tcp,
           (struct saying){"zone.test", DNS_TYPE_AXFR, 5, 0, "192.0.2.2", 0});
    answer(&story, 1 * S + 3 * MS, tcp, (struct saying){NULL, 0, 5, 0, "192.0.2.3", 0});
    pairing_finish(story.pairing);
    cr_assert_eq(story.count, 1);
    cr_assert_eq(story.kept[0].transaction.end, TRANSACTION_ANSWERED);
    cr_assert_eq(pairing_counters(story.pairing)->continued, 2);
    pairing_free(story.pairing);
}

/* RFC 8490, 5.4: a request has an ID and no question, a unidirectional message not even an ID. */
Test(pairing, stateful_operations_pair_by_their_id)
{
    static const struct way tcp = {1, 53, 40000, true};
    static const uint16_t dso = DNS_OPCODE_DSO << 11;
    BEGIN(story, &DEFAULTS);
    ask(&story, 1 * S, tcp, (struct saying){NULL, 0, 5, dso, NULL, 0});
    ask(&story, 1 * S, tcp, (struct saying){NULL, 0, 0, dso, NULL, 0});
    answer(&story, 1 * S, tcp, (struct saying){NULL, 0, 5, dso, NULL, 0});
    end(&story);
    cr_assert_eq(story.count, 2);
    cr_assert_eq(story.kept[0].transaction.end, TRANSACTION_UNPAIRED);
    cr_assert_eq(story.kept[1].transaction.end, TRANSACTION_ANSWERED);
}
