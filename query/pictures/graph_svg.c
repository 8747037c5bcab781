#include "query/pictures/graph_svg.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/display.h"
#include "query/pictures/graph_layout.h"
#include "query/pictures/graph_text.h"
#include "query/pictures/style_files.h"

/* Octets of one name. */
#define TEXT_MAX ((size_t)1024 * 1024)

/* Characters of a name that fit into a node. */
#define NAME_COLUMNS 24

/* Edges that stand out, and those of them that say how many lookups failed: those with most
 * failures. Where all stand out none does. */
#define STANDING_OUT_MAX 40
#define LABELS_MAX       16

/* From an end of an edge to its label, at first and at most; how far labels are moved to stand
 * clear of each other; their height. Pixels. */
#define LABEL_GAP_MIN 6.0
#define LABEL_GAP_MAX 52.0
#define LABEL_STEP    6.0
#define LABEL_HEIGHT  18.0

/* Where a label stands: its middle. */
struct label {
    double x, y;
    double width;
};

/* One picture. */
struct drawing {
    const struct graph *graph;
    const struct graph_layout *layout;
    struct markup *m;
    struct buf text; /* workspace */
    bool is_alone;
    uint64_t standing_out; /* failures from which on an edge stands out */
    uint64_t labelled;     /* failures from which on it has a label */
    struct label labels[LABELS_MAX];
    size_t label_count;
};

static void add_title(struct drawing *d)
{
    markup_element(d->m, "title", NULL, buf_bytes(&d->text));
    buf_reset(&d->text);
}

/* Thicker with every power of ten. */
static double stroke_width(const struct graph_edge *edge)
{
    return 1.2 + 0.9 * log10((double)edge->counts.lookups + 1);
}

/* How far the curve of a loop swings out. */
#define LOOP_BEND 46.0

static void curve_text(struct buf *out, const struct graph_span *span, double bend, double end_bend)
{
    char text[128];
    (void)snprintf(text, sizeof text, "C%.1f %.1f %.1f %.1f %.1f %.1f", span->x1 + bend, span->y1,
                   span->x2 - end_bend, span->y2, span->x2, span->y2);
    buf_add_text(out, text);
}

static void path_text(const struct drawing *d, const struct graph_route *r, struct buf *out)
{
    char text[64];
    (void)snprintf(text, sizeof text, "M%.1f %.1f", r->x1, r->y1);
    buf_add_text(out, text);
    if (r->is_loop) {
        curve_text(out, &(struct graph_span){r->x1, r->y1, r->x2, r->y2}, LOOP_BEND, -LOOP_BEND);
        return;
    }
    struct graph_span span;
    for (unsigned kind = 0; graph_span_next(d->layout, r, &kind, &span);) {
        const double bend = (span.x2 - span.x1) / 2;
        curve_text(out, &span, bend, bend);
        if (kind == GRAPH_KINDS)
            continue;
        (void)snprintf(text, sizeof text, "H%.1f", span.x2 + GRAPH_NODE_WIDTH);
        buf_add_text(out, text);
    }
}

static void draw_path(struct drawing *d, const struct graph_edge *edge, const struct graph_route *r)
{
    markup_begin(d->m, "path");
    path_text(d, r, &d->text);
    markup_attribute(d->m, "d", buf_bytes(&d->text));
    buf_reset(&d->text);
    markup_format(d->m, "stroke-width", "%.2f", stroke_width(edge));
    markup_empty(d->m);
}

static bool stands_out(const struct drawing *d, const struct graph_edge *edge)
{
    return graph_grade(&edge->counts) == GRAPH_FAILING && edge->counts.failures >= d->standing_out;
}

static void edge_title(struct drawing *d, const struct graph_edge *edge)
{
    graph_node_text(&d->graph->nodes[edge->from], &d->text);
    buf_add_text(&d->text, " \xe2\x86\x92 ");
    graph_node_text(&d->graph->nodes[edge->to], &d->text);
    buf_add_text(&d->text, ": ");
    graph_edge_text(edge, &d->text);
    add_title(d);
}

