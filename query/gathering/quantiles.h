/* Quantiles of many numbers in little memory. As long as there are few different numbers, they are
 * kept as they are. From then on numbers that differ by less than one percent share a cell, which
 * answers with the middle of its range: half a percent off at most. */
#ifndef DNSIGHT_QUERY_GATHERING_QUANTILES_H
#define DNSIGHT_QUERY_GATHERING_QUANTILES_H

#include <stdint.h>

#include "core/base/macros.h"
#include "core/base/status.h"

/* Different numbers that are kept as they are. */
#define QUANTILES_EXACT_MAX 32

struct quantile_number;
struct quantile_cell;

/* All zero is empty. */
struct quantiles {
    struct quantile_number *numbers; /* owned, smallest first; NULL once there are too many */
    struct quantile_cell *cells;     /* owned, smallest first; NULL before */
    uint32_t len;                    /* of the one that is there, and what it has room for */
    uint32_t cap;
    uint64_t count; /* numbers added */
};

void quantiles_release(struct quantiles *quantiles);

/* Adds one number. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status quantiles_add(struct quantiles *quantiles, uint64_t number);

/* Adds a hundred numbers whose percentiles 50, 95 and 99 are these. Returns ST_OK or ST_NO_MEMORY.
 */
MUST_CHECK enum status quantiles_add_percentiles(struct quantiles *quantiles,
                                                 const uint64_t percentiles[3]);

/* Adds all numbers of another one. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status quantiles_merge(struct quantiles *quantiles, const struct quantiles *other);

/* The smallest number that at least `percent` (1 to 100) percent of all do not exceed; 0 when there
 * is none. */
uint64_t quantiles_percentile(const struct quantiles *quantiles, unsigned percent);

#endif
