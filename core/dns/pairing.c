#include "core/dns/pairing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/time_text.h"
#include "core/dns/arrival.h"
#include "core/dns/pairing_table.h"
#include "core/dns/recent.h"
#include "core/dns/search_list.h"
#include "core/dns/servers.h"
#include "core/dns/steps.h"
#include "core/dns/strays.h"
#include "core/dns/waiting.h"

#define DEFAULT_PENDING_MAX 16384
#define DEFAULT_HELD_MAX    2048
#define DEFAULT_TIMEOUT_NS  (10 * NS_PER_S)

/* Lookups remembered after their end: a response is repeated at once or not at all, one that was
 * given up may come any time. */
#define RECENT_ANSWERED_COUNT 16384
#define RECENT_GIVEN_UP_COUNT 65536

/* A lookup that is sent again and again is given up this many timeouts after its start. */
#define TIMEOUTS_MAX 6

/* How much later than its response a query may stand in a capture. */
#define STRAY_WINDOW_NS (50 * NS_PER_MS)

struct pairing {
    struct pairing_table table;
    struct recent recent;
    struct search_suffixes suffixes;
    struct steps steps;
    struct servers servers;
    struct strays strays;
    int64_t now_ns;
    int64_t timeout_ns;
    transaction_handler handler;
    void *context;
    struct pairing_counters counters;
};

static enum status pairing_prepare(struct pairing *pairing, const struct pairing_options *options)
{
    const size_t slots = options->pending_max == 0 ? DEFAULT_PENDING_MAX : options->pending_max;
    const size_t held = options->held_max == 0 ? DEFAULT_HELD_MAX : options->held_max;
    pairing->timeout_ns = options->timeout_ns == 0 ? DEFAULT_TIMEOUT_NS : options->timeout_ns;
    pairing->now_ns = INT64_MIN;
    for (size_t i = 0; i < options->search_domain_count; i++) {
        const enum status status =
            search_suffixes_add(&pairing->suffixes, options->search_domains[i]);
        if (status != ST_OK)
            return status;
    }
    enum status status = pairing_table_init(&pairing->table, slots, held);
    if (status != ST_OK)
        return status;
    status = servers_init(&pairing->servers);
    if (status != ST_OK)
        return status;
    status = strays_init(&pairing->strays);
    if (status != ST_OK)
        return status;
    return recent_init(&pairing->recent, RECENT_ANSWERED_COUNT, RECENT_GIVEN_UP_COUNT);
}

enum status pairing_new(const struct pairing_options *options, transaction_handler handler,
                        void *context, struct pairing **pairing)
{
    struct pairing *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return ST_NO_MEMORY;
    made->handler = handler;
    made->context = context;
    const enum status status = pairing_prepare(made, options);
    if (status != ST_OK) {
        pairing_free(made);
        return status;
    }
    *pairing = made;
    return ST_OK;
}

void pairing_free(struct pairing *pairing)
{
    if (pairing == NULL)
        return;
    pairing_table_release(&pairing->table);
    recent_release(&pairing->recent);
    servers_release(&pairing->servers);
    strays_release(&pairing->strays);
    free(pairing);
}

const struct pairing_counters *pairing_counters(const struct pairing *pairing)
{
    return &pairing->counters;
}

/* --- Handing over --------------------------------------------------------------------------- */

/* Makes the further responses of a transfer known, those without a question too. */
static void remember_transfer(struct pairing *pairing, const struct slot *slot)
{
    static const struct dns_name ROOT = {.len = 1};
    const uint64_t bare =
        pairing_question_hash(&pairing->table, &slot->delivery.destination, &ROOT, 0);
    recent_put_transfer(&pairing->recent, lookup_hash(slot->pair_hash, slot->question_hash));
    recent_put_transfer(&pairing->recent, lookup_hash(slot->pair_hash, bare));
}

/* Hands over a slot and frees it. `response` is the response if it is at hand, or NULL: then the
 * kept one is used, if there is one. */
