/* Widths of intervals of time for charts: each divides the next one, so that counts in narrow
 * intervals can be put together to those in wider ones. Intervals begin at multiples of their width
 * since 1970, as those of Elasticsearch do. Milliseconds. */
#ifndef DNSIGHT_BASE_INTERVAL_H
#define DNSIGHT_BASE_INTERVAL_H

#include <stddef.h>
#include <stdint.h>

/* The narrowest width. */
int64_t interval_narrowest(void);

/* The width after that one; the widest for the widest. */
int64_t interval_wider(int64_t width_ms);

/* The number of the interval that a time is in. */
int64_t interval_of(int64_t time_ms, int64_t width_ms);

/* The narrowest width of which `most` (2 or more) intervals hold both times. */
int64_t interval_for(int64_t first_ms, int64_t last_ms, size_t most);

#endif
