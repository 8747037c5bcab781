/* Where the nodes and edges of a graph stand in a picture: a column for each kind of node, clients
 * on the left, and in each column an order in which few edges cross. Pixels; y grows downwards. */
#ifndef DNSIGHT_QUERY_PICTURES_GRAPH_LAYOUT_H
#define DNSIGHT_QUERY_PICTURES_GRAPH_LAYOUT_H

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
 * on the right side of both if they are in one column, or if the edge goes backwards. */
struct graph_route {
    double x1, y1;
    double x2, y2;
    bool is_loop;
};

struct graph_layout {
    struct graph_place *places; /* owned, one a node */
    struct graph_route *routes; /* owned, one an edge */
    double column_x[GRAPH_KINDS];
    size_t column_nodes[GRAPH_KINDS]; /* 0: there is no such column */
    double width;
    double height;
};

/* The same graph gives the same layout. Returns ST_OK and the layout, or ST_NO_MEMORY. */
MUST_CHECK enum status graph_layout_make(const struct graph *graph, struct graph_layout *layout);
void graph_layout_release(struct graph_layout *layout);

#endif
