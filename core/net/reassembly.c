#include "core/net/reassembly.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/time_text.h"
#include "core/net/decoder.h"

/* Packet time after which a datagram is given up. Fragments of one datagram are sent together; 16
 * bits of identification are soon used again. */
#define AGE_MAX_NS (5 * NS_PER_S)

/* Octets of the longest IP payload. */
#define DATAGRAM_MAX ((size_t)65535)

enum status reassembly_init(struct reassembly *r, size_t count, struct net_counters *counters)
{
    *r = (struct reassembly){.counters = counters};
    r->slots = calloc(count, sizeof *r->slots);
    if (r->slots == NULL)
        return ST_NO_MEMORY;
    return gap_buffer_pool_init(&r->pool, count, DATAGRAM_MAX);
}

void reassembly_release(struct reassembly *r)
{
    gap_buffer_pool_release(&r->pool);
    free(r->slots);
    *r = (struct reassembly){0};
}

static bool key_equal(const struct fragment_key *a, const struct fragment_key *b)
{
    return a->identification == b->identification && a->protocol == b->protocol &&
           ip_equal(&a->source, &b->source) && ip_equal(&a->destination, &b->destination);
}

/* Counts the fragments of a slot as lost and frees it. */
static void forget(struct reassembly *r, size_t i)
{
    r->counters->fragments += r->slots[i].count;
    gap_buffer_release(&r->pool, &r->pool.buffers[i]);
}

/* The slot of a fragment's datagram; a new one if this is the first that comes. */
static size_t slot_of(struct reassembly *r, const struct fragment_key *key, int64_t now_ns)
{
    for (size_t i = 0; i < r->pool.count; i++) {
        struct reassembly_slot *const slot = &r->slots[i];
        if (!key_equal(&slot->key, key) || slot->is_done ||
            r->pool.buffers[i].owner == GAP_NO_OWNER)
            continue;
        const bool is_old =
            now_ns > slot->time_ns && (uint64_t)now_ns - (uint64_t)slot->time_ns > AGE_MAX_NS;
        if (!is_old)
            return i;
        forget(r, i);
        break;
    }
    struct gap_buffer *const b = gap_buffer_oldest(&r->pool);
    const size_t i = (size_t)(b - r->pool.buffers);
    if (b->owner != GAP_NO_OWNER)
        forget(r, i);
    gap_buffer_acquire(&r->pool, b, (uint32_t)i);
    r->slots[i] = (struct reassembly_slot){.key = *key, .end = SIZE_MAX};
    return i;
}

bool reassembly_add(struct reassembly *r, const struct fragment *fragment,
                    const struct frame *frame, struct bytes *whole, uint8_t *next)
{
    const size_t i = slot_of(r, &fragment->key, frame->time_ns);
    struct reassembly_slot *const slot = &r->slots[i];
    struct gap_buffer *const b = &r->pool.buffers[i];
    slot->time_ns = frame->time_ns;
    slot->count++;
    if (fragment->at == 0 && b->held == 0)
        slot->next = fragment->next;
    if (!fragment->has_more && slot->end == SIZE_MAX)
        slot->end = fragment->at + fragment->octets.len;
    const size_t room = fragment->at < slot->end ? slot->end - fragment->at : 0;
    if (!gap_buffer_add(b, fragment->at, bytes_slice(fragment->octets, 0, room), frame)) {
        r->counters->malformed++;
        forget(r, i);
        return false;
    }
    if (b->held < slot->end)
        return false;
    r->counters->reassembled++;
    r->counters->fragment_conflicts += b->has_conflict;
    slot->is_done = true;
    slot->count = 0;
    b->used = ++r->pool.turn; /* the newest: not taken for another datagram of this frame */
    r->done_count++;
    *whole = (struct bytes){b->data, slot->end};
    *next = slot->next;
    return true;
}

void reassembly_frame_end(struct reassembly *r)
{
    for (size_t i = 0; i < r->pool.count && r->done_count > 0; i++) {
        if (r->pool.buffers[i].owner == GAP_NO_OWNER || !r->slots[i].is_done)
            continue;
        gap_buffer_release(&r->pool, &r->pool.buffers[i]);
        r->done_count--;
    }
    r->done_count = 0;
}

void reassembly_finish(struct reassembly *r)
{
    for (size_t i = 0; i < r->pool.count; i++) {
        if (r->pool.buffers[i].owner != GAP_NO_OWNER)
            forget(r, i);
    }
}
