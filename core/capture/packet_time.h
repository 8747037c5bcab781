/* Times of packets as capture files claim them. Internal to core/capture. */
#ifndef DNSIGHT_CAPTURE_PACKET_TIME_H
#define DNSIGHT_CAPTURE_PACKET_TIME_H

#include <stdint.h>

#include "core/base/time_text.h"

/* Seconds since 1970 and nanoseconds, of which there may be more than a second's, as one number. A
 * file may claim any second of 64 bits: what lies outside 1823 to 2116 is held at the ends of that
 * range, in which the difference of two times is a time. */
static inline int64_t packet_time_ns(int64_t seconds, int64_t ns)
{
    const int64_t limit_s = INT64_MAX / 2 / NS_PER_S - INT64_C(100000);
    int64_t held_s = seconds < limit_s ? seconds : limit_s;
    held_s = held_s > -limit_s ? held_s : -limit_s;
    return held_s * NS_PER_S + ns;
}

#endif
