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

struct recent_entry {
    bool is_answered; /* otherwise it was given up */
    uint64_t digest;  /* of the response, when answered */
};

/* The newest lookups that ended; the oldest is forgotten first. */
struct recent {
    struct fifo_index index; /* by a hash of endpoints, ID and question */
    struct recent_entry *entries;
};

/* `count` lookups are remembered. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status recent_init(struct recent *recent, size_t count);
void recent_release(struct recent *recent);

/* Forgets everything, keeps the memory. */
void recent_reset(struct recent *recent);

/* Remembers a lookup; what was known under its hash is replaced. */
void recent_put(struct recent *recent, uint64_t hash, struct recent_entry entry);

/* The lookup of that hash, or NULL. */
const struct recent_entry *recent_find(const struct recent *recent, uint64_t hash);

#endif
