#include "query/gathering/seen.h"

#include <stdint.h>
#include <stdlib.h>

#include "core/base/siphash.h"

#define SLOTS_FIRST ((size_t)1024)

struct seen {
    struct siphash_key key;
    struct siphash_128 *slots; /* owned: open addressing, a power of two of them; all zero: empty */
    size_t slot_count;
    size_t count;
};

enum status seen_new(struct seen **seen)
{
    struct seen *const s = calloc(1, sizeof *s);
    struct siphash_128 *const slots = calloc(SLOTS_FIRST, sizeof *slots);
    if (s == NULL || slots == NULL) {
        free(slots);
        free(s);
        return ST_NO_MEMORY;
    }
    *s = (struct seen){siphash_key_random(), slots, SLOTS_FIRST, 0};
    *seen = s;
    return ST_OK;
}

void seen_free(struct seen *seen)
{
    if (seen == NULL)
        return;
    free(seen->slots);
    free(seen);
}

static bool is_empty(const struct siphash_128 *slot)
{
    return slot->low == 0 && slot->high == 0;
}

/* The slot of a hash, or the empty one where it belongs. */
static struct siphash_128 *find(const struct seen *seen, struct siphash_128 hash)
{
    size_t at = (size_t)hash.low & (seen->slot_count - 1);
    while (!is_empty(&seen->slots[at]) &&
           (seen->slots[at].low != hash.low || seen->slots[at].high != hash.high))
        at = (at + 1) & (seen->slot_count - 1);
    return &seen->slots[at];
}

/* False if there is no memory; everything is as before then. */
static bool grow(struct seen *seen)
{
    struct seen larger = *seen;
    larger.slot_count = 2 * seen->slot_count;
    larger.slots = calloc(larger.slot_count, sizeof *larger.slots);
    if (larger.slots == NULL)
        return false;
    for (size_t i = 0; i < seen->slot_count; i++) {
        if (!is_empty(&seen->slots[i]))
            *find(&larger, seen->slots[i]) = seen->slots[i];
    }
    free(seen->slots);
    seen->slots = larger.slots;
    seen->slot_count = larger.slot_count;
    return true;
}

bool seen_is_new(struct seen *seen, struct bytes id)
{
    if (id.len == 0)
        return true;
    const struct siphash_128 hash = siphash_128(seen->key, id);
    struct siphash_128 *slot = find(seen, hash);
    if (!is_empty(slot))
        return false;
    if (seen->count == SEEN_MAX)
        return true;
    if (2 * (seen->count + 1) > seen->slot_count) {
        if (!grow(seen))
            return true;
        slot = find(seen, hash);
    }
    *slot = hash;
    seen->count++;
    return true;
}
