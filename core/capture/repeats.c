#include "core/capture/repeats.h"

#include <stdlib.h>

#include "core/base/fifo_index.h"
#include "core/base/siphash.h"

/* Frames that are remembered: copies of a frame are that close together in time, but for captures
 * whose packets are not in order. */
#define FRAMES_MAX 4096

struct repeats {
    struct siphash_key key;
    struct fifo_index index;     /* by time and octets */
    size_t captures[FRAMES_MAX]; /* which gave the frame first; by its place in the index */
};

enum status repeats_new(struct repeats **repeats)
{
    struct repeats *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return ST_NO_MEMORY;
    made->key = siphash_key_random();
    if (fifo_index_init(&made->index, FRAMES_MAX) != ST_OK) {
        free(made);
        return ST_NO_MEMORY;
    }
    *repeats = made;
    return ST_OK;
}

void repeats_free(struct repeats *repeats)
{
    if (repeats == NULL)
        return;
    fifo_index_release(&repeats->index);
    free(repeats);
}

static uint64_t digest(const struct repeats *repeats, const struct frame *frame)
{
    const struct siphash_key key = {
        .k0 = repeats->key.k0 ^ (uint64_t)frame->time_ns,
        .k1 = repeats->key.k1 ^ ((uint64_t)frame->wire_len << 32 | (uint32_t)frame->link_type),
    };
    return siphash_quick_64(key, frame->octets);
}

bool repeats_is_known(struct repeats *repeats, const struct frame *frame, size_t capture)
{
    const uint64_t hash = digest(repeats, frame);
    const uint32_t place = fifo_index_find(&repeats->index, hash);
    if (place != FIFO_NONE)
        return repeats->captures[place] != capture;
    repeats->captures[fifo_index_put(&repeats->index, hash)] = capture;
    return false;
}
