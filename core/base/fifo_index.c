#include "core/base/fifo_index.h"

#include <assert.h>
#include <stdlib.h>

enum status fifo_index_init(struct fifo_index *index, size_t count)
{
    assert(count > 0 && count < FIFO_NONE);
    size_t heads = 1;
    while (heads < count)
        heads *= 2;
    *index = (struct fifo_index){
        .heads = calloc(heads, sizeof *index->heads),
        .next = calloc(count, sizeof *index->next),
        .hashes = calloc(count, sizeof *index->hashes),
        .mask = heads - 1,
        .count = count,
    };
    if (index->heads == NULL || index->next == NULL || index->hashes == NULL) {
        fifo_index_release(index);
        return ST_NO_MEMORY;
    }
    fifo_index_reset(index);
    return ST_OK;
}

void fifo_index_reset(struct fifo_index *index)
{
    for (size_t i = 0; i <= index->mask; i++)
        index->heads[i] = FIFO_NONE;
    index->used = 0;
    index->at = 0;
}

void fifo_index_release(struct fifo_index *index)
{
    free(index->heads);
    free(index->next);
    free(index->hashes);
    *index = (struct fifo_index){0};
}

uint32_t fifo_index_find(const struct fifo_index *index, uint64_t hash)
{
    uint32_t at = index->heads[hash & index->mask];
    while (at != FIFO_NONE && index->hashes[at] != hash)
        at = index->next[at];
    return at;
}

static void unlink_place(struct fifo_index *index, uint32_t place)
{
    uint32_t *at = &index->heads[index->hashes[place] & index->mask];
    while (*at != place)
        at = &index->next[*at];
    *at = index->next[place];
}

static uint32_t *head_of(const struct fifo_index *index, size_t place)
{
    return &index->heads[index->hashes[place] & index->mask];
}

static size_t place_behind(const struct fifo_index *index, size_t place)
{
    return place + 1 == index->count ? 0 : place + 1;
}

/* When a newcomer takes the next place, its old chain is walked to its end: the head of the chain,
 * and the first link of the one that was asked for the last time, are at hand by then. */
static ALWAYS_INLINE void prefetch_chains(const struct fifo_index *index)
{
    const uint32_t first = *head_of(index, index->at);
    if (first != FIFO_NONE)
        PREFETCH(&index->next[first]);
    PREFETCH(head_of(index, place_behind(index, index->at)));
}

uint32_t fifo_index_put(struct fifo_index *index, uint64_t hash)
{
    const uint32_t place = (uint32_t)index->at;
    if (index->used == index->count)
        unlink_place(index, place);
    else
        index->used++;
    index->at = place_behind(index, index->at);
    prefetch_chains(index);
    index->hashes[place] = hash;
    uint32_t *const head = &index->heads[hash & index->mask];
    index->next[place] = *head;
    *head = place;
    return place;
}
