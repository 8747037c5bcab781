#include "query/pictures/graph_layout.h"

#include <criterion/criterion.h>

static struct graph_node nodes[8];
static struct graph_edge edges[8];

/* Clients a, b; resolvers x, y; an upstream; a asks y, b asks x: crossed unless one column turns.
 */
static struct graph crossed(void)
{
    const enum graph_kind kinds[] = {GRAPH_CLIENT, GRAPH_CLIENT, GRAPH_RESOLVER, GRAPH_RESOLVER,
                                     GRAPH_UPSTREAM};
    for (size_t i = 0; i < 5; i++)
        nodes[i] = (struct graph_node){.kind = kinds[i]};
    edges[0] = (struct graph_edge){.from = 0, .to = 3};
    edges[1] = (struct graph_edge){.from = 1, .to = 2};
    edges[2] = (struct graph_edge){.from = 2, .to = 4};
    return (struct graph){nodes, 5, edges, 3};
}

static struct graph_layout layout_of(const struct graph *graph)
{
    struct graph_layout layout;
    cr_assert_eq(graph_layout_make(graph, &layout), ST_OK);
    return layout;
}

Test(graph_layout, columns_stand_from_left_to_right)
{
    const struct graph graph = crossed();
    struct graph_layout layout = layout_of(&graph);
    cr_expect_eq(layout.places[0].x, layout.places[1].x);
    cr_expect_gt(layout.places[2].x, layout.places[0].x + GRAPH_NODE_WIDTH);
    cr_expect_gt(layout.places[4].x, layout.places[2].x + GRAPH_NODE_WIDTH);
    cr_expect_eq(layout.column_nodes[GRAPH_DOMAIN], 0);
    for (size_t i = 0; i < graph.node_count; i++) {
        cr_expect_geq(layout.places[i].y, 0);
        cr_expect_leq(layout.places[i].x + GRAPH_NODE_WIDTH, layout.width);
        cr_expect_leq(layout.places[i].y + GRAPH_NODE_HEIGHT, layout.height);
    }
    graph_layout_release(&layout);
}

Test(graph_layout, neighbours_stand_side_by_side)
{
    const struct graph graph = crossed();
    struct graph_layout layout = layout_of(&graph);
    const bool a_is_first = layout.places[0].y < layout.places[1].y;
    cr_expect_eq(a_is_first, layout.places[3].y < layout.places[2].y, "no edges cross");
    graph_layout_release(&layout);
}

Test(graph_layout, nodes_of_a_column_do_not_overlap)
{
    struct graph graph = crossed();
    for (size_t i = 0; i < 5; i++)
        nodes[i].kind = GRAPH_CLIENT;
    graph.edge_count = 0;
    struct graph_layout layout = layout_of(&graph);
    for (size_t i = 0; i < 5; i++) {
        for (size_t j = 0; j < i; j++)
            cr_expect(layout.places[i].y >= layout.places[j].y + GRAPH_NODE_HEIGHT ||
                      layout.places[j].y >= layout.places[i].y + GRAPH_NODE_HEIGHT);
    }
    graph_layout_release(&layout);
}

Test(graph_layout, what_stands_for_the_rest_is_last)
{
    const struct graph graph = crossed();
    nodes[0].folded = 7;
    struct graph_layout layout = layout_of(&graph);
    cr_expect_gt(layout.places[0].y, layout.places[1].y);
    graph_layout_release(&layout);
}

Test(graph_layout, edges_end_at_their_nodes)
{
    struct graph graph = crossed();
    edges[3] = (struct graph_edge){.from = 2, .to = 3}; /* in one column */
    edges[4] = (struct graph_edge){.from = 4, .to = 4}; /* to itself */
    graph.edge_count = 5;
    struct graph_layout layout = layout_of(&graph);
    for (size_t i = 0; i < graph.edge_count; i++) {
        const struct graph_route *const route = &layout.routes[i];
        const struct graph_place *const from = &layout.places[edges[i].from];
        const struct graph_place *const to = &layout.places[edges[i].to];
        cr_expect_eq(route->is_loop, i >= 3);
        cr_expect_eq(route->x1, from->x + GRAPH_NODE_WIDTH);
        cr_expect_eq(route->x2, route->is_loop ? to->x + GRAPH_NODE_WIDTH : to->x);
        cr_expect(route->y1 >= from->y && route->y1 <= from->y + GRAPH_NODE_HEIGHT);
        cr_expect(route->y2 >= to->y && route->y2 <= to->y + GRAPH_NODE_HEIGHT);
    }
    graph_layout_release(&layout);
}
