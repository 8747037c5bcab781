/* Datagrams from IP fragments (RFC 791, 3.2; RFC 8200, 4.5; RFC 5722). Internal to core/net.
 *
 * The first octets of an overlap win. A datagram of which nothing came for five seconds is
 * forgotten, earlier if a newer one needs its place. */
#ifndef DNSIGHT_NET_REASSEMBLY_H
#define DNSIGHT_NET_REASSEMBLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/ip.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/net/frame.h"
#include "core/net/gap_buffer.h"

struct net_counters;

/* What the fragments of one datagram have in common. */
struct fragment_key {
    struct ip_address source;
    struct ip_address destination;
    uint32_t identification;
    uint16_t protocol; /* of IPv4; REASSEMBLY_V6 for IPv6, which does not count it */
};

#define REASSEMBLY_V6 0x100

struct fragment {
    struct fragment_key key;
    size_t at;     /* place of its octets in the datagram */
    bool has_more; /* it is not the last one */
    uint8_t next;  /* the header that its octets begin with, if it is the first one */
    struct bytes octets;
};

struct reassembly_slot {
    struct fragment_key key;
    int64_t time_ns; /* packet time of its newest fragment */
    size_t end;      /* length of the datagram; SIZE_MAX while unknown */
    unsigned count;  /* fragments that came */
    uint8_t next;    /* of the first fragment */
    bool is_done;    /* put together in this frame: its octets are still being read */
};

struct reassembly {
    struct reassembly_slot *slots; /* owned; slot i uses buffer i of the pool */
    struct gap_buffer_pool pool;
    struct net_counters *counters; /* borrowed */
    size_t done_count;
};

/* Takes memory for `count` datagrams. Returns ST_OK, or ST_NO_MEMORY; it is to be released in both
 * cases. */
MUST_CHECK enum status reassembly_init(struct reassembly *r, size_t count,
                                       struct net_counters *counters);
void reassembly_release(struct reassembly *r);

/* Adds a fragment. True if that completes the datagram: *whole, which lives until
 * reassembly_frame_end, and the header that it begins with. */
MUST_CHECK bool reassembly_add(struct reassembly *r, const struct fragment *fragment,
                               const struct frame *frame, struct bytes *whole, uint8_t *next);

/* The datagrams that were completed in the current frame are no longer read. */
void reassembly_frame_end(struct reassembly *r);

/* Counts the fragments that are still waiting, and forgets them. */
void reassembly_finish(struct reassembly *r);

#endif
