#include "query/gathering/graph.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct graph_count count_of(const char *from, const char *to, enum graph_hop hop,
                                   uint64_t lookups)
{
    return (struct graph_count){.from = bytes_of(from),
                                .to = bytes_of(to),
                                .hop = hop,
                                .lookups = lookups,
                                .has_latency = true,
                                .p50 = 10,
                                .p95 = 20};
}

static struct graph_count result_of(const char *from, const char *to, enum graph_hop hop,
                                    const char *result, uint64_t lookups)
{
    return (struct graph_count){.from = bytes_of(from),
                                .to = bytes_of(to),
                                .hop = hop,
                                .lookups = lookups,
                                .is_result = true,
                                .result = graph_result_of(bytes_of(result))};
}

static struct graph make(struct graph_count *counts, size_t count)
{
    struct graph graph;
    cr_assert_eq(graph_make(counts, count, &graph), ST_OK);
    return graph;
}

/* Kind, name, lookups and failures of all nodes; then the edges. */
static const char *text_of(const struct graph *graph)
{
    static const char kinds[] = "crud";
    static char text[4096];
    size_t len = 0;
    text[0] = '\0';
    for (size_t i = 0; i < graph->node_count; i++) {
        const struct graph_node *const n = &graph->nodes[i];
        const struct graph_counts *const c = graph_node_counts(n);
        len += (size_t)snprintf(text + len, sizeof text - len, "%c:%.*s", kinds[n->kind],
                                (int)n->name.len, (const char *)n->name.data);
        if (n->folded > 0)
            len += (size_t)snprintf(text + len, sizeof text - len, "+%zu", n->folded);
        len += (size_t)snprintf(text + len, sizeof text - len, " %llu/%llu;",
                                (unsigned long long)c->failures, (unsigned long long)c->lookups);
    }
    for (size_t i = 0; i < graph->edge_count; i++) {
        const struct graph_edge *const e = &graph->edges[i];
        len += (size_t)snprintf(text + len, sizeof text - len, " %zu-%zu %llu/%llu", e->from, e->to,
                                (unsigned long long)e->counts.failures,
                                (unsigned long long)e->counts.lookups);
        if (e->has_latency)
            len += (size_t)snprintf(text + len, sizeof text - len, " %llu,%llu",
                                    (unsigned long long)e->p50, (unsigned long long)e->p95);
    }
    return text;
}

Test(graph, nobody_asks_nobody)
{
    struct graph graph = make(NULL, 0);
    cr_expect_eq(graph.node_count, 0);
    cr_expect_eq(graph.edge_count, 0);
    struct graph folded;
    cr_assert_eq(graph_fold(&graph, 2, &folded), ST_OK);
    cr_expect_eq(folded.node_count, 0);
    graph_release(&folded);
    graph_release(&graph);
}

Test(graph, a_node_is_what_it_does)
{
    struct graph_count counts[] = {
        count_of("a", "dns", GRAPH_ASKS, 5), count_of("dns", "up", GRAPH_ASKS_ON, 3),
        count_of("a", "up", GRAPH_ASKS, 1), count_of("dns", "x.example", GRAPH_FOR, 4),
        count_of("up", "x.example", GRAPH_ON_FOR, 2)};
    struct graph graph = make(counts, 5);
    cr_expect_str_eq(text_of(&graph),
                     "c:a 0/6;r:dns 0/5;u:up 0/4;d:x.example 0/2;"
                     " 0-1 0/5 10,20 0-2 0/1 10,20 1-2 0/3 10,20 2-3 0/2 10,20",
                     "the domain hangs at the server that was asked last, got %s", text_of(&graph));
    graph_release(&graph);
}

Test(graph, a_domain_that_only_the_resolver_was_asked_for_hangs_there)
{
    struct graph_count counts[] = {count_of("a", "dns", GRAPH_ASKS, 5),
                                   count_of("dns", "up", GRAPH_ASKS_ON, 3),
                                   count_of("dns", "cached.example", GRAPH_FOR, 4),
                                   count_of("up", "x.example", GRAPH_ON_FOR, 2)};
    struct graph graph = make(counts, 4);
    cr_expect_str_eq(text_of(&graph),
                     "c:a 0/5;r:dns 0/5;u:up 0/3;d:cached.example 0/4;d:x.example 0/2;"
                     " 0-1 0/5 10,20 1-2 0/3 10,20 1-3 0/4 10,20 2-4 0/2 10,20");
    graph_release(&graph);
}

