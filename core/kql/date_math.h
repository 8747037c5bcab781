/* Dates in queries: Elasticsearch's date math with its roundings.
 *
 *   now | <date>||   then any number of   +N unit   -N unit   /unit
 *
 * with the units y M w d h H m s; N may be left out. */
#ifndef DNSIGHT_KQL_DATE_MATH_H
#define DNSIGHT_KQL_DATE_MATH_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/base/time_zone.h"

/* A point in time, far beyond what nanoseconds in 64 bits can say. */
struct instant {
    int64_t seconds; /* since 1970-01-01T00:00:00Z */
    uint32_t ns;     /* 0 to 999,999,999 */
};

struct date_math {
    int64_t now_ns;
    const struct time_zone *zone; /* of dates without one, and of all rounding; NULL: UTC */
    struct arena *arena;          /* for zones that are named in dates */
    bool is_nanos;                /* read dates as a date_nanos field does */
    bool shifts_epoch;            /* milliseconds count from the start of 1970 in the zone, as
                                     in Elasticsearch's ranges; else in UTC */
    bool rounds_up;               /* parts of the time that are missing get their last value, and
                                     /unit goes to its last millisecond; else both go down */
};

/* Reads a date or an expression. Returns ST_OK; ST_INVALID with *complaint, a static text that
 * completes the sentence "it cannot be read as a date: ..."; ST_NO_MEMORY. */
MUST_CHECK enum status date_math_read(const struct date_math *math, struct bytes text,
                                      struct instant *instant, const char **complaint);

#endif
