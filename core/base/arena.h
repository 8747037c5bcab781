/* Memory that is given out piece by piece and taken back all at once.
 *
 * Blocks never move, so pointers stay valid until arena_reset. The arena keeps its blocks over a
 * reset; a steady load allocates nothing after the first rounds. */
#ifndef DNSIGHT_BASE_ARENA_H
#define DNSIGHT_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/macros.h"

struct arena_block;

struct arena {
    struct arena_block *first;   /* owned list of blocks, in the order of their use */
    struct arena_block *current; /* the block that gives memory now; NULL before the first */
    uint8_t *next;               /* free octets of the current block: [next, end) */
    uint8_t *end;
    size_t total; /* octets of all blocks; total <= max */
    size_t max;
};

/* Makes an arena that will never own more than `max` octets. Allocates nothing. */
void arena_init(struct arena *a, size_t max);
void arena_release(struct arena *a);

/* Takes everything back. Memory given out before must not be used any more. */
void arena_reset(struct arena *a);

/* Slow path of arena_alloc. */
void *arena_alloc_block(struct arena *a, size_t size);

/* Uninitialised memory for `size` octets, aligned for any type; NULL when the maximum is reached
 * or memory is exhausted. size 0 gives a valid pointer. */
static inline void *arena_alloc(struct arena *a, size_t size)
{
    const size_t align = sizeof(max_align_t);
    const size_t rounded = (size + align - 1) / align * align;
    if (LIKELY(a->next != NULL && rounded >= size && rounded <= (size_t)(a->end - a->next))) {
        void *const taken = a->next;
        a->next += rounded;
        return taken;
    }
    return arena_alloc_block(a, size);
}

/* Memory for `count` elements of `size` octets, all zero; NULL as arena_alloc. */
void *arena_array(struct arena *a, size_t count, size_t size);

/* A copy of the octets; data is NULL (and len 0) when there is no room. */
struct bytes arena_copy(struct arena *a, struct bytes octets);

#endif
