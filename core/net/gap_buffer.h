/* Octets that come in pieces and not always in order: fragments of a datagram, or segments of a TCP
 * stream that cannot be delivered yet. Internal to core/net. */
#ifndef DNSIGHT_NET_GAP_BUFFER_H
#define DNSIGHT_NET_GAP_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/net/frame.h"

/* Pieces that may wait for earlier octets; enough for a datagram of 64 KiB whose fragments of 1,480
 * octets come in reverse order. */
#define GAP_WAITING_MAX 48

/* A piece that came before its turn: data[from, to). */
struct gap_waiting {
    size_t from;
    size_t to;
    struct frame frame; /* the one it came in, without octets */
};

struct gap_buffer {
    uint8_t *data; /* memory of the pool */
    size_t size;
    size_t held; /* data[0, held) has no hole */
    /* In the order of their places, not overlapping; the first begins at or behind held. */
    struct gap_waiting waiting[GAP_WAITING_MAX];
    unsigned waiting_count;
    struct frame last; /* the frame that brought the last held octets, without octets */
    bool has_conflict; /* octets came twice and differed */
    uint32_t owner;    /* as the user of the pool numbers them; GAP_NO_OWNER if it is free */
    uint64_t used;     /* turn in which it was acquired */
};

#define GAP_NO_OWNER UINT32_MAX

/* Adds octets at an offset of data. What is there already stays: the first octets win. Extends held
 * up to the first hole. False if the octets lie outside the buffer or make too many pieces wait; a
 * part of them may then have been added. */
MUST_CHECK bool gap_buffer_add(struct gap_buffer *b, size_t at, struct bytes octets,
                               const struct frame *frame);

/* Takes away the first `len` of the held octets. */
void gap_buffer_drop(struct gap_buffer *b, size_t len);

/* Puts the first waiting piece, of which there must be one, behind the held octets. If there is a
 * hole between them, the held octets are dropped. Returns the size of the hole. */
size_t gap_buffer_skip(struct gap_buffer *b);

struct gap_buffer_pool {
    struct gap_buffer *buffers; /* owned */
    uint8_t *memory;            /* owned */
    size_t count;
    size_t used_count; /* buffers that have an owner */
    uint64_t turn;
};

/* Takes memory for `count` buffers of `size` octets. Returns ST_OK, or ST_NO_MEMORY; the pool is to
 * be released in both cases. */
MUST_CHECK enum status gap_buffer_pool_init(struct gap_buffer_pool *pool, size_t count,
                                            size_t size);
void gap_buffer_pool_release(struct gap_buffer_pool *pool);

/* A free buffer or else the one that was acquired longest ago; that one is to be released before it
 * is acquired. */
struct gap_buffer *gap_buffer_oldest(const struct gap_buffer_pool *pool);

/* Gives a free buffer to an owner; takes it back. */
void gap_buffer_acquire(struct gap_buffer_pool *pool, struct gap_buffer *b, uint32_t owner);
void gap_buffer_release(struct gap_buffer_pool *pool, struct gap_buffer *b);

#endif
