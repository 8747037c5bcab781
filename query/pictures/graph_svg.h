/* A graph as SVG. */
#ifndef DNSIGHT_QUERY_PICTURES_GRAPH_SVG_H
#define DNSIGHT_QUERY_PICTURES_GRAPH_SVG_H

#include <stdbool.h>

#include "core/base/macros.h"
#include "core/base/status.h"
#include "query/gathering/graph.h"
#include "query/printing/markup.h"

/* Writes an <svg> element. `is_alone`: it is a document of its own and brings its style along;
 * otherwise each node is a link to the element of the same page with its number, #node-3. Returns
 * ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status graph_svg(const struct graph *graph, bool is_alone, struct markup *m);

#endif
