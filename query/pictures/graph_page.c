#include "query/pictures/graph_page.h"

#include "core/base/macros.h"
#include "query/base/source_name.h"
#include "query/pictures/graph_svg.h"
#include "query/pictures/graph_text.h"
#include "query/pictures/page.h"
#include "query/printing/html_table.h"

/* Octets of one text. */
#define TEXT_MAX ((size_t)1024 * 1024)

static void write_legend(struct markup *m)
{
    static const struct {
        const char *css_class, *text;
    } parts[] = {
        {"failed",
         "\xe2\x95\x8c\xe2\x95\x8c \xe2\x9c\x95 12 of 340: so many failed, five percent or more"},
        {"some", "\xe2\x94\x88\xe2\x94\x88 fewer failed, or there is worse"},
        {NULL, "\xe2\x94\x80\xe2\x94\x80 none failed"},
        {NULL, "the wider, the more lookups"},
        {NULL, "press a node for its lookups"},
    };
    markup_begin(m, "p");
    markup_word(m, "class", "legend");
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        markup_element(m, "span", parts[i].css_class, bytes_of(parts[i].text));
    markup_end(m);
}

enum status graph_figure(const struct graph *graph, struct markup *m)
{
    write_legend(m);
    page_begin_wide(m, "Service graph");
    const enum status status = graph_svg(graph, false, m);
    markup_end(m);
    return status;
}

/* --- Tables ----------------------------------------------------------------------------------- */

static void node_cell(const struct graph *graph, size_t at, struct buf *text, struct markup *m)
{
    graph_node_text(&graph->nodes[at], text);
    markup_begin(m, "td");
    markup_word(m, "class", "text");
    markup_begin(m, "a");
    markup_format(m, "href", "#node-%zu", at);
    markup_text(m, buf_bytes(text));
    markup_end(m);
    markup_end(m);
    buf_reset(text);
}

static void failures_cell(struct markup *m, uint64_t failures)
{
    markup_begin(m, "td");
    markup_word(m, "class", failures > 0 ? "number failed" : "number");
    markup_format(m, "data-value", "%llu", (unsigned long long)failures);
    if (failures > 0)
        markup_raw(m, BYTES_LITERAL("\xe2\x9c\x95 "));
    markup_count(m, failures);
    markup_end(m);
}

static void edge_cells(const struct graph_edge *edge, struct buf *text, struct markup *m)
{
    html_count_cell(m, edge->counts.lookups);
    failures_cell(m, edge->counts.failures);
    graph_results_text(&edge->counts, text);
    markup_element(m, "td", "text", buf_bytes(text));
    buf_reset(text);
    html_latency_cell(m, edge->has_latency, edge->p50);
    html_latency_cell(m, edge->has_latency, edge->p95);
}

void graph_edge_table(const struct graph *graph, struct markup *m)
{
    static const char *const headings[] = {"From",    "To",      "#Lookups", "#Failed",
                                           "Results", "#Median", "#p95",     NULL};
    struct buf text;
    buf_init(&text, TEXT_MAX);
    page_begin_wide(m, "Who asks whom");
    html_begin_table(m, headings);
    for (size_t i = 0; i < graph->edge_count; i++) {
        markup_begin(m, "tr");
        node_cell(graph, graph->edges[i].from, &text, m);
        node_cell(graph, graph->edges[i].to, &text, m);
        edge_cells(&graph->edges[i], &text, m);
        markup_end(m);
        buf_add_u8(m->out, '\n');
    }
    html_end_table(m);
    markup_end(m);
    buf_release(&text);
}

