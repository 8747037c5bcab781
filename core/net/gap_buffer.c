#include "core/net/gap_buffer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/size.h"

static struct frame without_octets(const struct frame *frame)
{
    struct frame copy = *frame;
    copy.octets = (struct bytes){0};
    copy.comment = (struct bytes){0};
    return copy;
}

/* The index of the first waiting piece that ends behind an offset. */
static unsigned waiting_at(const struct gap_buffer *b, size_t at)
{
    unsigned i = 0;
    while (i < b->waiting_count && b->waiting[i].to <= at)
        i++;
    return i;
}

/* How many octets from an offset on are there already. */
static size_t present(const struct gap_buffer *b, size_t at)
{
    if (at < b->held)
        return b->held - at;
    const unsigned i = waiting_at(b, at);
    return i < b->waiting_count && b->waiting[i].from <= at ? b->waiting[i].to - at : 0;
}

/* Extends held over the pieces that were waiting for it. */
static void pull(struct gap_buffer *b)
{
    while (b->waiting_count > 0 && b->waiting[0].from == b->held)
        (void)gap_buffer_skip(b);
}

/* Puts octets where there are none. Returns how many fit before the next waiting piece; 0 if
 * there is no room to note that they wait. */
static size_t put(struct gap_buffer *b, size_t at, struct bytes octets, const struct frame *frame)
{
    const unsigned i = waiting_at(b, at);
    const struct bytes fitting =
        i < b->waiting_count ? bytes_slice(octets, 0, b->waiting[i].from - at) : octets;
    if (at == b->held) {
        memcpy(b->data + at, fitting.data, fitting.len);
        b->held += fitting.len;
        pull(b);
        b->last = without_octets(frame);
        return fitting.len;
    }
    if (b->waiting_count == GAP_WAITING_MAX)
        return 0;
    memcpy(b->data + at, fitting.data, fitting.len);
    memmove(b->waiting + i + 1, b->waiting + i, (b->waiting_count - i) * sizeof b->waiting[0]);
    b->waiting[i] = (struct gap_waiting){at, at + fitting.len, without_octets(frame)};
    b->waiting_count++;
    return fitting.len;
}

static void note_conflict(struct gap_buffer *b, size_t at, struct bytes again)
{
    if (memcmp(b->data + at, again.data, again.len) != 0)
        b->has_conflict = true;
}

bool gap_buffer_add(struct gap_buffer *b, size_t at, struct bytes octets, const struct frame *frame)
{
    if (at > b->size || octets.len > b->size - at)
        return false;
    while (octets.len > 0) {
        size_t len = present(b, at);
        if (len != 0)
            note_conflict(b, at, bytes_slice(octets, 0, len));
        else
            len = put(b, at, octets, frame);
        if (len == 0)
            return false;
        at += len;
        octets = bytes_slice(octets, len, octets.len);
    }
    return true;
}

/* Takes away the first `len` octets, which are held or belong to nobody. */
static void shift(struct gap_buffer *b, size_t len)
{
    const size_t end = b->waiting_count > 0 ? b->waiting[b->waiting_count - 1].to : b->held;
    memmove(b->data, b->data + len, end - len);
    b->held -= b->held < len ? b->held : len;
    for (unsigned i = 0; i < b->waiting_count; i++) {
        b->waiting[i].from -= len;
        b->waiting[i].to -= len;
    }
}

void gap_buffer_drop(struct gap_buffer *b, size_t len)
{
    assert(len <= b->held);
    shift(b, len);
}

size_t gap_buffer_skip(struct gap_buffer *b)
{
    assert(b->waiting_count > 0);
    const size_t hole = b->waiting[0].from - b->held;
    if (hole != 0)
        shift(b, b->waiting[0].from);
    b->held = b->waiting[0].to;
    b->last = b->waiting[0].frame;
    b->waiting_count--;
    memmove(b->waiting, b->waiting + 1, b->waiting_count * sizeof b->waiting[0]);
    return hole;
}

enum status gap_buffer_pool_init(struct gap_buffer_pool *pool, size_t count, size_t size)
{
    *pool = (struct gap_buffer_pool){.count = count};
    size_t total = 0;
    if (!size_mul(count, size, &total))
        return ST_NO_MEMORY;
    pool->buffers = calloc(count, sizeof *pool->buffers);
    /* Not touched before it is used: what the system never maps costs nothing. */
    pool->memory = malloc(total);
    if (pool->buffers == NULL || pool->memory == NULL)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        pool->buffers[i].data = pool->memory + i * size;
        pool->buffers[i].size = size;
        pool->buffers[i].owner = GAP_NO_OWNER;
    }
    return ST_OK;
}

void gap_buffer_pool_release(struct gap_buffer_pool *pool)
{
    free(pool->buffers);
    free(pool->memory);
    *pool = (struct gap_buffer_pool){0};
}

struct gap_buffer *gap_buffer_oldest(const struct gap_buffer_pool *pool)
{
    struct gap_buffer *oldest = &pool->buffers[0];
    for (size_t i = 0; i < pool->count && oldest->owner != GAP_NO_OWNER; i++) {
        struct gap_buffer *const b = &pool->buffers[i];
        if (b->owner == GAP_NO_OWNER || b->used < oldest->used)
            oldest = b;
    }
    return oldest;
}

void gap_buffer_acquire(struct gap_buffer_pool *pool, struct gap_buffer *b, uint32_t owner)
{
    assert(b->owner == GAP_NO_OWNER);
    b->owner = owner;
    b->has_conflict = false;
    b->used = ++pool->turn;
    pool->used_count++;
}

void gap_buffer_release(struct gap_buffer_pool *pool, struct gap_buffer *b)
{
    b->owner = GAP_NO_OWNER;
    b->held = 0;
    b->waiting_count = 0;
    pool->used_count--;
}
