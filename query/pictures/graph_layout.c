#include "query/pictures/graph_layout.h"

#include <math.h>
#include <stdlib.h>

/* Between columns, between nodes, around everything, and above for the names of the columns. */
#define COLUMN_GAP 132.0
#define ROW_GAP    12.0
#define MARGIN     12.0
#define HEADING    30.0

/* Room on the right for edges that come back to their column. */
#define LOOP_ROOM 44.0

/* Between edges in one lane. */
#define LANE_STEP 3.0

/* How often the columns are put into order by their neighbours, forth and back. */
#define SWEEPS 6

/* What is sorted: nodes of a column, or ends of edges at a node. */
struct placed {
    size_t index;
    double key;
    double second_key;
};

static int compare_placed(const void *left, const void *right)
{
    const struct placed *const a = left;
    const struct placed *const b = right;
    if (a->key < b->key || a->key > b->key)
        return a->key < b->key ? -1 : 1;
    if (a->second_key < b->second_key || a->second_key > b->second_key)
        return a->second_key < b->second_key ? -1 : 1;
    return a->index < b->index ? -1 : 1;
}

void graph_layout_release(struct graph_layout *layout)
{
    free(layout->places);
    free(layout->routes);
    *layout = (struct graph_layout){0};
}

/* --- Order in a column ------------------------------------------------------------------------ */

/* The mean row of a node's neighbours in other columns, as a part of their column; its own place if
 * it has none. The node for the rest is always last. */
static double wanted_row(const struct graph *graph, const struct graph_layout *layout, size_t node)
{
    const enum graph_kind kind = graph->nodes[node].kind;
    double sum = 0;
    double count = 0;
    if (graph->nodes[node].folded > 0)
        return 2;
    for (size_t i = 0; i < graph->edge_count; i++) {
        const struct graph_edge *const edge = &graph->edges[i];
        if (edge->from != node && edge->to != node)
            continue;
        const size_t other = edge->from == node ? edge->to : edge->from;
        const enum graph_kind other_kind = graph->nodes[other].kind;
        if (other_kind == kind)
            continue;
        sum += ((double)layout->places[other].row + 0.5) / (double)layout->column_nodes[other_kind];
        count += 1;
    }
    if (count > 0)
        return sum / count;
    return ((double)layout->places[node].row + 0.5) / (double)layout->column_nodes[kind];
}

static void order_column(const struct graph *graph, struct graph_layout *layout,
                         enum graph_kind kind, struct placed *placed)
{
    size_t count = 0;
    for (size_t i = 0; i < graph->node_count; i++) {
        if (graph->nodes[i].kind == kind)
            placed[count++] =
                (struct placed){i, wanted_row(graph, layout, i), (double)layout->places[i].row};
    }
    qsort(placed, count, sizeof *placed, compare_placed);
    for (size_t i = 0; i < count; i++)
        layout->places[placed[i].index].row = i;
}

static void order_columns(const struct graph *graph, struct graph_layout *layout,
                          struct placed *placed)
{
    for (unsigned sweep = 0; sweep < SWEEPS; sweep++) {
        for (unsigned i = 0; i < GRAPH_KINDS; i++) {
            const unsigned kind = sweep % 2 == 0 ? i : GRAPH_KINDS - 1 - i;
            order_column(graph, layout, (enum graph_kind)kind, placed);
        }
    }
}

/* --- Pixels ----------------------------------------------------------------------------------- */

static double column_height(size_t nodes)
{
    return nodes == 0 ? 0 : (double)nodes * (GRAPH_NODE_HEIGHT + ROW_GAP) - ROW_GAP;
}

static void place_columns(const struct graph *graph, struct graph_layout *layout)
{
    double x = MARGIN;
    double highest = 0;
    for (unsigned kind = 0; kind < GRAPH_KINDS; kind++) {
        layout->column_x[kind] = x;
        if (layout->column_nodes[kind] > 0)
            x += GRAPH_NODE_WIDTH + COLUMN_GAP;
        const double height = column_height(layout->column_nodes[kind]);
        highest = height > highest ? height : highest;
    }
    layout->width = x - COLUMN_GAP + LOOP_ROOM + MARGIN;
    layout->height = HEADING + highest + 2 * MARGIN;
    for (unsigned kind = 0; kind < GRAPH_KINDS; kind++)
        layout->column_y[kind] =
            MARGIN + HEADING + (highest - column_height(layout->column_nodes[kind])) / 2;
    for (size_t i = 0; i < graph->node_count; i++) {
        struct graph_place *const place = &layout->places[i];
        const enum graph_kind kind = graph->nodes[i].kind;
        place->x = layout->column_x[kind];
        place->y = layout->column_y[kind] + (double)place->row * (GRAPH_NODE_HEIGHT + ROW_GAP);
    }
}

static bool is_loop(const struct graph *graph, const struct graph_edge *edge)
{
    return graph->nodes[edge->from].kind >= graph->nodes[edge->to].kind;
}

/* The y nearest to another one at which an edge can pass a column: between two nodes, or anywhere
 * above or below them. */
static double nearest_lane(const struct graph_layout *layout, unsigned kind, double y)
{
    const double step = GRAPH_NODE_HEIGHT + ROW_GAP;
    const double first = layout->column_y[kind] - ROW_GAP / 2;
    const double lane = round((y - first) / step);
    return lane < 0 || lane > (double)layout->column_nodes[kind] ? y : first + step * lane;
}

