/* The hosts of a cluster: which one is asked next, and how long one that failed is left alone. Not
 * for several threads at once. */
#ifndef DNSIGHT_SHIPPER_DELIVERY_HOSTS_H
#define DNSIGHT_SHIPPER_DELIVERY_HOSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/siphash.h"
#include "shipper/delivery/elastic_settings.h"

struct host {
    unsigned failures; /* in a row */
    uint64_t awake_ms; /* not to be asked before; monotonic clock */
};

struct hosts {
    struct host list[ELASTIC_HOSTS_MAX];
    size_t count;
    size_t next; /* where the next search begins, so that all get their share */
    unsigned init_ms;
    unsigned max_ms;
    struct siphash_key jitter;
    uint64_t waits; /* so far; makes each wait another random one */
};

/* `count` hosts that are well; waits of 0 are the defaults. */
void hosts_init(struct hosts *hosts, size_t count, unsigned init_ms, unsigned max_ms);

/* A wait before the n-th repetition (from 0) in a row: random, up to init_ms * 2^n and at most
 * max_ms (full jitter: many senders do not come back together). */
uint64_t hosts_wait_ms(struct hosts *hosts, unsigned n);

/* The host to ask now: those that are well before those whose wait is over. False if every one is
 * to be left alone, then *awake_ms is when the first may be asked. */
bool hosts_choose(struct hosts *hosts, uint64_t now_ms, size_t *chosen, uint64_t *awake_ms);

void hosts_succeeded(struct hosts *hosts, size_t host);

/* Leaves the host alone for a random time, at least for `asked_s` seconds (Retry-After, up to 10
 * minutes). */
void hosts_failed(struct hosts *hosts, size_t host, uint64_t now_ms, unsigned asked_s);

/* Leaves the host alone for the longest wait. */
void hosts_hold(struct hosts *hosts, size_t host, uint64_t now_ms);

/* Ends every wait. */
void hosts_wake(struct hosts *hosts);

/* Hosts that are well. */
size_t hosts_up(const struct hosts *hosts);

#endif
