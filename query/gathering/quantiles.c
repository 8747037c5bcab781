#include "query/gathering/quantiles.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/macros.h"

/* Buckets of each power of two: 2 to the power of this many, so a bucket is at most 1/128 wide. */
#define FINENESS 7

struct quantile_bucket {
    uint32_t index; /* of the range of numbers, see bucket_index */
    uint32_t count; /* stops at its maximum */
    uint64_t sum;
};

void quantiles_release(struct quantiles *quantiles)
{
    free(quantiles->buckets);
    *quantiles = (struct quantiles){0};
}

/* The numbers below 2^FINENESS have a bucket each; from there on the leading FINENESS + 1 bits of a
 * number, and how far it must be shifted to leave only them, say its bucket. */
static uint32_t bucket_index(uint64_t number)
{
    unsigned shift = 0;
    while (number >> (FINENESS + 1) != 0) {
        number >>= 1;
        shift++;
    }
    return (uint32_t)((uint64_t)shift << FINENESS) + (uint32_t)number;
}

/* Place of the first bucket whose index is not smaller. */
static uint32_t find(const struct quantiles *quantiles, uint32_t index)
{
    uint32_t low = 0;
    uint32_t high = quantiles->bucket_count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (quantiles->buckets[middle].index < index)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum status insert(struct quantiles *quantiles, uint32_t at, uint32_t index)
{
    if (quantiles->bucket_count == quantiles->bucket_cap) {
        /* Half as many again: there may be a million of these arrays, most of them short. */
        const uint32_t cap = quantiles->bucket_cap + quantiles->bucket_cap / 2 + 1;
        struct quantile_bucket *const buckets =
            reallocarray(quantiles->buckets, cap, sizeof *buckets);
        if (buckets == NULL)
            return ST_NO_MEMORY;
        quantiles->buckets = buckets;
        quantiles->bucket_cap = cap;
    }
    struct quantile_bucket *const place = quantiles->buckets + at;
    memmove(place + 1, place, (quantiles->bucket_count - at) * sizeof *place);
    *place = (struct quantile_bucket){.index = index};
    quantiles->bucket_count++;
    return ST_OK;
}

/* The bucket of an index, made if it is not there; NULL when memory is exhausted. */
static struct quantile_bucket *bucket_of(struct quantiles *quantiles, uint32_t index)
{
    const uint32_t at = find(quantiles, index);
    if ((at == quantiles->bucket_count || quantiles->buckets[at].index != index) &&
        insert(quantiles, at, index) != ST_OK)
        return NULL;
    return &quantiles->buckets[at];
}

/* Adds numbers to a bucket as far as its counters reach. */
static void fill(struct quantile_bucket *bucket, uint32_t count, uint64_t sum)
{
    if (count > UINT32_MAX - bucket->count || sum > UINT64_MAX - bucket->sum)
        return;
    bucket->count += count;
    bucket->sum += sum;
}

enum status quantiles_add(struct quantiles *quantiles, uint64_t number)
{
    struct quantile_bucket *const bucket = bucket_of(quantiles, bucket_index(number));
    if (bucket == NULL)
        return ST_NO_MEMORY;
    fill(bucket, 1, number);
    quantiles->count++;
    return ST_OK;
}

enum status quantiles_add_percentiles(struct quantiles *quantiles, const uint64_t percentiles[3])
{
    enum status status = ST_OK;
    for (unsigned rank = 1; status == ST_OK && rank <= 100; rank++)
        status = quantiles_add(quantiles, percentiles[(rank > 50 ? 1 : 0) + (rank > 95 ? 1 : 0)]);
    return status;
}

enum status quantiles_merge(struct quantiles *quantiles, const struct quantiles *other)
{
    for (uint32_t i = 0; i < other->bucket_count; i++) {
        const struct quantile_bucket *const from = &other->buckets[i];
        struct quantile_bucket *const bucket = bucket_of(quantiles, from->index);
        if (bucket == NULL)
            return ST_NO_MEMORY;
        fill(bucket, from->count, from->sum);
    }
    quantiles->count += other->count;
    return ST_OK;
}

uint64_t quantiles_percentile(const struct quantiles *quantiles, unsigned percent)
{
    assert(percent >= 1 && percent <= 100);
    const uint64_t hundredths = quantiles->count / 100 * percent;
    const uint64_t rank = hundredths + (quantiles->count % 100 * percent + 99) / 100;
    uint64_t seen = 0;
    for (uint32_t i = 0; i < quantiles->bucket_count; i++) {
        const struct quantile_bucket *const bucket = &quantiles->buckets[i];
        seen += bucket->count;
        if (seen >= rank)
            return bucket->sum / bucket->count;
    }
    return 0;
}