static void draw_edge(struct drawing *d, size_t at)
{
    const struct graph_edge *const edge = &d->graph->edges[at];
    markup_begin(d->m, "g");
    markup_word(d->m, "class",
                edge->counts.failures == 0 ? "edge"
                : stands_out(d, edge)      ? "edge failing"
                                           : "edge some");
    if (!d->is_alone) {
        markup_format(d->m, "data-from", "%zu", edge->from);
        markup_format(d->m, "data-to", "%zu", edge->to);
    }
    edge_title(d, edge);
    draw_path(d, edge, &d->layout->routes[at]);
    markup_end(d->m);
}

static int compare_failures(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left;
    const uint64_t b = *(const uint64_t *)right;
    return a == b ? 0 : a > b ? -1 : 1;
}

/* Finds how many failures the edges have that stand out. */
static enum status rank_edges(struct drawing *d)
{
    uint64_t *const failures = calloc(d->graph->edge_count + 1, sizeof *failures);
    size_t count = 0;
    if (failures == NULL)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < d->graph->edge_count; i++) {
        const struct graph_counts *const counts = &d->graph->edges[i].counts;
        if (graph_grade(counts) == GRAPH_FAILING)
            failures[count++] = counts->failures;
    }
    qsort(failures, count, sizeof *failures, compare_failures);
    d->standing_out = count > STANDING_OUT_MAX ? failures[STANDING_OUT_MAX - 1] : 1;
    d->labelled = count > LABELS_MAX ? failures[LABELS_MAX - 1] : 1;
    free(failures);
    return ST_OK;
}

/* --- Labels ----------------------------------------------------------------------------------- */

/* The part of an edge, which is no loop, at one of its ends. */
static struct graph_span end_span(const struct drawing *d, const struct graph_route *r,
                                  bool at_from)
{
    struct graph_span span = {0};
    for (unsigned kind = 0; graph_span_next(d->layout, r, &kind, &span);) {
        if (at_from)
            break;
    }
    return span;
}

/* The point of a curve at some x. */
static void find_point(const struct graph_span *r, double x, struct label *label)
{
    double low = 0;
    double high = 1;
    const double middle = (r->x1 + r->x2) / 2;
    for (unsigned i = 0; i < 30; i++) {
        const double t = (low + high) / 2;
        const double u = 1 - t;
        label->x = u * u * u * r->x1 + 3 * u * t * middle + t * t * t * r->x2;
        label->y = u * u * (u + 3 * t) * r->y1 + t * t * (t + 3 * u) * r->y2;
        if (label->x < x)
            low = t;
        else
            high = t;
    }
}

static bool is_clear(const struct drawing *d, const struct label *label)
{
    for (size_t i = 0; i < d->label_count; i++) {
        const struct label *const other = &d->labels[i];
        if (fabs(label->x - other->x) < (label->width + other->width) / 2 + 2 &&
            fabs(label->y - other->y) < LABEL_HEIGHT + 2)
            return false;
    }
    return true;
}

/* Edges at one side of a node. */
static size_t edges_at(const struct graph *graph, size_t node, bool is_to)
{
    size_t count = 0;
    for (size_t i = 0; i < graph->edge_count; i++)
        count += (is_to ? graph->edges[i].to : graph->edges[i].from) == node ? 1 : 0;
    return count;
}

/* Finds a place for a label: near the end at which the edge has less company. False if others are
 * in its way. */
