#include "query/pictures/graph_text.h"

#include <inttypes.h>

#include "query/printing/latency.h"
#include "query/printing/markup.h"

const char *graph_kind_name(enum graph_kind kind)
{
    static const char *const names[GRAPH_KINDS] = {"client", "resolver", "upstream", "domain"};
    return names[kind];
}

const char *graph_kind_heading(enum graph_kind kind)
{
    static const char *const headings[GRAPH_KINDS] = {"Clients", "Resolvers", "Upstream servers",
                                                      "External domains"};
    return headings[kind];
}

enum graph_grade graph_grade(const struct graph_counts *counts)
{
    if (counts->failures == 0)
        return GRAPH_FINE;
    return counts->failures >= counts->lookups / 20 + (counts->lookups % 20 > 0 ? 1 : 0)
               ? GRAPH_FAILING
               : GRAPH_SOME;
}

void graph_node_text(const struct graph_node *node, struct buf *out)
{
    if (node->folded == 0)
        buf_add(out, node->name);
    else
        buf_add_format(out, "and %zu more %s%s", node->folded, graph_kind_name(node->kind),
                       node->folded == 1 ? "" : "s");
}

void graph_counts_text(const struct graph_counts *counts, struct buf *out)
{
    count_text(counts->lookups, out);
    buf_add_text(out, counts->lookups == 1 ? " lookup" : " lookups");
    if (counts->failures == 0)
        return;
    buf_add_text(out, ", ");
    count_text(counts->failures, out);
    buf_add_text(out, " failed");
}

void graph_results_text(const struct graph_counts *counts, struct buf *out)
{
    bool is_first = true;
    for (size_t i = 0; i < GRAPH_RESULTS; i++) {
        if (counts->results[i] == 0)
            continue;
        buf_add_format(out, "%s%s ", is_first ? "" : ", ", graph_result_name(i));
        count_text(counts->results[i], out);
        is_first = false;
    }
}

void graph_edge_text(const struct graph_edge *edge, struct buf *out)
{
    graph_counts_text(&edge->counts, out);
    const size_t len = out->len;
    buf_add_text(out, " (");
    const size_t from = out->len;
    graph_results_text(&edge->counts, out);
    if (out->len == from)
        out->len = len;
    else
        buf_add_u8(out, ')');
    if (!edge->has_latency)
        return;
    buf_add_text(out, ", median ");
    latency_text(edge->p50, out);
    buf_add_text(out, ", p95 ");
    latency_text(edge->p95, out);
}
