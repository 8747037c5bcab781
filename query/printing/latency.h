/* Latencies as text. */
#ifndef DNSIGHT_QUERY_PRINTING_LATENCY_H
#define DNSIGHT_QUERY_PRINTING_LATENCY_H

#include <stdint.h>

#include "core/base/buf.h"

/* Appends a duration in nanoseconds for people: 0.23 ms, 12.3 ms, 5.00 s. */
void latency_text(uint64_t duration_ns, struct buf *out);

#endif
