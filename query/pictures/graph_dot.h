/* A graph in the language of Graphviz, and SVG that Graphviz lays out. */
#ifndef DNSIGHT_QUERY_PICTURES_GRAPH_DOT_H
#define DNSIGHT_QUERY_PICTURES_GRAPH_DOT_H

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "query/gathering/graph.h"

/* Appends the graph in the DOT language. */
void graph_dot(const struct graph *graph, struct buf *out);

/* Gives text in the DOT language to the program `dot`, found in PATH, and appends the SVG that it
 * makes. Returns ST_OK; ST_NOT_FOUND if there is no such program; ST_IO or ST_LIMIT with *err. */
MUST_CHECK enum status graphviz_svg(struct bytes dot, struct buf *out, struct error *err);

#endif
