/* Responses that came before their queries, or without: captures that several CPUs write are not
 * strictly in the order of time. A response without a query waits here a little for one. */
#ifndef DNSIGHT_DNS_STRAYS_H
#define DNSIGHT_DNS_STRAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/dns/arrival.h"
#include "core/dns/transaction.h"

/* Responses that wait at once, and octets of the largest one that can. */
#define STRAYS_COUNT 256
#define STRAY_MAX    1280

/* A response that waits. */
struct stray {
    int64_t deadline_ns;
    struct dns_delivery delivery;
    uint32_t defects; /* of the message, as it came */
    bool is_taken;    /* it has found its query */
    uint16_t len;
    uint8_t octets[STRAY_MAX];
};

/* A ring in the order of arrival, and of deadlines. */
struct strays {
    uint64_t
        hashes[STRAYS_COUNT]; /* of endpoints and ID: by themselves, every query looks at them */
    struct stray *ring;       /* owned */
    size_t first;
    size_t count;
};

/* Takes all memory. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status strays_init(struct strays *strays);
void strays_release(struct strays *strays);

/* Keeps a copy of a response, last in the ring. False if it is too large, or if the ring is full:
 * dropping the first one makes room. */
bool strays_add(struct strays *strays, const struct arrival *response, int64_t deadline_ns);

/* The response that has waited longest, taken or not; NULL if there is none. */
const struct stray *strays_first(const struct strays *strays);
void strays_drop_first(struct strays *strays);

/* The oldest response with that hash that is not taken, at position *at or behind it; NULL if there
 * is none. *at becomes the position after it. */
struct stray *strays_find(struct strays *strays, uint64_t pair_hash, size_t *at);

/* Reads a response again, as it came; message and arrival die with it. */
void stray_arrival(const struct stray *stray, const struct pairing_table *table,
                   struct dns_message *message, struct arrival *arrival);

#endif