static void pairing_emit(struct pairing *pairing, uint32_t index,
                         const struct dns_message *response)
{
    const struct slot *const slot = &pairing->table.slots[index];
    struct dns_message kept;
    struct transaction transaction;
    pairing_table_prefetch(&pairing->table, index);
    slot_transaction(slot, &transaction);
    transaction.query = &slot->query;
    if (response == NULL && slot->response != SLOT_NONE &&
        dns_message_read(pairing_table_response(&pairing->table, index), &kept) == ST_OK) {
        kept.defects = slot->response_defects;
        response = &kept;
    }
    transaction.response = response;
    const uint64_t hash = lookup_hash(slot->pair_hash, slot->question_hash);
    if (response != NULL) {
        transaction.end = TRANSACTION_ANSWERED;
        pairing->counters.answered++;
        if (UNLIKELY(slot_is_transfer(slot)))
            remember_transfer(pairing, slot);
        else
            recent_put_answered(&pairing->recent, hash, slot->digest);
    } else {
        pairing->counters.unanswered++;
        recent_put_given_up(&pairing->recent, hash);
    }
    pairing->handler(pairing->context, &transaction);
    pairing_table_give_back(&pairing->table, index);
}

/* A message that becomes a transaction of its own. */
static void pairing_emit_alone(struct pairing *pairing, const struct arrival *arrival,
                               enum transaction_end end, bool is_late, bool is_conflicting)
{
    const struct dns_message *const message = arrival->message;
    const bool is_response = dns_is_response(message);
    const size_t bytes = message->octets.len;
    const struct transaction transaction = {
        .end = end,
        .query = is_response ? NULL : message,
        .response = is_response ? message : NULL,
        .delivery = arrival->client,
        .end_ns = arrival->delivery->time_ns,
        .query_count = is_response ? 0 : 1,
        .query_bytes = is_response ? 0 : bytes,
        .response_count = is_response ? 1 : 0,
        .response_bytes = is_response ? bytes : 0,
        .is_late = is_late,
        .is_conflicting = is_conflicting,
    };
    pairing->handler(pairing->context, &transaction);
}

/* --- Queries --------------------------------------------------------------------------------- */

/* If the query is the next step after a held negative answer, hands that one over and says so in
 * *search. */
static void follow_search(struct pairing *pairing, const struct arrival *arrival,
                          struct transaction_search *search)
{
    if (pairing->table.lists[SLOT_HELD_SEARCH].count == 0 ||
        !waiting_has_search_type(arrival->message->question.type))
        return;
    const uint32_t index =
        steps_take(&pairing->steps, &pairing->table, &pairing->suffixes, arrival, search);
    if (index != SLOT_NONE)
        pairing_emit(pairing, index, NULL);
}

/* A question over TCP ends the waiting of a truncated answer to the same client. */
static void follow_fallback(struct pairing *pairing, const struct arrival *arrival)
{
    if (!arrival->delivery->is_tcp || pairing->table.lists[SLOT_HELD_FALLBACK].count == 0)
        return;
    uint32_t at = pairing_table_by_question(&pairing->table, arrival->question_hash);
    while (at != SLOT_NONE) {
        struct slot *const slot = &pairing->table.slots[at];
        const uint32_t next = slot->question_next;
        if (slot->list == SLOT_HELD_FALLBACK && arrival_asks(arrival, slot) &&
            ip_equal(&slot->delivery.source, &arrival->client.source) &&
            ip_equal(&slot->delivery.destination, &arrival->client.destination)) {
            slot->fallback = FALLBACK_SEEN;
            pairing_emit(pairing, at, NULL);
        }
        at = next;
    }
}

