#include "core/dns/pairing_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void list_append(struct pairing_table *table, uint32_t index, enum slot_list list)
{
    struct slot_ends *const ends = &table->lists[list];
    struct slot *const slot = &table->slots[index];
    slot->list = list;
    slot->list_previous = ends->last;
    slot->list_next = SLOT_NONE;
    if (ends->last == SLOT_NONE)
        ends->first = index;
    else
        table->slots[ends->last].list_next = index;
    ends->last = index;
    ends->count++;
}

static void list_remove(struct pairing_table *table, uint32_t index)
{
    const struct slot *const slot = &table->slots[index];
    struct slot_ends *const ends = &table->lists[slot->list];
    if (slot->list_previous == SLOT_NONE)
        ends->first = slot->list_next;
    else
        table->slots[slot->list_previous].list_next = slot->list_next;
    if (slot->list_next == SLOT_NONE)
        ends->last = slot->list_previous;
    else
        table->slots[slot->list_next].list_previous = slot->list_previous;
    ends->count--;
}

static size_t power_of_two(size_t at_least)
{
    size_t size = 1;
    while (size < at_least)
        size *= 2;
    return size;
}

static void heads_clear(uint32_t *heads, size_t count)
{
    for (size_t i = 0; i < count; i++)
        heads[i] = SLOT_NONE;
}

enum status pairing_table_init(struct pairing_table *table, size_t slots, size_t responses)
{
    assert(slots > 0 && slots < SLOT_NONE && responses < SLOT_NONE);
    /* Few lookups are open at a time, and none of the heads is worth a place in the processor's
     * cache more than others: rather long chains when it is full. */
    const size_t heads = power_of_two(slots / 2);
    *table = (struct pairing_table){
        .key = siphash_key_random(),
        .slots = calloc(slots, sizeof *table->slots),
        .slot_count = slots,
        .by_pair = calloc(heads, sizeof *table->by_pair),
        .by_question = calloc(heads, sizeof *table->by_question),
        .mask = heads - 1,
        .due_ns = INT64_MAX,
        .responses = calloc(responses, sizeof *table->responses),
        .free_responses = calloc(responses, sizeof *table->free_responses),
        .free_response_count = responses,
    };
    if (table->slots == NULL || table->by_pair == NULL || table->by_question == NULL ||
        table->responses == NULL || table->free_responses == NULL) {
        pairing_table_release(table);
        return ST_NO_MEMORY;
    }
    heads_clear(table->by_pair, heads);
    heads_clear(table->by_question, heads);
    for (size_t i = 0; i < SLOT_LIST_COUNT; i++)
        table->lists[i] = (struct slot_ends){SLOT_NONE, SLOT_NONE, 0};
    for (size_t i = 0; i < responses; i++)
        table->free_responses[i] = (uint32_t)i;
    return ST_OK;
}

void pairing_table_release(struct pairing_table *table)
{
    free(table->slots);
    free(table->by_pair);
    free(table->by_question);
    free(table->responses);
    free(table->free_responses);
    *table = (struct pairing_table){0};
}

uint64_t pairing_pair_hash(const struct pairing_table *table, const struct dns_delivery *client,
                           uint16_t id)
{
    uint8_t key[40] = {0};
    memcpy(key, client->source.octets, 16);
    memcpy(key + 16, client->destination.octets, 16);
    memcpy(key + 32, &client->source_port, 2);
    memcpy(key + 34, &client->destination_port, 2);
    memcpy(key + 36, &id, 2);
    key[38] = client->is_tcp ? 1 : 0;
    return siphash_quick_64(table->key, (struct bytes){key, sizeof key});
}

uint64_t pairing_question_hash(const struct pairing_table *table, const struct ip_address *server,
                               const struct dns_name *name, uint16_t type)
{
    uint8_t key[sizeof name->wire + 16 + 2];
    for (size_t at = 0; at < name->len; at += BLOCK_LEN)
        block_store(key + at, block_load(name->wire + at));
    memcpy(key + name->len, server->octets, 16);
    memcpy(key + name->len + 16, &type, 2);
    return siphash_quick_64(table->key, (struct bytes){key, (size_t)name->len + 18});
}