/* Finds the lanes of an edge. Several edges in one lane lie side by side, as far as there is room.
 */
static void find_lanes(const struct graph *graph, struct graph_layout *layout, size_t at)
{
    struct graph_route *const route = &layout->routes[at];
    const struct graph_edge *const edge = &graph->edges[at];
    const unsigned to = graph->nodes[edge->to].kind;
    double y = layout->places[edge->from].y + GRAPH_NODE_HEIGHT / 2;
    const double end_y = layout->places[edge->to].y + GRAPH_NODE_HEIGHT / 2;
    for (unsigned kind = graph->nodes[edge->from].kind + 1U; kind < to; kind++) {
        if (layout->column_nodes[kind] == 0)
            continue;
        y = nearest_lane(layout, kind, y + (end_y - y) / (double)(to - kind + 1));
        route->lanes[kind] = y + (double)(layout->lane_edges[kind]++ % 3) * LANE_STEP - LANE_STEP;
    }
}

/* Where the other end of an edge is seen from a node: in the lane beside the node, if there is one.
 */
static double direction(const struct graph *graph, const struct graph_layout *layout, size_t at,
                        bool leaves)
{
    const struct graph_edge *const edge = &graph->edges[at];
    const double *const lanes = layout->routes[at].lanes;
    double seen = layout->places[leaves ? edge->to : edge->from].y;
    for (unsigned i = 0; i < GRAPH_KINDS; i++) {
        const unsigned kind = leaves ? GRAPH_KINDS - 1 - i : i; /* the one that is nearest last */
        if (lanes[kind] > 0)
            seen = lanes[kind] - GRAPH_NODE_HEIGHT / 2;
    }
    return seen;
}

/* Spreads the ends of edges over one side of a node, in the order of where they go. */
static void spread_ends(const struct graph *graph, struct graph_layout *layout, size_t node,
                        bool is_left, struct placed *placed)
{
    size_t count = 0;
    for (size_t i = 0; i < graph->edge_count; i++) {
        const struct graph_edge *const edge = &graph->edges[i];
        const bool arrives = edge->to == node && is_left != is_loop(graph, edge);
        const bool leaves = edge->from == node && !is_left;
        const size_t other = leaves ? edge->to : edge->from;
        if (arrives || leaves)
            placed[count++] =
                (struct placed){i, direction(graph, layout, i, leaves), layout->places[other].x};
    }
    qsort(placed, count, sizeof *placed, compare_placed);
    const double step = GRAPH_NODE_HEIGHT / (double)(count + 1);
    for (size_t i = 0; i < count; i++) {
        struct graph_route *const route = &layout->routes[placed[i].index];
        const double y = layout->places[node].y + step * (double)(i + 1);
        if (graph->edges[placed[i].index].from == node && !is_left)
            route->y1 = y;
        else
            route->y2 = y;
        if (graph->edges[placed[i].index].from == graph->edges[placed[i].index].to)
            route->y2 = y + step / 2;
    }
}

static void route_edges(const struct graph *graph, struct graph_layout *layout,
                        struct placed *placed)
{
    for (size_t i = 0; i < graph->edge_count; i++) {
        const struct graph_edge *const edge = &graph->edges[i];
        struct graph_route *const route = &layout->routes[i];
        route->is_loop = is_loop(graph, edge);
        route->x1 = layout->places[edge->from].x + GRAPH_NODE_WIDTH;
        route->x2 = layout->places[edge->to].x + (route->is_loop ? GRAPH_NODE_WIDTH : 0);
        find_lanes(graph, layout, i);
    }
    for (size_t i = 0; i < graph->node_count; i++) {
        spread_ends(graph, layout, i, true, placed);
        spread_ends(graph, layout, i, false, placed);
    }
}

bool graph_span_next(const struct graph_layout *layout, const struct graph_route *route,
                     unsigned *kind, struct graph_span *span)
{
    if (*kind == GRAPH_KINDS)
        return false;
    const bool is_first = *kind == 0;
    span->x1 = is_first ? route->x1 : layout->column_x[*kind] + GRAPH_NODE_WIDTH;
    span->y1 = is_first ? route->y1 : route->lanes[*kind];
    do {
        ++*kind;
    } while (*kind < GRAPH_KINDS && route->lanes[*kind] <= 0);
    const bool is_last = *kind == GRAPH_KINDS;
    span->x2 = is_last ? route->x2 : layout->column_x[*kind];
    span->y2 = is_last ? route->y2 : route->lanes[*kind];
    return true;
}

enum status graph_layout_make(const struct graph *graph, struct graph_layout *layout)
{
    const size_t most =
        graph->node_count > graph->edge_count ? graph->node_count : graph->edge_count;
    struct placed *const placed = calloc(most + 1, sizeof *placed);
    *layout =
        (struct graph_layout){.places = calloc(graph->node_count + 1, sizeof *layout->places),
                              .routes = calloc(graph->edge_count + 1, sizeof *layout->routes)};
    if (placed == NULL || layout->places == NULL || layout->routes == NULL) {
        free(placed);
        graph_layout_release(layout);
        return ST_NO_MEMORY;
    }
    for (size_t i = 0; i < graph->node_count; i++)
        layout->places[i].row = layout->column_nodes[graph->nodes[i].kind]++;
    order_columns(graph, layout, placed);
    place_columns(graph, layout);
    route_edges(graph, layout, placed);
    free(placed);
    return ST_OK;
}
