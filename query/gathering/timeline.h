/* Counts over time, in intervals that become wider when there are too many of them. */
#ifndef DNSIGHT_QUERY_GATHERING_TIMELINE_H
#define DNSIGHT_QUERY_GATHERING_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/document/data_view.h"
#include "query/gathering/graph.h"
#include "query/gathering/quantiles.h"
#include "query/records/field_reader.h"
#include "query/records/fields.h"
#include "query/records/matcher.h"
#include "query/sources/source.h"

/* Most intervals: as many as a chart shows. */
#define TIMELINE_MAX 120

struct timeline_interval {
    uint64_t lookups;
    uint64_t results[GRAPH_RESULTS]; /* by lookup.result, see graph_result_of */
    struct quantiles latency;        /* nanoseconds */
};

struct timeline {
    struct field_names by;     /* what a server groups by: time, and the result if that is wanted */
    struct field_names fields; /* what hits must have read */
    struct timeline_interval intervals[TIMELINE_MAX];
    size_t count;     /* of intervals, from the first to the last with a lookup */
    int64_t first;    /* number of the first interval, see core/base/interval.h */
    int64_t width_ms; /* of each */
    struct field_reader *reader;
    const struct data_view *view; /* of the reader; borrowed */
    struct error fault;           /* the first thing that failed; ST_OK if nothing did */
};

/* Makes ready to count results, or else lookups and their latency: a server can tell percentiles
 * only of the groups that it makes. timeline_release is due. */
void timeline_init(struct timeline *timeline, bool by_result);
void timeline_release(struct timeline *timeline);

/* What a survey calls (survey.h); the context is the timeline. */
enum status timeline_begin(void *context, const struct data_view *view, struct error *err);
bool timeline_take(void *context, const struct hit *hit);
bool timeline_take_group(void *context, const struct source_group *group);

/* The interval of a time, made if there is none; NULL if memory is exhausted. */
struct timeline_interval *timeline_at(struct timeline *timeline, int64_t time_ms);

#endif