/* Makes room for one lookup: the one that has waited longest goes. */
static void pairing_evict(struct pairing *pairing)
{
    for (int list = SLOT_HELD_SEARCH; list < SLOT_FREE; list++) {
        if (pairing->table.lists[list].count == 0)
            continue;
        pairing->counters.hurried++;
        pairing_emit(pairing, pairing->table.lists[list].first, NULL);
        return;
    }
    pairing->counters.evicted++;
    pairing_emit(pairing, pairing->table.lists[SLOT_OPEN].first, NULL);
}

static void open_slot(struct pairing *pairing, const struct arrival *arrival,
                      enum transaction_leg leg, const struct transaction_search *search)
{
    if (pairing_table_is_full(&pairing->table))
        pairing_evict(pairing);
    const uint32_t index =
        pairing_table_take(&pairing->table, arrival->pair_hash, arrival->question_hash);
    assert(index != SLOT_NONE);
    struct slot *const slot = &pairing->table.slots[index];
    arrival_fill(arrival, slot);
    slot->leg = leg;
    slot->search = *search;
    pairing_table_wait(&pairing->table, index, pairing->now_ns + pairing->timeout_ns);
}

static void take_retransmission(struct pairing *pairing, uint32_t index,
                                const struct arrival *arrival)
{
    struct slot *const slot = &pairing->table.slots[index];
    if (arrival_is_copy(arrival, slot->last_query_ns)) {
        pairing->counters.copies++;
        return;
    }
    slot->query_count++;
    slot->query_bytes += arrival->message->octets.len;
    slot->last_query_ns = arrival->delivery->time_ns;
    pairing->counters.retransmits++;
    const int64_t age_max = TIMEOUTS_MAX * pairing->timeout_ns;
    if (slot->list == SLOT_OPEN && pairing->now_ns - slot->delivery.time_ns < age_max)
        pairing_table_move(&pairing->table, index, SLOT_OPEN,
                           pairing->now_ns + pairing->timeout_ns);
}

/* --- Responses ------------------------------------------------------------------------------- */

static void take_first_response(struct pairing *pairing, uint32_t index,
                                const struct arrival *arrival)
{
    struct slot *const slot = &pairing->table.slots[index];
    const struct dns_message *const response = arrival->message;
    slot->response_count = 1;
    slot->response_bytes = response->octets.len;
    slot->response_defects = response->defects;
    /* Clocks of CPUs differ: a response is never earlier than its query. */
    const int64_t time_ns = arrival->delivery->time_ns;
    slot->last_response_ns = time_ns;
    slot->response_ns = time_ns > slot->delivery.time_ns ? time_ns : slot->delivery.time_ns;
    slot->digest = arrival_digest(response);
    const enum slot_list list = waiting_for(slot, response);
    if (list == SLOT_HELD_FALLBACK)
        slot->fallback = FALLBACK_MISSING;
    if (list == SLOT_FREE || !pairing_table_keep(&pairing->table, index, response->octets)) {
        pairing->counters.hurried += list == SLOT_FREE ? 0 : 1;
        pairing_emit(pairing, index, response);
        return;
    }
    pairing_table_move(&pairing->table, index, list, pairing->now_ns + waiting_window_ns(list));
    if (list == SLOT_HELD_SEARCH)
        steps_add(&pairing->steps, &pairing->table, index);
}

static void take_further_response(struct pairing *pairing, uint32_t index,
                                  const struct arrival *arrival)
{
    struct slot *const slot = &pairing->table.slots[index];
    const bool is_same = arrival_digest(arrival->message) == slot->digest;
    /* Each query may have its response. */
    if (is_same && slot->response_count >= slot->query_count &&
        arrival_is_copy(arrival, slot->last_response_ns)) {
        pairing->counters.copies++;
        return;
    }
    slot->last_response_ns = arrival->delivery->time_ns;
    slot->response_count++;
    slot->response_bytes += arrival->message->octets.len;
    if (!is_same)
        slot->is_conflicting = true;
    else
        pairing->counters.duplicates++;
    if (slot->list == SLOT_HELD_REPEAT && slot->response_count >= slot->query_count)
        pairing_emit(pairing, index, NULL);
}

