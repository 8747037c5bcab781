#include "core/dns/arrival.h"

#include <assert.h>
#include <string.h>

void arrival_init(struct arrival *arrival, const struct pairing_table *table,
                  const struct dns_delivery *delivery, const struct dns_message *message)
{
    arrival->delivery = delivery;
    arrival->message = message;
    arrival->client = *delivery;
    if (dns_is_response(message)) {
        arrival->client.source = delivery->destination;
        arrival->client.destination = delivery->source;
        arrival->client.source_port = delivery->destination_port;
        arrival->client.destination_port = delivery->source_port;
    }
    arrival->pair_hash = pairing_pair_hash(table, &arrival->client, message->header.id);
    PREFETCH(pairing_table_pair_head(table, arrival->pair_hash));
    dns_name_copy_lower(&message->question.name, &arrival->name);
    /* Nearly every response finds its query without it. */
    arrival->question_hash = 0;
    if (dns_is_response(message))
        return;
    arrival->question_hash = arrival_question_hash(arrival, table);
    PREFETCH(pairing_table_question_head(table, arrival->question_hash));
}

uint64_t arrival_question_hash(const struct arrival *arrival, const struct pairing_table *table)
{
    return pairing_question_hash(table, &arrival->client.destination, &arrival->name,
                                 arrival->message->question.type);
}

static bool same_endpoints(const struct dns_delivery *a, const struct dns_delivery *b)
{
    return a->source_port == b->source_port && a->destination_port == b->destination_port &&
           a->is_tcp == b->is_tcp && ip_equal(&a->source, &b->source) &&
           ip_equal(&a->destination, &b->destination);
}

bool arrival_asks(const struct arrival *arrival, const struct slot *slot)
{
    const struct dns_question *const question = &arrival->message->question;
    return slot->type == question->type && slot->class == question->class &&
           slot->name.len == arrival->name.len &&
           memcmp(slot->name.wire, arrival->name.wire, slot->name.len) == 0;
}

uint32_t arrival_find_slot(const struct arrival *arrival, const struct pairing_table *table)
{
    const bool is_bare = arrival->message->question_count == 0;
    uint32_t at = pairing_table_by_pair(table, arrival->pair_hash);
    while (at != SLOT_NONE) {
        const struct slot *const slot = &table->slots[at];
        if (slot->pair_hash == arrival->pair_hash && slot->id == arrival->message->header.id &&
            same_endpoints(&slot->delivery, &arrival->client) &&
            (is_bare || arrival_asks(arrival, slot)))
            return at;
        at = slot->pair_next;
    }
    return SLOT_NONE;
}

/* Of a long query only the start is kept, and read as it stands. */
static void keep_query(const struct dns_message *message, struct slot *slot)
{
    const struct bytes kept = {slot->query_octets, message->octets.len < SLOT_QUERY_MAX
                                                       ? message->octets.len
                                                       : SLOT_QUERY_MAX};
    memcpy(slot->query_octets, message->octets.data, kept.len);
    if (LIKELY(kept.len == message->octets.len)) {
        dns_message_copy(message, kept, &slot->query);
        return;
    }
    const enum status status = dns_message_read(kept, &slot->query);
    assert(status == ST_OK); /* The header is there. */
    slot->query.defects = message->defects;
}

void arrival_fill(const struct arrival *arrival, struct slot *slot)
{
    const struct dns_message *const message = arrival->message;
    slot->delivery = arrival->client;
    slot->id = message->header.id;
    slot->type = message->question.type;
    slot->class = message->question.class;
    dns_name_copy(&arrival->name, &slot->name);
    keep_query(message, slot);
    slot->query_count = 1;
    slot->query_bytes = message->octets.len;
    slot->last_query_ns = arrival->delivery->time_ns;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    return (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
}

static uint64_t octets_digest(const uint8_t *octets, size_t len)
{
    uint64_t hash = len;
    uint64_t word = 0;
    size_t at = 0;
    for (; len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, octets + at, sizeof word);
        hash = mix(hash, word);
    }
    word = 0;
    memcpy(&word, octets + at, len - at);
    return mix(hash, word);
}

/* Not a defence against forgery, so a plain multiplicative hash will do. */
uint64_t arrival_digest(const struct dns_message *response)
{
    uint64_t digest = dns_rcode(response) + 1;
    struct dns_record_iterator records = dns_records(response, DNS_ANSWER);
    struct dns_record record;
    while (dns_record_next(&records, &record)) {
        const uint64_t hash =
            octets_digest(response->octets.data + record.rdata_at, record.rdata_len);
        digest += mix(hash, (uint64_t)record.type << 16 | record.class);
    }
    return digest;
}
