/* Lookups that were taken already, so that one which several sources have counts once. */
#ifndef DNSIGHT_QUERY_GATHERING_SEEN_H
#define DNSIGHT_QUERY_GATHERING_SEEN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"

/* Most lookups that are remembered: 16 octets each, in a table that is at most half full. */
#define SEEN_MAX ((size_t)4 * 1024 * 1024)

struct seen;

/* Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status seen_new(struct seen **seen);
void seen_free(struct seen *seen);

/* True the first time that an identity is given; also for an empty one, and for new ones when
 * SEEN_MAX are remembered or memory is exhausted. */
bool seen_is_new(struct seen *seen, struct bytes id);

#endif
