/* Figures in the lines that end a run. */
#ifndef DNSIGHT_SHIPPER_OUTPUT_SUMMARY_H
#define DNSIGHT_SHIPPER_OUTPUT_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/net/decoder.h"

/* A row of figures with commas between them. Those that are zero are left out. */
struct summary_list {
    struct buf *out;
    const char *before; /* what stands before the first one */
    bool has_any;
};

void summary_count(struct summary_list *list, uint64_t count, const char *text);

/* "; skipped: N not IP, ...": what was not decoded and why; nothing when that is nothing. */
void summary_skipped(const struct net_counters *net, struct buf *out);

#endif