static void node_edges(const struct graph *graph, size_t at, struct buf *text, struct markup *m)
{
    static const char *const headings[] = {"",        "Node",    "#Lookups", "#Failed",
                                           "Results", "#Median", "#p95",     NULL};
    html_begin_table(m, headings);
    for (size_t i = 0; i < graph->edge_count; i++) {
        const struct graph_edge *const edge = &graph->edges[i];
        if (edge->from != at && edge->to != at)
            continue;
        const bool is_sent = edge->from == at;
        const bool is_domain = graph->nodes[edge->to].kind == GRAPH_DOMAIN;
        markup_begin(m, "tr");
        markup_element(m, "td", NULL,
                       bytes_of(is_domain ? (is_sent ? "is asked for" : "is asked for at")
                                : is_sent ? "asks"
                                          : "is asked by"));
        node_cell(graph, is_sent ? edge->to : edge->from, text, m);
        edge_cells(edge, text, m);
        markup_end(m);
        buf_add_u8(m->out, '\n');
    }
    html_end_table(m);
}

void graph_node_sections(const struct graph *graph, struct markup *m)
{
    struct buf text;
    buf_init(&text, TEXT_MAX);
    markup_begin(m, "div");
    markup_word(m, "class", "nodes");
    for (size_t i = 0; i < graph->node_count; i++) {
        markup_begin(m, "section");
        markup_format(m, "id", "node-%zu", i);
        markup_begin(m, "h3");
        graph_node_text(&graph->nodes[i], &text);
        markup_text(m, buf_bytes(&text));
        buf_reset(&text);
        buf_add_format(&text, " %s, ", graph_kind_name(graph->nodes[i].kind));
        graph_counts_text(graph_node_counts(&graph->nodes[i]), &text);
        markup_element(m, "span", NULL, buf_bytes(&text));
        buf_reset(&text);
        markup_end(m);
        page_begin_wide(m, "Lookups of this node");
        node_edges(graph, i, &text, m);
        markup_end(m);
        markup_end(m);
    }
    markup_end(m);
    buf_release(&text);
}

/* --- Page ------------------------------------------------------------------------------------- */

static void write_lead(const struct graph_about *about, struct markup *m)
{
    struct buf text;
    buf_init(&text, TEXT_MAX);
    buf_add_text(&text, about->expression == NULL ? "All lookups" : "Lookups that match ");
    buf_add_text(&text, about->expression == NULL ? "" : about->expression);
    if (about->since != NULL)
        buf_add_format(&text, " since %s", about->since);
    if (about->until != NULL)
        buf_add_format(&text, " until %s", about->until);
    source_names_print(about->sources, about->source_count, &text);
    buf_add_format(&text, ". Made %s.", about->made);
    markup_element(m, "p", "lead", buf_bytes(&text));
    buf_release(&text);
}

static void write_figures(const struct graph *graph, const struct graph_about *about,
                          struct markup *m)
{
    struct graph_counts failed = {0};
    size_t shown = 0;
    for (size_t i = 0; i < graph->node_count; i++) {
        failed.failures += graph->nodes[i].sent.failures;
        shown += graph->nodes[i].folded == 0 ? 1 : 0;
    }
    markup_begin(m, "dl");
    markup_word(m, "class", "figures");
    page_figure(m, "lookups", about->lookups, false);
    page_figure(m, "failed", failed.failures, failed.failures > 0);
    page_figure(m, "nodes", about->nodes, false);
    if (shown < about->nodes)
        page_figure(m, "drawn alone", shown, false);
    if (about->left_out > 0)
        page_figure(m, "not in the graph: too many names", about->left_out, true);
    markup_end(m);
}

enum status graph_page(const struct graph *graph, const struct graph_about *about, struct markup *m)
{
    page_begin(m, "DNS service graph");
    markup_element(m, "h1", NULL, BYTES_LITERAL("DNS service graph"));
    write_lead(about, m);
    page_incomplete(m, about->not_read);
    write_figures(graph, about, m);
    const enum status status = graph_figure(graph, m);
    markup_element(m, "h2", NULL, BYTES_LITERAL("Who asks whom"));
    graph_edge_table(graph, m);
    markup_element(m, "h2", NULL, BYTES_LITERAL("Nodes"));
    graph_node_sections(graph, m);
    page_end(m);
    return status == ST_OK && buf_ok(m->out) ? ST_OK : ST_NO_MEMORY;
}
