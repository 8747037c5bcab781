#include "core/dns/recent.h"

#include <stdlib.h>

static enum status ring_init(struct recent_ring *ring, size_t count)
{
    const enum status status = fifo_index_init(&ring->index, count);
    if (status != ST_OK)
        return status;
    ring->entries = calloc(count, sizeof *ring->entries);
    return ring->entries == NULL ? ST_NO_MEMORY : ST_OK;
}

static void ring_release(struct recent_ring *ring)
{
    fifo_index_release(&ring->index);
    free(ring->entries);
    ring->entries = NULL;
}

static const struct recent_entry *ring_find(const struct recent_ring *ring, uint64_t hash)
{
    const uint32_t place = fifo_index_find(&ring->index, hash);
    return place == FIFO_NONE ? NULL : &ring->entries[place];
}

enum status recent_init(struct recent *recent, size_t answered, size_t given_up)
{
    const enum status status = ring_init(&recent->answered, answered);
    return status == ST_OK ? ring_init(&recent->given_up, given_up) : status;
}

void recent_release(struct recent *recent)
{
    ring_release(&recent->answered);
    ring_release(&recent->given_up);
}

void recent_reset(struct recent *recent)
{
    fifo_index_reset(&recent->answered.index);
    fifo_index_reset(&recent->given_up.index);
}

static void remember(struct recent *recent, struct recent_ring *ring, uint64_t hash,
                     struct recent_entry entry)
{
    entry.number = recent->count++ & RECENT_NUMBER_MAX;
    ring->entries[fifo_index_put(&ring->index, hash)] = entry;
}

void recent_put_answered(struct recent *recent, uint64_t hash, uint64_t digest)
{
    const struct recent_entry entry = {.digest = digest, .is_answered = true};
    remember(recent, &recent->answered, hash, entry);
}

void recent_put_transfer(struct recent *recent, uint64_t hash)
{
    const struct recent_entry entry = {.is_answered = true, .is_transfer = true};
    remember(recent, &recent->answered, hash, entry);
}

void recent_put_given_up(struct recent *recent, uint64_t hash)
{
    remember(recent, &recent->given_up, hash, (struct recent_entry){0});
}

const struct recent_entry *recent_find(const struct recent *recent, uint64_t hash)
{
    const struct recent_entry *const answered = ring_find(&recent->answered, hash);
    const struct recent_entry *const given_up = ring_find(&recent->given_up, hash);
    if (answered == NULL || given_up == NULL)
        return answered != NULL ? answered : given_up;
    return answered->number > given_up->number ? answered : given_up;
}
