#include "core/dns/strays.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum status strays_init(struct strays *strays)
{
    *strays = (struct strays){.ring = calloc(STRAYS_COUNT, sizeof *strays->ring)};
    return strays->ring == NULL ? ST_NO_MEMORY : ST_OK;
}

void strays_release(struct strays *strays)
{
    free(strays->ring);
    *strays = (struct strays){0};
}

/* Where in the ring a position, counted from the first one, is. */
static size_t place_of(const struct strays *strays, size_t position)
{
    return (strays->first + position) % STRAYS_COUNT;
}

bool strays_add(struct strays *strays, const struct arrival *response, int64_t deadline_ns)
{
    const struct bytes octets = response->message->octets;
    if (octets.len > STRAY_MAX || strays->count == STRAYS_COUNT)
        return false;
    const size_t place = place_of(strays, strays->count++);
    struct stray *const stray = &strays->ring[place];
    strays->hashes[place] = response->pair_hash;
    stray->deadline_ns = deadline_ns;
    stray->delivery = *response->delivery;
    stray->defects = response->message->defects;
    stray->is_taken = false;
    stray->len = (uint16_t)octets.len;
    memcpy(stray->octets, octets.data, octets.len);
    return true;
}

const struct stray *strays_first(const struct strays *strays)
{
    return strays->count == 0 ? NULL : &strays->ring[strays->first];
}

void strays_drop_first(struct strays *strays)
{
    assert(strays->count > 0);
    strays->first = place_of(strays, 1);
    strays->count--;
}

struct stray *strays_find(struct strays *strays, uint64_t pair_hash, size_t *at)
{
    while (*at < strays->count) {
        const size_t place = place_of(strays, (*at)++);
        if (strays->hashes[place] == pair_hash && !strays->ring[place].is_taken)
            return &strays->ring[place];
    }
    return NULL;
}

void stray_arrival(const struct stray *stray, const struct pairing_table *table,
                   struct dns_message *message, struct arrival *arrival)
{
    const enum status status = dns_message_read((struct bytes){stray->octets, stray->len}, message);
    /* It had a header when it came. */
    assert(status == ST_OK);
    message->defects = stray->defects;
    arrival_init(arrival, table, &stray->delivery, message);
}
