/* A fixed number of places found by a 64-bit hash; when all are taken, the place that was filled
 * first is given to the newcomer. What is kept in a place is the caller's business.
 *
 * The hash stands for the key: callers use keyed SipHash, so that two keys share one only by an
 * accident of 2^-64. Which place is replaced depends on the order of arrival alone, never on the
 * hash key. */
#ifndef DNSIGHT_BASE_FIFO_INDEX_H
#define DNSIGHT_BASE_FIFO_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/macros.h"
#include "core/base/status.h"

/* No place. */
#define FIFO_NONE UINT32_MAX

/* Newcomers are numbered; numbers tell which of them still have their place, so that nothing has to
 * be undone when a place is given away. */
struct fifo_index {
    uint32_t *heads;  /* the newest of each chain, by its number; mask + 1 */
    uint32_t *older;  /* per place: the one before it in its chain, by its number */
    uint64_t *hashes; /* per place */
    size_t mask;
    size_t count;    /* places */
    size_t used;     /* places filled so far; used <= count */
    size_t at;       /* the place that is filled next */
    uint32_t number; /* of the next newcomer; wraps around */
};

/* Takes all memory. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status fifo_index_init(struct fifo_index *index, size_t count);
void fifo_index_release(struct fifo_index *index);

/* Empties all places, keeps the memory. */
void fifo_index_reset(struct fifo_index *index);

/* The place of a hash, or FIFO_NONE. */
uint32_t fifo_index_find(const struct fifo_index *index, uint64_t hash);

/* Gives a place to a hash; the caller fills it. Of several places of one hash the newest is found.
 */
uint32_t fifo_index_put(struct fifo_index *index, uint64_t hash);

#endif
