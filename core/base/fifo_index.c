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
        .older = calloc(count, sizeof *index->older),
        .hashes = calloc(count, sizeof *index->hashes),
        .mask = heads - 1,
        .count = count,
        .number = (uint32_t)count + 1, /* what has been cleared names nobody */
    };
    if (index->heads == NULL || index->older == NULL || index->hashes == NULL) {
        fifo_index_release(index);
        return ST_NO_MEMORY;
    }
    return ST_OK;
}

/* Numbers go on: those given before are older than all places that are used from now on. */
void fifo_index_reset(struct fifo_index *index)
{
    index->used = 0;
    index->at = 0;
}

void fifo_index_release(struct fifo_index *index)
{
    free(index->heads);
    free(index->older);
    free(index->hashes);
    *index = (struct fifo_index){0};
}

/* A number that has been given away again is older than all places, or, after 2^32 newcomers, names
 * somebody else: then the hash differs, and as a chain only leads to older ones it still ends. */
uint32_t fifo_index_find(const struct fifo_index *index, uint64_t hash)
{
    uint32_t number = index->heads[hash & index->mask];
    size_t age = 0;
    for (;;) {
        const uint32_t next_age = index->number - number;
        if (next_age <= age || next_age > index->used)
            return FIFO_NONE;
        age = next_age;
        const size_t place = index->at >= age ? index->at - age : index->at + index->count - age;
        if (index->hashes[place] == hash)
            return (uint32_t)place;
        number = index->older[place];
    }
}

uint32_t fifo_index_put(struct fifo_index *index, uint64_t hash)
{
    const size_t place = index->at;
    uint32_t *const head = &index->heads[hash & index->mask];
    index->at = place + 1 == index->count ? 0 : place + 1;
    index->used += index->used < index->count ? 1 : 0;
    index->hashes[place] = hash;
    index->older[place] = *head;
    *head = index->number++;
    return (uint32_t)place;
}
