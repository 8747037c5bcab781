/* A graph in a page: the picture, and all that is known of its nodes and edges as tables, so that
 * nothing is only to be seen in the picture. */
#ifndef DNSIGHT_QUERY_PICTURES_GRAPH_PAGE_H
#define DNSIGHT_QUERY_PICTURES_GRAPH_PAGE_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "query/gathering/graph.h"
#include "query/printing/markup.h"

/* What a graph is of. */
struct graph_about {
    const char *expression; /* KQL; NULL: all lookups */
    const char *since;      /* as they were typed; NULL: everything */
    const char *until;
    const char *const *sources; /* as they were typed; none: what is asked by default */
    size_t source_count;
    struct bytes not_read; /* what could not be read, a line each */
    const char *made;      /* when, RFC 3339 */
    uint64_t lookups;      /* in it */
    uint64_t left_out;     /* counts for which there was no room */
    size_t nodes;          /* before any were folded */
};

/* Writes the picture with its legend. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status graph_figure(const struct graph *graph, struct markup *m);

/* Writes a table of the edges, then a section for each node, which the picture links to. */
void graph_edge_table(const struct graph *graph, struct markup *m);
void graph_node_sections(const struct graph *graph, struct markup *m);

/* Writes a whole page. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status graph_page(const struct graph *graph, const struct graph_about *about,
                                  struct markup *m);

#endif
