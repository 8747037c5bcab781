/* One message on its way through pairing, and what it belongs to. */
#ifndef DNSIGHT_DNS_ARRIVAL_H
#define DNSIGHT_DNS_ARRIVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/time_text.h"
#include "core/dns/pairing_table.h"
#include "core/dns/transaction.h"

struct arrival {
    const struct dns_delivery *delivery; /* as in the packet; borrowed, as is the message */
    struct dns_delivery client;          /* the same, seen from the client */
    const struct dns_message *message;
    struct dns_name name; /* QNAME in lower case */
    uint64_t pair_hash;
    uint64_t question_hash; /* of the client's server and the question; of a query only */
};

void arrival_init(struct arrival *arrival, const struct pairing_table *table,
                  const struct dns_delivery *delivery, const struct dns_message *message);

/* The hash of the client's server and the question of any message. */
uint64_t arrival_question_hash(const struct arrival *arrival, const struct pairing_table *table);

/* The slot that a message belongs to, or SLOT_NONE: same endpoints, transport, ID and question. A
 * response without a question (FORMERR and NOTIMP often have none) belongs to the newest query of
 * its ID. */
uint32_t arrival_find_slot(const struct arrival *arrival, const struct pairing_table *table);

/* True if the message has the slot's question. */
bool arrival_asks(const struct arrival *arrival, const struct slot *slot);

/* Enters a query into its slot: delivery, question, octets, and that it came once. */
void arrival_fill(const struct arrival *arrival, struct slot *slot);

/* The same datagram passes all points of its way through a machine within this time. */
#define ARRIVAL_COPY_NS (10 * NS_PER_MS)

/* True if a message is the one that came at `time_ns`, captured again at another point: nobody
 * sends a datagram again so soon. */
static inline bool arrival_is_copy(const struct arrival *arrival, int64_t time_ns)
{
    const int64_t later_ns = arrival->delivery->time_ns - time_ns;
    return !arrival->delivery->is_tcp && later_ns < ARRIVAL_COPY_NS && later_ns > -ARRIVAL_COPY_NS;
}

/* A number that two responses share when they say the same: RCODE and answer records, whatever the
 * records' order and TTL. */
uint64_t arrival_digest(const struct dns_message *response);

#endif
