/* The lookups that pairing remembers: a fixed set of slots, found by endpoints and ID or by server
 * and question, and kept in lists by what they wait for. */
#ifndef DNSIGHT_DNS_PAIRING_TABLE_H
#define DNSIGHT_DNS_PAIRING_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/macros.h"
#include "core/base/siphash.h"
#include "core/base/status.h"
#include "core/dns/transaction.h"

/* Octets of a query that are kept; a longer one loses its end (and with it perhaps its EDNS). */
#define SLOT_QUERY_MAX 512
/* Octets of the largest response that can wait. */
#define SLOT_RESPONSE_MAX 1280

/* No slot. */
#define SLOT_NONE UINT32_MAX

/* What a slot waits for; each is a list in the order of its deadlines. */
enum slot_list {
    SLOT_OPEN,          /* a response */
    SLOT_HELD_SEARCH,   /* the next step of a search list */
    SLOT_HELD_FALLBACK, /* the question over TCP */
    SLOT_HELD_REPEAT,   /* the response to a retransmission */
    SLOT_FREE,
    SLOT_LIST_COUNT,
};

struct slot {
    enum slot_list list;
    uint32_t list_previous;
    uint32_t list_next;
    uint32_t pair_next;     /* next slot with the same hash of endpoints and ID */
    uint32_t question_next; /* next slot with the same hash of server and question */
    uint64_t pair_hash;
    uint64_t question_hash;
    int64_t deadline_ns;

    struct dns_delivery delivery; /* of the first query */
    uint16_t id;
    uint16_t type;
    uint16_t class;
    uint32_t query_count;
    uint64_t query_bytes;
    int64_t last_query_ns;

    uint32_t response; /* index of the kept response, or SLOT_NONE */
    uint16_t response_len;
    uint32_t response_defects; /* as it came */
    uint32_t response_count;
    uint64_t response_bytes;
    int64_t response_ns;
    int64_t last_response_ns;
    uint64_t digest; /* of the first response, see response_digest */
    bool is_conflicting;

    struct transaction_icmp icmp;
    enum transaction_leg leg;
    enum transaction_fallback fallback;
    struct transaction_search search;
    struct transaction_upstream upstream;

    struct dns_name name;     /* QNAME in lower case; from here on nothing is cleared */
    struct dns_message query; /* over the octets kept; its defects are those it came with */
    uint8_t query_octets[SLOT_QUERY_MAX];
};

struct slot_response {
    uint8_t octets[SLOT_RESPONSE_MAX];
};

/* Ends of a list; SLOT_NONE when it is empty. */
struct slot_ends {
    uint32_t first;
    uint32_t last;
    size_t count;
};

struct pairing_table {
    struct siphash_key key;
    struct slot *slots;
    size_t slot_count;
    size_t fresh; /* slots from here on have never been taken: their memory is not touched */
    struct slot_ends lists[SLOT_LIST_COUNT];
    int64_t due_ns;    /* no slot has a deadline before */
    uint32_t *by_pair; /* heads of chains; mask + 1 of each */
    uint32_t *by_question;
    size_t mask;
    struct slot_response *responses;
    uint32_t *free_responses; /* stack of unused indices */
    size_t free_response_count;
};

/* Takes all memory. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status pairing_table_init(struct pairing_table *table, size_t slots,
                                          size_t responses);
void pairing_table_release(struct pairing_table *table);

/* Hash of the endpoints, the transport and the ID, seen from the client. */
uint64_t pairing_pair_hash(const struct pairing_table *table, const struct dns_delivery *client,
                           uint16_t id);
/* Hash of a server's address and a question; `name` in lower case. */
uint64_t pairing_question_hash(const struct pairing_table *table, const struct ip_address *server,
                               const struct dns_name *name, uint16_t type);

/* True if no slot is free. */
static inline bool pairing_table_is_full(const struct pairing_table *table)
{
    return table->lists[SLOT_FREE].count == 0 && table->fresh == table->slot_count;
}

/* Takes a free slot and enters it with its two hashes (delivery, id, name, type must be set by the
 * caller afterwards) at the end of the open list; SLOT_NONE if no slot is free. Counters, search
 * and upstream are zero. */