Test(graph, a_domain_and_a_server_may_have_one_name)
{
    struct graph_count counts[] = {count_of("a", "b", GRAPH_ASKS, 1),
                                   count_of("b", "a", GRAPH_FOR, 1)};
    struct graph graph = make(counts, 2);
    cr_expect_str_eq(text_of(&graph), "c:a 0/1;r:b 0/1;d:a 0/1; 0-1 0/1 10,20 1-2 0/1 10,20");
    graph_release(&graph);
}

Test(graph, failures_are_results_that_help_nobody)
{
    struct graph_count counts[] = {count_of("a", "dns", GRAPH_ASKS, 100),
                                   result_of("a", "dns", GRAPH_ASKS, "nxdomain", 10),
                                   result_of("a", "dns", GRAPH_ASKS, "nodata", 5),
                                   result_of("a", "dns", GRAPH_ASKS, "servfail", 3),
                                   result_of("a", "dns", GRAPH_ASKS, "cname_only", 2),
                                   result_of("a", "dns", GRAPH_ASKS, "of tomorrow", 1),
                                   count_of("dns", "up", GRAPH_ASKS_ON, 9),
                                   result_of("dns", "up", GRAPH_ASKS_ON, "cname_only", 2),
                                   result_of("dns", "up", GRAPH_ASKS_ON, "no_response", 1)};
    struct graph graph = make(counts, 9);
    cr_expect_str_eq(text_of(&graph), "c:a 5/100;r:dns 5/100;u:up 1/9;"
                                      " 0-1 5/100 10,20 1-2 1/9 10,20");
    cr_expect_eq(graph.edges[0].counts.results[GRAPH_RESULTS - 1], 1);
    cr_expect_str_eq(graph_result_name(GRAPH_RESULTS - 1), "other");
    graph_release(&graph);
}

Test(graph, latencies_of_two_counts_are_not_put_together)
{
    struct graph_count counts[] = {count_of("a", "dns", GRAPH_ASKS, 1),
                                   count_of("a", "dns", GRAPH_ASKS, 2)};
    struct graph graph = make(counts, 2);
    cr_expect_str_eq(text_of(&graph), "c:a 0/3;r:dns 0/3; 0-1 0/3");
    graph_release(&graph);
}

Test(graph, what_has_no_room_is_counted)
{
    struct graph_count counts[40];
    static char names[20][16];
    for (size_t i = 0; i < 20; i++) {
        (void)snprintf(names[i], sizeof names[i], "c%02zu", i);
        counts[i] = count_of(names[i], "dns", GRAPH_ASKS, 100 - i);
        counts[20 + i] = result_of(names[i], "dns", GRAPH_ASKS, "refused", i < 18 ? 0 : 1);
    }
    struct graph graph = make(counts, 40);
    struct graph folded;
    cr_assert_eq(graph_fold(&graph, 5, &folded), ST_OK);
    cr_expect_str_eq(text_of(&folded),
                     "c:c18 1/82;c:c19 1/81;c:c00 0/100;c:c01 0/99;c:+16 0/1448;r:dns 2/1810;"
                     " 0-5 1/82 10,20 1-5 1/81 10,20 2-5 0/100 10,20 3-5 0/99 10,20 4-5 0/1448",
                     "got %s", text_of(&folded));
    graph_release(&folded);
    cr_assert_eq(graph_fold(&graph, 20, &folded), ST_OK);
    cr_expect_eq(folded.node_count, 21, "all have room");
    graph_release(&folded);
    graph_release(&graph);
}

Test(graph, the_order_of_counts_does_not_matter)
{
    struct graph_count counts[] = {
        count_of("a", "dns", GRAPH_ASKS, 5), count_of("b", "dns", GRAPH_ASKS, 5),
        result_of("b", "dns", GRAPH_ASKS, "error", 2), count_of("dns", "up", GRAPH_ASKS_ON, 3),
        count_of("up", "x.example", GRAPH_ON_FOR, 3)};
    char first[4096];
    for (size_t turn = 0; turn < 5; turn++) {
        struct graph graph = make(counts, 5);
        if (turn == 0)
            (void)snprintf(first, sizeof first, "%s", text_of(&graph));
        cr_expect_str_eq(text_of(&graph), first);
        graph_release(&graph);
        const struct graph_count last = counts[4];
        memmove(counts + 1, counts, 4 * sizeof *counts);
        counts[0] = last;
    }
}