static bool place_label(struct drawing *d, size_t at, struct label *label)
{
    const struct graph_edge *const edge = &d->graph->edges[at];
    const struct graph_route *const r = &d->layout->routes[at];
    if (r->is_loop) {
        label->x = (r->x1 > r->x2 ? r->x1 : r->x2) + 0.75 * LOOP_BEND;
        label->y = (r->y1 + r->y2) / 2;
        return is_clear(d, label);
    }
    const bool at_from =
        edges_at(d->graph, edge->from, false) <= edges_at(d->graph, edge->to, true);
    const struct graph_span span = end_span(d, r, at_from);
    for (unsigned step = 0; LABEL_STEP * step <= LABEL_GAP_MAX - LABEL_GAP_MIN; step++) {
        const double reach = label->width / 2 + LABEL_GAP_MIN + LABEL_STEP * step;
        find_point(&span, at_from ? span.x1 + reach : span.x2 - reach, label);
        if (is_clear(d, label))
            return true;
    }
    return false;
}

static void draw_label(struct drawing *d, const struct label *label)
{
    markup_begin(d->m, "g");
    markup_word(d->m, "class", "label");
    markup_begin(d->m, "rect");
    markup_number(d->m, "x", label->x - label->width / 2);
    markup_number(d->m, "y", label->y - LABEL_HEIGHT / 2);
    markup_number(d->m, "width", label->width);
    markup_number(d->m, "height", LABEL_HEIGHT);
    markup_word(d->m, "rx", "4");
    markup_empty(d->m);
    markup_begin(d->m, "text");
    markup_number(d->m, "x", label->x);
    markup_number(d->m, "y", label->y + 4);
    markup_text(d->m, buf_bytes(&d->text));
    markup_end(d->m);
    markup_end(d->m);
}

/* Says on the worst edges how many lookups failed. */
static void label_edge(struct drawing *d, size_t at)
{
    const struct graph_edge *const edge = &d->graph->edges[at];
    if (graph_grade(&edge->counts) != GRAPH_FAILING || edge->counts.failures < d->labelled ||
        d->label_count == LABELS_MAX)
        return;
    buf_add_text(&d->text, "\xe2\x9c\x95 ");
    count_text(edge->counts.failures, &d->text);
    buf_add_text(&d->text, " of ");
    count_text(edge->counts.lookups, &d->text);
    struct label label = {.width = 6.4 * (double)display_columns(buf_bytes(&d->text)) + 10};
    if (place_label(d, at, &label)) {
        d->labels[d->label_count++] = label;
        draw_label(d, &label);
    }
    buf_reset(&d->text);
}

/* --- Nodes ------------------------------------------------------------------------------------ */

static void draw_text(struct drawing *d, const char *css_class, double x, double y)
{
    markup_begin(d->m, "text");
    markup_word(d->m, "class", css_class);
    markup_number(d->m, "x", x);
    markup_number(d->m, "y", y);
    markup_text(d->m, buf_bytes(&d->text));
    markup_end(d->m);
    buf_reset(&d->text);
}

/* The name, cut if it is too long. */
static void draw_name(struct drawing *d, const struct graph_node *node, double x, double y)
{
    struct buf name;
    struct buf escaped;
    buf_init(&name, TEXT_MAX);
    buf_init(&escaped, TEXT_MAX);
    graph_node_text(node, &name);
    display_add(&escaped, buf_bytes(&name));
    (void)display_cut(&d->text, buf_bytes(&escaped), NAME_COLUMNS);
    draw_text(d, "name", x, y);
    buf_release(&name);
    buf_release(&escaped);
}

static void draw_box(struct drawing *d, const struct graph_node *node,
                     const struct graph_place *place)
{
    const struct graph_counts *const counts = graph_node_counts(node);
    markup_begin(d->m, "rect");
    markup_number(d->m, "x", place->x);
    markup_number(d->m, "y", place->y);
    markup_number(d->m, "width", GRAPH_NODE_WIDTH);
    markup_number(d->m, "height", GRAPH_NODE_HEIGHT);
    markup_word(d->m, "rx", "5");
    markup_empty(d->m);
    draw_name(d, node, place->x + 10, place->y + 17);
    if (graph_grade(counts) == GRAPH_FAILING)
        buf_add_text(&d->text, "\xe2\x9c\x95 ");
    graph_counts_text(counts, &d->text);
    draw_text(d, "counts", place->x + 10, place->y + 32);
}

