/* Who asks whom: nodes and the edges between them, made from counts, and the same with what there
 * is no room for folded into one node a kind. */
#ifndef DNSIGHT_QUERY_GATHERING_GRAPH_H
#define DNSIGHT_QUERY_GATHERING_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/document/result.h"

/* What a node is; pictures have a column for each, in this order. */
enum graph_kind {
    GRAPH_CLIENT,
    GRAPH_RESOLVER, /* is asked by clients, or asks on for them */
    GRAPH_UPSTREAM, /* is asked by resolvers only */
    GRAPH_DOMAIN,   /* a registered domain that is asked for */
    GRAPH_KINDS,
};

/* What an edge is. */
enum graph_hop {
    GRAPH_ASKS,    /* a client asks a server */
    GRAPH_ASKS_ON, /* a resolver asks a server on behalf of its clients */
    GRAPH_FOR,     /* a client's lookups at a server, for a domain */
    GRAPH_ON_FOR,  /* a resolver's lookups at a server, for a domain */
};

/* Results that are told apart: those of core/document/result.h, and any other. */
#define GRAPH_RESULTS (RESULT_COUNT + 1)

struct graph_counts {
    uint64_t lookups;
    uint64_t failures;               /* of them, see graph_is_failure */
    uint64_t results[GRAPH_RESULTS]; /* what did not end in `answer`, by lookup.result */
};

struct graph_node {
    struct bytes name; /* lives as long as the graph that it was added to; empty if it is folded */
    enum graph_kind kind;
    size_t folded;             /* 0: one node; else it stands for so many that had no room */
    struct graph_counts sent;  /* over the edges that leave it, those to domains aside */
    struct graph_counts taken; /* over those that arrive */
};

struct graph_edge {
    size_t from; /* indexes of nodes */
    size_t to;
    struct graph_counts counts;
    bool has_latency; /* a folded edge has none: percentiles cannot be added up */
    uint64_t p50;     /* nanoseconds, of the lookups that were answered */
    uint64_t p95;
};

/* Nodes: by kind, then those with most failures, then most lookups, then by name. Edges: by their
 * nodes. */
struct graph {
    struct graph_node *nodes; /* owned */
    size_t node_count;
    struct graph_edge *edges; /* owned */
    size_t edge_count;
};

void graph_release(struct graph *graph);

/* True for results after which the asking side has nothing to work with. NXDOMAIN and NODATA are
 * answers, and to a resolver an alias alone is one, too: it asks on for the rest. */
bool graph_is_failure(size_t result, enum graph_hop hop);

/* lookup.result by its text; GRAPH_RESULTS - 1 for any other. And back: "other". */
size_t graph_result_of(struct bytes text);
const char *graph_result_name(size_t result);

/* The node's own number: what a client sent; what anybody else was asked, or sent if nobody was
 * seen to ask it. */
const struct graph_counts *graph_node_counts(const struct graph_node *node);

/* Counts of lookups that one server was asked by one client, or for one domain. */
struct graph_count {
    struct bytes from; /* texts are borrowed until the graph is released */
    struct bytes to;
    uint64_t lookups;
    size_t result; /* if `is_result` */
    uint64_t p50;  /* nanoseconds, if `has_latency` */
    uint64_t p95;
    enum graph_hop hop;
    bool is_result; /* these lookups were counted already; this is how they ended */
    bool has_latency;
};

/* Makes the graph of `count` counts, whose order is changed. A domain hangs at the server that is
 * known to have been asked last: not at a resolver that was seen to ask on, if others were asked
 * for that domain. Returns ST_OK and the graph, which graph_release frees, or ST_NO_MEMORY. */
MUST_CHECK enum status graph_make(struct graph_count *counts, size_t count, struct graph *graph);

/* Makes a graph of at most `most` (2 or more) nodes of each kind: half of them those with most
 * failures, the others those with most lookups, and one that stands for the rest. Names stay those
 * of the first graph. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status graph_fold(const struct graph *graph, size_t most, struct graph *folded);

#endif
