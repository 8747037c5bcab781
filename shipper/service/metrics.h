/* Figures as Prometheus reads them (text format 0.0.4). */
#ifndef DNSIGHT_SHIPPER_SERVICE_METRICS_H
#define DNSIGHT_SHIPPER_SERVICE_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "shipper/output/shipping.h"

/* What the kernel says about one interface. */
struct metrics_interface {
    const char *name;
    uint64_t dropped; /* packets that nobody took in time */
};

struct metrics {
    struct shipping_counters shipping;
    const struct metrics_interface *interfaces;
    size_t interface_count;
    int64_t started_s; /* since 1970 */
    uint64_t reloads;  /* of the configuration, those that succeeded */
    uint64_t reload_failures;
};

/* Appends all of them. */
void metrics_print(const struct metrics *metrics, struct buf *out);

#endif