static void draw_node(struct drawing *d, size_t at)
{
    const struct graph_node *const node = &d->graph->nodes[at];
    const bool is_failing = graph_grade(graph_node_counts(node)) == GRAPH_FAILING;
    if (!d->is_alone) {
        markup_begin(d->m, "a");
        markup_format(d->m, "href", "#node-%zu", at);
    }
    markup_begin(d->m, "g");
    markup_format(d->m, "class", "node %s%s%s", graph_kind_name(node->kind),
                  is_failing ? " failing" : "", node->folded > 0 ? " folded" : "");
    if (!d->is_alone)
        markup_format(d->m, "data-node", "%zu", at);
    graph_node_text(node, &d->text);
    buf_add_text(&d->text, ": ");
    graph_counts_text(graph_node_counts(node), &d->text);
    add_title(d);
    draw_box(d, node, &d->layout->places[at]);
    markup_end(d->m);
    if (!d->is_alone)
        markup_end(d->m);
}

/* Nodes of a kind, those that are folded counted. */
static size_t nodes_of(const struct graph *graph, enum graph_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < graph->node_count; i++) {
        const struct graph_node *const node = &graph->nodes[i];
        if (node->kind == kind)
            count += node->folded > 0 ? node->folded : 1;
    }
    return count;
}

static void draw_headings(struct drawing *d)
{
    for (unsigned kind = 0; kind < GRAPH_KINDS; kind++) {
        if (d->layout->column_nodes[kind] == 0)
            continue;
        buf_add_text(&d->text, graph_kind_heading((enum graph_kind)kind));
        buf_add_text(&d->text, " \xc2\xb7 ");
        count_text(nodes_of(d->graph, (enum graph_kind)kind), &d->text);
        draw_text(d, "heading", d->layout->column_x[kind], 26);
    }
}

/* Those that stand out, or the others, which must not lie over them. */
static void draw_edges(struct drawing *d, bool that_stand_out)
{
    for (size_t i = 0; i < d->graph->edge_count; i++) {
        if (stands_out(d, &d->graph->edges[i]) == that_stand_out)
            draw_edge(d, i);
    }
}

static void draw(struct drawing *d)
{
    struct markup *const m = d->m;
    markup_begin(m, "svg");
    markup_word(m, "xmlns", "http://www.w3.org/2000/svg");
    markup_word(m, "class", "graph");
    markup_word(m, "role", d->is_alone ? "img" : "group");
    markup_word(m, "aria-label", "Service graph");
    markup_format(m, "viewBox", "0 0 %.0f %.0f", d->layout->width, d->layout->height);
    markup_format(m, "width", "%.0f", d->layout->width);
    markup_format(m, "height", "%.0f", d->layout->height);
    if (d->is_alone) {
        markup_begin(m, "style");
        markup_raw(m, style_colours);
        markup_raw(m, style_graph);
        markup_end(m);
    }
    draw_headings(d);
    draw_edges(d, false);
    draw_edges(d, true);
    for (size_t i = 0; i < d->graph->node_count; i++)
        draw_node(d, i);
    for (size_t i = 0; i < d->graph->edge_count; i++)
        label_edge(d, i);
    markup_end(m);
}

enum status graph_svg(const struct graph *graph, bool is_alone, struct markup *m)
{
    struct graph_layout layout;
    if (graph_layout_make(graph, &layout) != ST_OK)
        return ST_NO_MEMORY;
    struct drawing d = {.graph = graph, .layout = &layout, .m = m, .is_alone = is_alone};
    buf_init(&d.text, TEXT_MAX);
    const enum status status = rank_edges(&d);
    if (status == ST_OK)
        draw(&d);
    buf_release(&d.text);
    graph_layout_release(&layout);
    return status == ST_OK && buf_ok(m->out) ? ST_OK : ST_NO_MEMORY;
}
