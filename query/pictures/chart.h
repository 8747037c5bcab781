/* Charts over time as SVG that is as wide as its place: bars stacked in intervals, lines of
 * latencies. */
#ifndef DNSIGHT_QUERY_PICTURES_CHART_H
#define DNSIGHT_QUERY_PICTURES_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/time_zone.h"
#include "query/printing/markup.h"

/* Most layers or lines of one chart. */
#define CHART_LAYERS_MAX 4

struct chart {
    const char *label;            /* what it shows, for those who do not see it */
    int64_t first;                /* number of the first interval (core/base/interval.h) */
    int64_t width_ms;             /* of each */
    size_t count;                 /* of intervals */
    const struct time_zone *zone; /* of the clock */
    bool has_axis;                /* clock times below, the largest number above */
};

struct chart_layer {
    const char *name;
    const char *css_class;
    const uint64_t *values; /* one an interval */
};

/* Bars: the first layer stands below. The largest sum is the height of the chart. */
void chart_bars(const struct chart *chart, const struct chart_layer *layers, size_t count,
                struct markup *m);

/* Lines of nanoseconds over a logarithmic scale; 0 is a gap. */
void chart_lines(const struct chart *chart, const struct chart_layer *lines, size_t count,
                 struct markup *m);

/* Appends a clock time as exact as the intervals are. */
void chart_clock(const struct chart *chart, size_t interval, bool with_date, struct buf *out);

#endif
