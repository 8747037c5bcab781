#include "core/net/tcp_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* No connection. */
#define NONE UINT32_MAX

static struct tcp_endpoint endpoint_of(const struct ip_address *address, uint16_t port)
{
    return (struct tcp_endpoint){*address, {(uint8_t)(port >> 8), (uint8_t)(port & 0xff)}};
}

struct tcp_key tcp_key_of(const struct packet *packet, unsigned *side)
{
    const struct tcp_endpoint from = endpoint_of(&packet->source, packet->source_port);
    const struct tcp_endpoint to = endpoint_of(&packet->destination, packet->destination_port);
    *side = memcmp(&from, &to, sizeof from) > 0 ? 1 : 0;
    struct tcp_key key;
    key.ends[*side] = from;
    key.ends[1 - *side] = to;
    return key;
}

enum status tcp_table_init(struct tcp_table *t, size_t count, size_t buffer_count, size_t kept_max)
{
    size_t bucket_count = 1;
    while (bucket_count < count)
        bucket_count *= 2;
    *t = (struct tcp_table){
        .count = count,
        .bucket_mask = bucket_count - 1,
        .oldest = 0,
        .newest = (uint32_t)(count - 1),
        .kept_max = kept_max,
        .secret = siphash_key_random(),
    };
    t->connections = calloc(count, sizeof *t->connections);
    t->buckets = calloc(bucket_count, sizeof *t->buckets);
    if (t->connections == NULL || t->buckets == NULL)
        return ST_NO_MEMORY;
    memset(t->buckets, 0xff, bucket_count * sizeof *t->buckets); /* all NONE */
    for (uint32_t i = 0; i < count; i++) {
        t->connections[i].older = i == 0 ? NONE : i - 1;
        t->connections[i].newer = i + 1 == count ? NONE : i + 1;
    }
    return gap_buffer_pool_init(&t->pool, buffer_count, kept_max + TCP_SEGMENT_MAX);
}

void tcp_table_release(struct tcp_table *t)
{
    gap_buffer_pool_release(&t->pool);
    free(t->connections);
    free(t->buckets);
    *t = (struct tcp_table){0};
}

static uint32_t *bucket_of(const struct tcp_table *t, const struct tcp_key *key)
{
    const struct bytes octets = {(const uint8_t *)key, sizeof *key};
    return &t->buckets[siphash_64(t->secret, octets) & t->bucket_mask];
}

static uint32_t index_of(const struct tcp_table *t, const struct tcp_connection *c)
{
    return (uint32_t)(c - t->connections);
}

/* The link that leads from a connection to its neighbour, or from the table to its end. */
static uint32_t *newer_link(struct tcp_table *t, uint32_t index)
{
    return index == NONE ? &t->oldest : &t->connections[index].newer;
}

static uint32_t *older_link(struct tcp_table *t, uint32_t index)
{
    return index == NONE ? &t->newest : &t->connections[index].older;
}

static void make_newest(struct tcp_table *t, struct tcp_connection *c)
{
    const uint32_t index = index_of(t, c);
    if (t->newest == index)
        return;
    *newer_link(t, c->older) = c->newer;
    *older_link(t, c->newer) = c->older;
    c->older = t->newest;
    c->newer = NONE;
    t->connections[t->newest].newer = index;
    t->newest = index;
}

void tcp_table_reset(struct tcp_table *t)
{
    memset(t->buckets, 0xff, (t->bucket_mask + 1) * sizeof *t->buckets); /* all NONE */
    for (size_t i = 0; i < t->count; i++)
        t->connections[i].is_used = false;
}

struct tcp_connection *tcp_table_find(struct tcp_table *t, const struct tcp_key *key)
{
    for (uint32_t i = *bucket_of(t, key); i != NONE; i = t->connections[i].chain) {
        if (memcmp(&t->connections[i].key, key, sizeof *key) != 0)
            continue;
        make_newest(t, &t->connections[i]);
        return &t->connections[i];
    }
    return NULL;
}

struct tcp_connection *tcp_table_oldest(const struct tcp_table *t)
{
    return &t->connections[t->oldest];
}

struct tcp_connection *tcp_table_newer(const struct tcp_table *t, const struct tcp_connection *c)
{
    return c->newer == NONE ? NULL : &t->connections[c->newer];
}

static void unchain(struct tcp_table *t, const struct tcp_connection *c)
{
    uint32_t *link = bucket_of(t, &c->key);
    while (*link != index_of(t, c))
        link = &t->connections[*link].chain;
    *link = c->chain;
}

struct tcp_connection *tcp_table_replace(struct tcp_table *t, const struct tcp_key *key)
{
    struct tcp_connection *const c = &t->connections[t->oldest];
    assert(c->sides[0].buffer == NULL && c->sides[1].buffer == NULL);
    if (c->is_used)
        unchain(t, c);
    make_newest(t, c);
    c->key = *key;
    memset(c->sides, 0, sizeof c->sides);
    c->is_used = true;
    uint32_t *const bucket = bucket_of(t, key);
    c->chain = *bucket;
    *bucket = index_of(t, c);
    return c;
}

uint32_t tcp_table_owner(const struct tcp_table *t, const struct tcp_connection *c, unsigned side)
{
    return index_of(t, c) * 2 + side;
}

struct tcp_connection *tcp_table_owner_find(const struct tcp_table *t, uint32_t owner,
                                            unsigned *side)
{
    *side = owner % 2;
    return &t->connections[owner / 2];
}
