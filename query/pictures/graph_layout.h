/* Where the nodes and edges of a graph stand in a picture: a column for each kind of node, clients
 * on the left, and in each column an order in which few edges cross. Pixels; y grows downwards. */
#ifndef DNSIGHT_QUERY_PICTURES_GRAPH_LAYOUT_H
#define DNSIGHT_QUERY_PICTURES_GRAPH_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/macros.h"
#include "core/base/status.h"
#include "query/gathering/graph.h"

/* Size of a node. */
#define GRAPH_NODE_WIDTH  206.0
#define GRAPH_NODE_HEIGHT 40.0

struct graph_place {
    double x; /* of the left upper corner */
    double y;
    size_t row; /* in its column, from 0 */
};

/* The ends of an edge: on the right side of the node that asks, on the left side of the asked one;
 * on the right side of both if they are in one column, or if the edge goes backwards. Columns
 * between them are passed through a lane between two of their nodes. */
struct graph_route {
    double x1, y1;
    double x2, y2;
    bool is_loop;
    double lanes[GRAPH_KINDS]; /* y, by the kind of column that is passed; 0: it is not */
};

/* A part of an edge that crosses the room between two columns. */
struct graph_span {
    double x1, y1;
    double x2, y2;
};

struct graph_layout {
    struct graph_place *places; /* owned, one a node */
    struct graph_route *routes; /* owned, one an edge */
    double column_x[GRAPH_KINDS];
    double column_y[GRAPH_KINDS];     /* of its first node */
    size_t lane_edges[GRAPH_KINDS];   /* that pass it */
    size_t column_nodes[GRAPH_KINDS]; /* 0: there is no such column */
    double width;
    double height;
};

/* The same graph gives the same layout. Returns ST_OK and the layout, or ST_NO_MEMORY. */
MUST_CHECK enum status graph_layout_make(const struct graph *graph, struct graph_layout *layout);
/* The next span of an edge that is no loop, from the asking node on: *kind is 0 at first, and is
 * left at the column that the span leads to. False behind the last. */
bool graph_span_next(const struct graph_layout *layout, const struct graph_route *route,
                     unsigned *kind, struct graph_span *span);

void graph_layout_release(struct graph_layout *layout);

#endif
