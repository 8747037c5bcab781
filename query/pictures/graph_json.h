/* A graph as JSON (docs/graph.md). */
#ifndef DNSIGHT_QUERY_PICTURES_GRAPH_JSON_H
#define DNSIGHT_QUERY_PICTURES_GRAPH_JSON_H

#include "core/base/buf.h"
#include "query/gathering/graph.h"
#include "query/pictures/graph_page.h"

/* Appends one object; what would harm a terminal is escaped in it. */
void graph_json(const struct graph *graph, const struct graph_about *about, struct buf *out);

#endif