/* What was remembered of the lookup that a message belongs to; NULL if nothing. */
static const struct recent_entry *recall(const struct pairing *pairing,
                                         const struct arrival *arrival)
{
    const uint64_t question_hash = arrival_question_hash(arrival, &pairing->table);
    return recent_find(&pairing->recent, lookup_hash(arrival->pair_hash, question_hash));
}

/* A response for which nothing is open and no query will come: a repetition, a late one, or one
 * without a query. */
static void settle_stray(struct pairing *pairing, const struct arrival *arrival)
{
    const struct recent_entry *const entry = recall(pairing, arrival);
    const bool is_answered = entry != NULL && entry->is_answered;
    if (is_answered && entry->is_transfer) {
        pairing->counters.continued++;
        return;
    }
    if (is_answered && entry->digest == arrival_digest(arrival->message)) {
        pairing->counters.duplicates++;
        return;
    }
    const bool is_late = entry != NULL && !entry->is_answered;
    pairing->counters.orphans++;
    pairing->counters.late += is_late ? 1 : 0;
    pairing_emit_alone(pairing, arrival, TRANSACTION_ORPHAN, is_late, is_answered);
}

/* Ends the waiting of the first stray. */
static void settle_first_stray(struct pairing *pairing)
{
    const struct stray *const stray = strays_first(&pairing->strays);
    if (!stray->is_taken) {
        struct dns_message message;
        struct arrival arrival;
        stray_arrival(stray, &pairing->table, &message, &arrival);
        settle_stray(pairing, &arrival);
    }
    strays_drop_first(&pairing->strays);
}

/* A response for which nothing is open. If nothing is known of its lookup, the query may come. */
static void take_stray_response(struct pairing *pairing, const struct arrival *arrival)
{
    if (recall(pairing, arrival) != NULL) {
        settle_stray(pairing, arrival);
        return;
    }
    if (pairing->strays.count == STRAYS_COUNT) {
        pairing->counters.hurried += strays_first(&pairing->strays)->is_taken ? 0 : 1;
        settle_first_stray(pairing);
    }
    if (!strays_add(&pairing->strays, arrival, pairing->now_ns + STRAY_WINDOW_NS)) {
        pairing->counters.hurried++;
        settle_stray(pairing, arrival);
    }
}

static void take_response(struct pairing *pairing, const struct arrival *arrival)
{
    const uint32_t index = arrival_find_slot(arrival, &pairing->table);
    if (index == SLOT_NONE) {
        take_stray_response(pairing, arrival);
        return;
    }
    const struct slot *const slot = &pairing->table.slots[index];
    if (slot->leg == LEG_SERVER_UPSTREAM)
        servers_note_upstream(&pairing->table, arrival, slot->delivery.time_ns);
    if (slot->list == SLOT_OPEN)
        take_first_response(pairing, index, arrival);
    else
        take_further_response(pairing, index, arrival);
}

/* --- Queries and the responses before them --------------------------------------------------- */

/* Gives a lookup that has just been opened the responses that came before it. */
static void take_strays(struct pairing *pairing, const struct arrival *query)
{
    size_t at = 0;
    struct stray *stray = NULL;
    while ((stray = strays_find(&pairing->strays, query->pair_hash, &at)) != NULL) {
        struct dns_message message;
        struct arrival arrival;
        stray_arrival(stray, &pairing->table, &message, &arrival);
        if (arrival_find_slot(&arrival, &pairing->table) == SLOT_NONE)
            continue;
        stray->is_taken = true;
        pairing->counters.early++;
        take_response(pairing, &arrival);
    }
}

