/* Where lookups come from: capture files, NDJSON, a log directory, Elasticsearch or OpenSearch, all
 * behind one interface. What a source is, its content decides, never its name. */
#ifndef DNSIGHT_QUERY_SOURCES_SOURCE_H
#define DNSIGHT_QUERY_SOURCES_SOURCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/document/data_view.h"
#include "core/kql/ast.h"
#include "query/records/fields.h"
#include "query/records/matcher.h"
#include "query/records/messages.h"
#include "query/records/order.h"

/* What is asked of a source. Everything is borrowed for the time of the reading. */
struct source_request {
    const struct kql_node *tree;      /* the expression, with the range of time */
    const struct data_view *view;     /* to translate with; NULL: as Kibana without a data view */
    const char *time_zone;            /* for dates without a zone; NULL: UTC */
    struct matcher *matcher;          /* the compiled expression; NULL for a server */
    struct capture_reader *captures;  /* takes captures, to read them as one when all sources have
                                         been read; NULL for a server */
    const struct field_names *fields; /* what is looked at in each hit */
    bool wants_json;                  /* hits need their JSON text, whole */
    bool wants_count;                 /* only the number of hits is needed: none need be given */
    const struct field_names *by;     /* groups by these fields may be given instead of hits, all
                                         of them; NULL: hits are needed */
    size_t intervals;                 /* not 0: the first field of `by` is @timestamp, and groups
                                         are of at most so many intervals (core/base/interval.h),
                                         known by their beginnings */
    struct order order;               /* with `limit`: which hits are enough */
    uint64_t limit;                   /* that many: without a field the newest, with a field the
                                         first by the order; UINT64_MAX: all */
};

/* Percentiles of the latency that a group has: 50, 95, 99. */
#define GROUP_PERCENT_COUNT 3

/* Documents with the same values. */
struct source_group {
    struct bytes
        json;       /* the values: an object with the name of each field, null or none for none */
    uint64_t count; /* documents */
    bool has_latency;
    uint64_t latency[GROUP_PERCENT_COUNT]; /* percentiles of event.duration, nanoseconds */
};

/* What a source tells while it is read. */
struct source_listener {
    /* Takes one hit; false when no more are wanted. */
    bool (*take)(void *context, const struct hit *hit);
    void *context;
    struct messages *messages; /* failures of parts of a source, notes, progress */
    uint64_t matched;          /* documents that match; more than hits were taken when a server was
                                  asked for some of them, or for the number only */
    bool is_stopped;           /* no more hits are wanted: the source ends its reading */
    /* Takes one group; false when no more are wanted. Only for requests with `by`. */
    bool (*take_group)(void *context, const struct source_group *group);
};

/* True when the source is to end its reading: no more hits are wanted, or a signal asks for it. */
static inline bool listener_is_done(const struct source_listener *listener)
{
    return listener->is_stopped || messages_are_interrupted(listener->messages);
}

/* Gives one hit to the listener and counts it. */
static inline void listener_hit(struct source_listener *listener, const struct hit *hit)
{
    listener->matched++;
    listener->is_stopped = listener->is_stopped || !listener->take(listener->context, hit);
}

struct source;

/* What each kind of source can do. */
struct source_kind {
    /* Gives the hits, in any order, until there are no more or the listener is stopped. Returns
     * ST_OK (parts that could not be read are said through the listener); ST_INVALID when a server
     * refuses the expression, or another status when the reading ended too early, with *err. */
    enum status (*read)(struct source *source, const struct source_request *request,
                        struct source_listener *listener, struct error *err);
    /* The fields of its documents and their types, which live as long as the source; NULL for
     * Dnsight's own. */
    const struct data_view *(*view)(const struct source *source);
    void (*close)(struct source *source);
    bool needs_matcher; /* selects by the matcher of the request, not by a translated query */
};

/* The first member of every kind's own struct. */
struct source {
    const struct source_kind *kind;
};

/* How long servers are waited for. All zero is what holds without options. */
struct source_patience {
    unsigned timeout_s;      /* one request; 0: as struct http_options says */
    const atomic_bool *stop; /* borrowed; once true, a request fails within about a second; NULL:
                                never */
};

/* Opens a source by what a person typed: the address of a server, a directory, a file, or
 * "-" for standard input. Returns ST_OK and the source, which the caller closes; otherwise *err. */
MUST_CHECK enum status source_open(const char *name, const struct source_patience *patience,
                                   struct source **source, struct error *err);
void source_close(struct source *source);

#endif
