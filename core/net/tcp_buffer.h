/* Octets of one direction of a TCP connection that cannot be delivered yet: a message whose end has
 * not come, and segments that came before their turn. Internal to core/net. */
#ifndef DNSIGHT_NET_TCP_BUFFER_H
#define DNSIGHT_NET_TCP_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/net/frame.h"

/* Segments that may wait for earlier octets; with one more the missing ones are given up. */
#define TCP_WAITING_MAX 16

/* A segment that came before its turn: data[from, to). */
struct tcp_waiting {
    size_t from;
    size_t to;
    struct frame frame; /* the one it came in, without octets */
};

struct tcp_buffer {
    uint8_t *data; /* memory of the pool */
    size_t size;
    size_t held; /* data[0, held) is in order and waits for the handler to take it */
    /* In the order of the stream, not overlapping; the first begins at or behind held. */
    struct tcp_waiting waiting[TCP_WAITING_MAX];
    unsigned waiting_count;
    struct frame last; /* the frame that brought the last held octets, without octets */
    uint32_t owner;    /* a direction, as the owner numbers them; TCP_NO_OWNER if it is free */
    uint64_t used;     /* turn in which it was acquired */
};

#define TCP_NO_OWNER UINT32_MAX

/* Adds octets at an offset of data. What is there already stays: the first octets win. Extends held
 * up to the first hole. False if the octets lie outside the buffer or make too many segments wait;
 * a part of them may then have been added. */
MUST_CHECK bool tcp_buffer_add(struct tcp_buffer *b, size_t at, struct bytes octets,
                               const struct frame *frame);

/* Takes away the first `len` of the held octets. */
void tcp_buffer_drop(struct tcp_buffer *b, size_t len);

/* Puts the first waiting segment, of which there must be one, behind the held octets. If there is a
 * hole between them, the held octets are dropped. Returns the size of the hole. */
size_t tcp_buffer_skip(struct tcp_buffer *b);

struct tcp_buffer_pool {
    struct tcp_buffer *buffers; /* owned */
    uint8_t *memory;            /* owned */
    size_t count;
    size_t used_count; /* buffers that have an owner */
    uint64_t turn;
};

/* Takes memory for `count` buffers of `size` octets. Returns ST_OK, or ST_NO_MEMORY; the pool is to
 * be released in both cases. */
MUST_CHECK enum status tcp_buffer_pool_init(struct tcp_buffer_pool *pool, size_t count,
                                            size_t size);
void tcp_buffer_pool_release(struct tcp_buffer_pool *pool);

/* A free buffer or else the one that was acquired longest ago; the caller takes it from its owner.
 */
struct tcp_buffer *tcp_buffer_oldest(const struct tcp_buffer_pool *pool);

/* Gives a free buffer to an owner; takes it back. */
void tcp_buffer_acquire(struct tcp_buffer_pool *pool, struct tcp_buffer *b, uint32_t owner);
void tcp_buffer_release(struct tcp_buffer_pool *pool, struct tcp_buffer *b);

#endif