static void take_query(struct pairing *pairing, const struct arrival *arrival)
{
    const enum transaction_leg leg = servers_leg(&pairing->servers, &arrival->client);
    if (leg == LEG_SERVER_UPSTREAM)
        servers_note_upstream(&pairing->table, arrival, arrival->delivery->time_ns);
    const uint32_t known = arrival_find_slot(arrival, &pairing->table);
    if (known != SLOT_NONE) {
        take_retransmission(pairing, known, arrival);
        return;
    }
    struct transaction_search search = {0};
    follow_fallback(pairing, arrival);
    follow_search(pairing, arrival, &search);
    open_slot(pairing, arrival, leg, &search);
    servers_add(&pairing->servers, &arrival->client.destination);
    if (UNLIKELY(pairing->strays.count > 0))
        take_strays(pairing, arrival);
}

/* --- The way in ------------------------------------------------------------------------------ */

void pairing_message(struct pairing *pairing, const struct dns_delivery *delivery,
                     const struct dns_message *message)
{
    struct arrival arrival;
    pairing_time(pairing, delivery->time_ns);
    arrival_init(&arrival, &pairing->table, delivery, message);
    if (dns_is_response(message)) {
        take_response(pairing, &arrival);
    } else if (dns_opcode(message) == DNS_OPCODE_DSO && message->header.id == 0) {
        /* Nobody answers it (RFC 8490, 5.4). */
        pairing_emit_alone(pairing, &arrival, TRANSACTION_UNPAIRED, false, false);
    } else if (message->question_count == 0 && dns_opcode(message) != DNS_OPCODE_DSO) {
        pairing->counters.malformed++;
        pairing_emit_alone(pairing, &arrival, TRANSACTION_MALFORMED, false, false);
    } else {
        take_query(pairing, &arrival);
    }
}

void pairing_malformed(struct pairing *pairing, const struct dns_delivery *delivery,
                       const struct dns_message *message)
{
    const struct arrival arrival = {.delivery = delivery, .client = *delivery, .message = message};
    pairing_time(pairing, delivery->time_ns);
    pairing->counters.malformed++;
    pairing_emit_alone(pairing, &arrival, TRANSACTION_MALFORMED, false, false);
}

void pairing_icmp(struct pairing *pairing, const struct dns_delivery *delivery,
                  const struct dns_message *message, const struct transaction_icmp *icmp)
{
    struct arrival arrival;
    pairing_time(pairing, delivery->time_ns);
    arrival_init(&arrival, &pairing->table, delivery, message);
    const uint32_t index = arrival_find_slot(&arrival, &pairing->table);
    if (index == SLOT_NONE || pairing->table.slots[index].icmp.reason != NULL)
        return;
    pairing->table.slots[index].icmp = *icmp;
    pairing->counters.sent_back++;
}

void pairing_time(struct pairing *pairing, int64_t time_ns)
{
    if (time_ns <= pairing->now_ns)
        return;
    pairing->now_ns = time_ns;
    uint32_t due = SLOT_NONE;
    while (UNLIKELY((due = pairing_table_due(&pairing->table, time_ns)) != SLOT_NONE))
        pairing_emit(pairing, due, NULL);
    while (UNLIKELY(pairing->strays.count > 0) &&
           strays_first(&pairing->strays)->deadline_ns <= time_ns)
        settle_first_stray(pairing);
}

void pairing_finish(struct pairing *pairing)
{
    while (pairing->strays.count > 0)
        settle_first_stray(pairing);
    for (;;) {
        uint32_t oldest = SLOT_NONE;
        for (int list = SLOT_OPEN; list < SLOT_FREE; list++) {
            const uint32_t first = pairing->table.lists[list].first;
            if (first != SLOT_NONE &&
                (oldest == SLOT_NONE || pairing->table.slots[first].delivery.time_ns <
                                            pairing->table.slots[oldest].delivery.time_ns))
                oldest = first;
        }
        if (oldest == SLOT_NONE)
            break;
        pairing_emit(pairing, oldest, NULL);
    }
    pairing->now_ns = INT64_MIN;
    recent_reset(&pairing->recent);
    servers_reset(&pairing->servers);
    search_suffixes_reset(&pairing->suffixes);
}
