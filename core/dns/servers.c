#include "core/dns/servers.h"

#include <string.h>

/* Addresses that are remembered. */
#define SERVERS_COUNT 4096

/* Slots of one chain that are looked at; if more clients than that ask one server the same at
 * once, the rest learn nothing. */
#define UPSTREAM_CHAIN_MAX 64

enum status servers_init(struct servers *servers)
{
    servers->key = siphash_key_random();
    return fifo_index_init(&servers->addresses, SERVERS_COUNT);
}

void servers_release(struct servers *servers)
{
    fifo_index_release(&servers->addresses);
}

void servers_reset(struct servers *servers)
{
    fifo_index_reset(&servers->addresses);
    memset(servers->filter, 0, sizeof servers->filter);
}

static uint64_t hash_of(const struct servers *servers, const struct ip_address *ip)
{
    return siphash_quick_64(servers->key, (struct bytes){ip->octets, sizeof ip->octets});
}

/* The bit of an address. */
static size_t filter_bit(const struct ip_address *ip)
{
    uint32_t end = 0;
    memcpy(&end, ip->octets + 12, sizeof end);
    return end * UINT32_C(0x9e3779b1) / (UINT32_MAX / SERVERS_FILTER_BITS + 1);
}

void servers_add(struct servers *servers, const struct ip_address *ip)
{
    /* The one added last is still there. */
    if (servers->addresses.used > 0 && ip_equal(&servers->last, ip))
        return;
    servers->last = *ip;
    const size_t bit = filter_bit(ip);
    servers->filter[bit / 64] |= UINT64_C(1) << (bit % 64);
    const uint64_t hash = hash_of(servers, ip);
    if (fifo_index_find(&servers->addresses, hash) == FIFO_NONE)
        (void)fifo_index_put(&servers->addresses, hash);
}

static bool is_loopback(const struct ip_address *ip)
{
    static const uint8_t V6[16] = {[15] = 1};
    return ip_is_v4(ip) ? ip->octets[12] == 127 : memcmp(ip->octets, V6, sizeof V6) == 0;
}

enum transaction_leg servers_leg(const struct servers *servers, const struct dns_delivery *client)
{
    if (is_loopback(&client->source) && is_loopback(&client->destination))
        return LEG_HOST;
    const size_t bit = filter_bit(&client->source);
    if ((servers->filter[bit / 64] >> (bit % 64) & 1) == 0 ||
        fifo_index_find(&servers->addresses, hash_of(servers, &client->source)) == FIFO_NONE)
        return LEG_CLIENT_SERVER;
    return LEG_SERVER_UPSTREAM;
}

void servers_note_upstream(struct pairing_table *table, const struct arrival *arrival,
                           int64_t query_time_ns)
{
    const struct dns_message *const message = arrival->message;
    const uint64_t hash = pairing_question_hash(table, &arrival->client.source, &arrival->name,
                                                message->question.type);
    uint32_t at = pairing_table_by_question(table, hash);
    for (int i = 0; at != SLOT_NONE && i < UPSTREAM_CHAIN_MAX; i++) {
        struct slot *const slot = &table->slots[at];
        at = slot->question_next;
        if (slot->list != SLOT_OPEN || slot->question_hash != hash ||
            !ip_equal(&slot->delivery.destination, &arrival->client.source))
            continue;
        struct transaction_upstream *const upstream = &slot->upstream;
        if (!dns_is_response(message)) {
            upstream->attempts++;
            upstream->ip = arrival->client.destination;
            continue;
        }
        upstream->bytes_in += message->octets.len;
        upstream->has_response = true;
        upstream->rcode = dns_rcode(message);
        const int64_t time_ns = arrival->delivery->time_ns;
        upstream->duration_ns = time_ns > query_time_ns ? time_ns - query_time_ns : 0;
    }
}
