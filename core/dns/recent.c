#include "core/dns/recent.h"

#include <stdlib.h>

enum status recent_init(struct recent *recent, size_t count)
{
    const enum status status = fifo_index_init(&recent->index, count);
    if (status != ST_OK)
        return status;
    recent->entries = calloc(count, sizeof *recent->entries);
    return recent->entries == NULL ? ST_NO_MEMORY : ST_OK;
}

void recent_release(struct recent *recent)
{
    fifo_index_release(&recent->index);
    free(recent->entries);
    recent->entries = NULL;
}

void recent_reset(struct recent *recent)
{
    fifo_index_reset(&recent->index);
}

void recent_put(struct recent *recent, uint64_t hash, struct recent_entry entry)
{
    uint32_t place = fifo_index_find(&recent->index, hash);
    if (place == FIFO_NONE)
        place = fifo_index_put(&recent->index, hash);
    recent->entries[place] = entry;
}

const struct recent_entry *recent_find(const struct recent *recent, uint64_t hash)
{
    const uint32_t place = fifo_index_find(&recent->index, hash);
    return place == FIFO_NONE ? NULL : &recent->entries[place];
}