uint32_t pairing_table_take(struct pairing_table *table, uint64_t pair_hash, uint64_t question_hash)
{
    if (pairing_table_is_full(table))
        return SLOT_NONE;
    /* The slot that was freed last is still in the processor's cache. */
    uint32_t index = table->lists[SLOT_FREE].last;
    if (index == SLOT_NONE)
        index = (uint32_t)table->fresh++;
    else
        list_remove(table, index);
    struct slot *const slot = &table->slots[index];
    memset(slot, 0, offsetof(struct slot, name));
    slot->response = SLOT_NONE;
    slot->pair_hash = pair_hash;
    slot->question_hash = question_hash;
    uint32_t *const by_pair = pairing_table_pair_head(table, pair_hash);
    slot->pair_next = *by_pair;
    *by_pair = index;
    uint32_t *const by_question = pairing_table_question_head(table, question_hash);
    slot->question_next = *by_question;
    *by_question = index;
    list_append(table, index, SLOT_OPEN);
    return index;
}

void pairing_table_give_back(struct pairing_table *table, uint32_t index)
{
    struct slot *const slot = &table->slots[index];
    assert(slot->list != SLOT_FREE);
    uint32_t *at = pairing_table_pair_head(table, slot->pair_hash);
    while (*at != index)
        at = &table->slots[*at].pair_next;
    *at = slot->pair_next;
    at = pairing_table_question_head(table, slot->question_hash);
    while (*at != index)
        at = &table->slots[*at].question_next;
    *at = slot->question_next;
    if (slot->response != SLOT_NONE)
        table->free_responses[table->free_response_count++] = slot->response;
    list_remove(table, index);
    list_append(table, index, SLOT_FREE);
}

void pairing_table_move(struct pairing_table *table, uint32_t index, enum slot_list list,
                        int64_t deadline_ns)
{
    list_remove(table, index);
    list_append(table, index, list);
    pairing_table_wait(table, index, deadline_ns);
}

uint32_t pairing_table_find_due(struct pairing_table *table, int64_t now_ns)
{
    int64_t due_ns = INT64_MAX;
    for (int list = SLOT_OPEN; list < SLOT_FREE; list++) {
        const uint32_t first = table->lists[list].first;
        if (first == SLOT_NONE)
            continue;
        const int64_t deadline_ns = table->slots[first].deadline_ns;
        if (deadline_ns <= now_ns)
            return first;
        due_ns = deadline_ns < due_ns ? deadline_ns : due_ns;
    }
    table->due_ns = due_ns;
    return SLOT_NONE;
}

bool pairing_table_keep(struct pairing_table *table, uint32_t index, struct bytes response)
{
    struct slot *const slot = &table->slots[index];
    assert(slot->response == SLOT_NONE);
    if (response.len > SLOT_RESPONSE_MAX || table->free_response_count == 0)
        return false;
    slot->response = table->free_responses[--table->free_response_count];
    slot->response_len = (uint16_t)response.len;
    memcpy(table->responses[slot->response].octets, response.data, response.len);
    return true;
}

struct bytes pairing_table_response(const struct pairing_table *table, uint32_t index)
{
    const struct slot *const slot = &table->slots[index];
    assert(slot->response != SLOT_NONE);
    return (struct bytes){table->responses[slot->response].octets, slot->response_len};
}

uint32_t pairing_table_by_pair(const struct pairing_table *table, uint64_t pair_hash)
{
    return *pairing_table_pair_head(table, pair_hash);
}

uint32_t pairing_table_by_question(const struct pairing_table *table, uint64_t question_hash)
{
    return *pairing_table_question_head(table, question_hash);
}

void slot_transaction(const struct slot *slot, struct transaction *transaction)
{
    *transaction = (struct transaction){
        .end = TRANSACTION_UNANSWERED,
        .delivery = slot->delivery,
        .end_ns = slot->response_ns,
        .query_count = slot->query_count,
        .query_bytes = slot->query_bytes,
        .response_count = slot->response_count,
        .response_bytes = slot->response_bytes,
        .is_conflicting = slot->is_conflicting,
        .icmp = slot->icmp,
        .leg = slot->leg,
        .fallback = slot->fallback,
        .search = slot->search,
        .upstream = slot->upstream,
    };
}
