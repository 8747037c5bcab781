/* What is still remembered of lookups that ended: enough to tell a late or repeated response from
 * a response whose query was never seen. */
#ifndef DNSIGHT_DNS_RECENT_H
#define DNSIGHT_DNS_RECENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/fifo_index.h"
#include "core/base/macros.h"
#include "core/base/status.h"

/* More lookups than there will be. */
#define RECENT_NUMBER_MAX (UINT64_MAX >> 2)

/* Two words: every response that ends a lookup writes one. */
struct recent_entry {
    uint64_t digest;          /* of the response, when answered */
    uint64_t number : 62;     /* counts what was remembered, so that the newer of two is known */
    uint64_t is_answered : 1; /* otherwise it was given up */
    uint64_t is_transfer : 1; /* more responses follow the first one */
};

/* One kind of lookups that ended; the oldest is forgotten first. */
struct recent_ring {
    struct fifo_index index; /* by a hash of endpoints, ID and question */
    struct recent_entry *entries;
};

struct recent {
    struct recent_ring answered;
    struct recent_ring given_up;
    uint64_t count; /* remembered so far */
};

/* How many of each kind are remembered. Answered lookups come with every response: fewer of them
 * stay in the processor's cache. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status recent_init(struct recent *recent, size_t answered, size_t given_up);
void recent_release(struct recent *recent);

/* Forgets everything, keeps the memory. */
void recent_reset(struct recent *recent);

/* Endpoints, ID and question in one number. */
static inline uint64_t lookup_hash(uint64_t pair_hash, uint64_t question_hash)
{
    return pair_hash ^ (question_hash << 1 | question_hash >> 63);
}

/* Remembers a lookup by its hash. */
void recent_put_answered(struct recent *recent, uint64_t hash, uint64_t digest);
void recent_put_transfer(struct recent *recent, uint64_t hash);
void recent_put_given_up(struct recent *recent, uint64_t hash);

/* The newest lookup of that hash, or NULL. */
const struct recent_entry *recent_find(const struct recent *recent, uint64_t hash);

#endif
