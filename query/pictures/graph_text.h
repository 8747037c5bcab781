/* Words about nodes and edges that all forms of a graph use. */
#ifndef DNSIGHT_QUERY_PICTURES_GRAPH_TEXT_H
#define DNSIGHT_QUERY_PICTURES_GRAPH_TEXT_H

#include "core/base/buf.h"
#include "query/gathering/graph.h"

/* client, resolver, upstream, domain; and the headings of their columns. Static storage. */
const char *graph_kind_name(enum graph_kind kind);
const char *graph_kind_heading(enum graph_kind kind);

/* How bad it is: of few lookups one that failed says little, of many a few are usual. */
enum graph_grade {
    GRAPH_FINE,
    GRAPH_SOME,    /* less than five percent failed */
    GRAPH_FAILING, /* five percent or more */
};
enum graph_grade graph_grade(const struct graph_counts *counts);

/* Appends the name of a node, or what it stands for: "and 12 more clients". Not escaped. */
void graph_node_text(const struct graph_node *node, struct buf *out);

/* Appends "340 lookups", and ", 12 failed" if any did. */
void graph_counts_text(const struct graph_counts *counts, struct buf *out);

/* Appends how lookups ended that got no answer: "nxdomain 40, servfail 12"; nothing if all did. */
void graph_results_text(const struct graph_counts *counts, struct buf *out);

/* Appends all that is known of an edge: counts, results, latency. */
void graph_edge_text(const struct graph_edge *edge, struct buf *out);

#endif
