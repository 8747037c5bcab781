/* The addresses that are asked: which leg of a resolution a lookup is, and what a server learns
 * upstream while a client waits for it. */
#ifndef DNSIGHT_DNS_SERVERS_H
#define DNSIGHT_DNS_SERVERS_H

#include <stdint.h>

#include "core/base/fifo_index.h"
#include "core/base/ip.h"
#include "core/base/macros.h"
#include "core/base/siphash.h"
#include "core/dns/arrival.h"
#include "core/dns/pairing_table.h"
#include "core/dns/transaction.h"

#define SERVERS_FILTER_BITS 4096

struct servers {
    struct siphash_key key;
    struct fifo_index addresses; /* by a hash of the address; the oldest is forgotten first */
    struct ip_address last;      /* added */
    /* A bit for each address that was ever added, which others may share: nearly all clients are
     * told from servers by it. */
    uint64_t filter[SERVERS_FILTER_BITS / 64];
};

/* Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status servers_init(struct servers *servers);
void servers_release(struct servers *servers);

/* Forgets all addresses, keeps the memory. */
void servers_reset(struct servers *servers);

/* Remembers an address that was asked. */
void servers_add(struct servers *servers, const struct ip_address *ip);

/* The leg of a lookup, by its client and the addresses remembered so far. */
enum transaction_leg servers_leg(const struct servers *servers, const struct dns_delivery *client);

/* Notes on each open lookup that asked the client of `arrival` the same question what that client,
 * a server itself, now sends or learns upstream. `query_time_ns` is when it asked. */
void servers_note_upstream(struct pairing_table *table, const struct arrival *arrival,
                           int64_t query_time_ns);

#endif
