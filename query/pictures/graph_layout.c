#include "query/pictures/graph_layout.h"

#include <stdlib.h>

/* Between columns, between nodes, around everything, and above for the names of the columns. */
#define COLUMN_GAP 132.0
#define ROW_GAP    12.0
#define MARGIN     12.0
#define HEADING    30.0

/* Room on the right for edges that come back to their column. */
#define LOOP_ROOM 44.0

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
    for (size_t i = 0; i < graph->node_count; i++) {
        struct graph_place *const place = &layout->places[i];
        const enum graph_kind kind = graph->nodes[i].kind;
        const double space = highest - column_height(layout->column_nodes[kind]);
        place->x = layout->column_x[kind];
        place->y =
            MARGIN + HEADING + space / 2 + (double)place->row * (GRAPH_NODE_HEIGHT + ROW_GAP);
    }
}

static bool is_loop(const struct graph *graph, const struct graph_edge *edge)
{
    return graph->nodes[edge->from].kind >= graph->nodes[edge->to].kind;
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
            placed[count++] = (struct placed){i, layout->places[other].y, layout->places[other].x};
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
    }
    for (size_t i = 0; i < graph->node_count; i++) {
        spread_ends(graph, layout, i, true, placed);
        spread_ends(graph, layout, i, false, placed);
    }
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
