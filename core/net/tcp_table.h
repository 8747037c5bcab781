/* The TCP connections that are followed: a table of fixed size that forgets the connection which
 * was quiet longest. Internal to core/net. */
#ifndef DNSIGHT_NET_TCP_TABLE_H
#define DNSIGHT_NET_TCP_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/ip.h"
#include "core/base/macros.h"
#include "core/base/siphash.h"
#include "core/base/status.h"
#include "core/net/gap_buffer.h"
#include "core/net/packet.h"

/* Octets of one segment that can be kept behind what a handler may leave in a buffer. */
#define TCP_SEGMENT_MAX ((size_t)UINT16_MAX)

/* One end of a connection. */
struct tcp_endpoint {
    struct ip_address address;
    uint8_t port[2];
};

/* Both ends, the smaller one first, so that both directions find the same connection. */
struct tcp_key {
    struct tcp_endpoint ends[2];
};

/* What one end has sent. Sequence numbers wrap; they are compared by their difference. */
struct tcp_side {
    struct gap_buffer *buffer; /* of the pool; NULL while nothing is kept */
    uint32_t next;             /* sequence number behind the octets in order, if is_known */
    uint32_t first;            /* sequence number behind the SYN, if has_first */
    uint32_t jump;             /* where a segment far from the others ended, if has_jump */
    bool is_known;
    bool has_first;
    bool has_jump;
    bool after_gap; /* octets before the next delivered ones were lost */
    bool is_closed;
};

struct tcp_connection {
    struct tcp_key key;
    struct packet packet; /* as the first end sends; payload and what follows is not used */
    struct tcp_side sides[2];
    uint32_t chain; /* the next connection of the same bucket */
    uint32_t newer; /* neighbours in the order of their last use */
    uint32_t older;
    bool is_used;
};

struct tcp_table {
    struct tcp_connection *connections; /* owned */
    uint32_t *buckets;                  /* owned */
    size_t count;
    size_t bucket_mask;
    uint32_t newest;
    uint32_t oldest;
    size_t kept_max; /* octets that the handler may leave in a buffer */
    struct siphash_key secret;
    struct gap_buffer_pool pool;
};

/* The key of a packet's connection. *side is the end that sent it. */
struct tcp_key tcp_key_of(const struct packet *packet, unsigned *side);

/* Takes memory for `count` connections and `buffer_count` buffers that keep up to `kept_max` octets
 * of one direction. Returns ST_OK, or ST_NO_MEMORY; the table is to be released in both cases. */
MUST_CHECK enum status tcp_table_init(struct tcp_table *t, size_t count, size_t buffer_count,
                                      size_t kept_max);
void tcp_table_release(struct tcp_table *t);

/* Forgets all connections, which keep no octets any more. */
void tcp_table_reset(struct tcp_table *t);

/* The connection, which is then the newest; NULL if it is not in the table. */
struct tcp_connection *tcp_table_find(struct tcp_table *t, const struct tcp_key *key);

/* The connection that was quiet longest; unused ones come before the others. */
struct tcp_connection *tcp_table_oldest(const struct tcp_table *t);

/* The connection used next after this one; NULL behind the newest. */
struct tcp_connection *tcp_table_newer(const struct tcp_table *t, const struct tcp_connection *c);

/* Gives the oldest connection a new key, empty sides, and the newest place. Its sides must have no
 * buffers. */
struct tcp_connection *tcp_table_replace(struct tcp_table *t, const struct tcp_key *key);

/* The owner number of a direction's buffer, and back. */
uint32_t tcp_table_owner(const struct tcp_table *t, const struct tcp_connection *c, unsigned side);
struct tcp_connection *tcp_table_owner_find(const struct tcp_table *t, uint32_t owner,
                                            unsigned *side);

#endif