uint32_t pairing_table_take(struct pairing_table *table, uint64_t pair_hash,
                            uint64_t question_hash);

/* Removes a slot from everything and frees it and its response. */
void pairing_table_give_back(struct pairing_table *table, uint32_t index);

/* A zone transfer has as many responses as it needs, and only the first must repeat the question
 * (RFC 5936, 2.2.1; RFC 1995, 4). */
static inline bool slot_is_transfer(const struct slot *slot)
{
    return slot->delivery.is_tcp && (slot->type == DNS_TYPE_AXFR || slot->type == DNS_TYPE_IXFR);
}

/* What a slot knows of its lookup; query and response are not set. */
void slot_transaction(const struct slot *slot, struct transaction *transaction);

/* Moves a slot to the end of a list with a new deadline. */
void pairing_table_move(struct pairing_table *table, uint32_t index, enum slot_list list,
                        int64_t deadline_ns);

/* Gives a slot another deadline, which is the last one of its list. */
static inline void pairing_table_wait(struct pairing_table *table, uint32_t index,
                                      int64_t deadline_ns)
{
    table->slots[index].deadline_ns = deadline_ns;
    if (deadline_ns < table->due_ns)
        table->due_ns = deadline_ns;
}

/* Slow path of pairing_table_due. */
uint32_t pairing_table_find_due(struct pairing_table *table, int64_t now_ns);

/* A slot whose deadline has come, or SLOT_NONE: list by list, the first of each first. */
static inline uint32_t pairing_table_due(struct pairing_table *table, int64_t now_ns)
{
    return LIKELY(now_ns < table->due_ns) ? SLOT_NONE : pairing_table_find_due(table, now_ns);
}

/* Keeps a copy of a response with the slot. False if it is too large or none can be kept. */
bool pairing_table_keep(struct pairing_table *table, uint32_t index, struct bytes response);

/* The response kept with a slot. */
struct bytes pairing_table_response(const struct pairing_table *table, uint32_t index);

/* The heads of the chains of a hash. */
static inline uint32_t *pairing_table_pair_head(const struct pairing_table *table,
                                                uint64_t pair_hash)
{
    return &table->by_pair[pair_hash & table->mask];
}

static inline uint32_t *pairing_table_question_head(const struct pairing_table *table,
                                                    uint64_t question_hash)
{
    return &table->by_question[question_hash & table->mask];
}

/* Octets that come into the processor's cache together. */
#define CACHE_LINE 64

static ALWAYS_INLINE void prefetch_all(const void *memory, size_t len)
{
    for (size_t at = 0; at < len; at += CACHE_LINE)
        PREFETCH((const uint8_t *)memory + at);
}

/* What is used of a slot, but for the rare long name and query. */
#define SLOT_PREFETCH_LEN (offsetof(struct slot, query) + (size_t)3 * CACHE_LINE)

/* Starts to bring into the cache what giving back a slot will need, and those that stand behind it
 * in its list: answered lookups mostly go in the order of their list. */
static ALWAYS_INLINE void pairing_table_prefetch(const struct pairing_table *table, uint32_t index)
{
    const struct slot *const slot = &table->slots[index];
    PREFETCH(pairing_table_pair_head(table, slot->pair_hash));
    PREFETCH(pairing_table_question_head(table, slot->question_hash));
    if (slot->list == SLOT_OPEN || slot->list_next == SLOT_NONE)
        return;
    /* It came into the cache with its predecessor, so that its links can be followed. */
    const struct slot *const next = &table->slots[slot->list_next];
    if (next->response != SLOT_NONE)
        prefetch_all(&table->responses[next->response], next->response_len);
    if (next->list_next != SLOT_NONE)
        prefetch_all(&table->slots[next->list_next], SLOT_PREFETCH_LEN);
}

/* First slot of a chain; go on with slot.pair_next or slot.question_next. Chains hold slots of
 * other hashes as well. */
uint32_t pairing_table_by_pair(const struct pairing_table *table, uint64_t pair_hash);
uint32_t pairing_table_by_question(const struct pairing_table *table, uint64_t question_hash);

#endif
