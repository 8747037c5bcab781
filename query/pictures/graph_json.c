#include "query/pictures/graph_json.h"

#include "core/base/display.h"
#include "core/json/writer.h"
#include "query/base/source_name.h"
#include "query/pictures/graph_text.h"

static void word(struct json_writer *w, const char *key, const char *text)
{
    json_key(w, key);
    json_text(w, text);
}

static void number(struct json_writer *w, const char *key, uint64_t value)
{
    json_key(w, key);
    json_u64(w, value);
}

static void counts(struct json_writer *w, const struct graph_counts *of)
{
    number(w, "lookups", of->lookups);
    number(w, "failures", of->failures);
    json_key(w, "results");
    json_begin_object(w);
    for (size_t i = 0; i < GRAPH_RESULTS; i++) {
        if (of->results[i] > 0)
            number(w, graph_result_name(i), of->results[i]);
    }
    json_end_object(w);
}

static void node(struct json_writer *w, const struct graph *graph, size_t at)
{
    const struct graph_node *const n = &graph->nodes[at];
    json_begin_object(w);
    number(w, "id", at);
    word(w, "kind", graph_kind_name(n->kind));
    if (n->folded > 0) {
        number(w, "folded", n->folded);
    } else {
        json_key(w, "name");
        json_string(w, n->name);
    }
    counts(w, graph_node_counts(n));
    json_end_object(w);
}

static void edge(struct json_writer *w, const struct graph_edge *e)
{
    json_begin_object(w);
    number(w, "from", e->from);
    number(w, "to", e->to);
    counts(w, &e->counts);
    if (e->has_latency) {
        number(w, "p50", e->p50);
        number(w, "p95", e->p95);
    }
    json_end_object(w);
}

static void not_read(struct json_writer *w, struct bytes lines)
{
    json_key(w, "not_read");
    json_begin_array(w);
    while (lines.len > 0) {
        const size_t end = bytes_find(lines, BYTES_LITERAL("\n"));
        json_string(w, bytes_slice(lines, 0, end));
        lines = bytes_slice(lines, end + 1, lines.len);
    }
    json_end_array(w);
}

static void about_members(struct json_writer *w, const struct graph_about *about)
{
    number(w, "version", 1);
    word(w, "made", about->made);
    word(w, "expression", about->expression == NULL ? "*" : about->expression);
    if (about->since != NULL)
        word(w, "since", about->since);
    if (about->until != NULL)
        word(w, "until", about->until);
    json_key(w, "sources");
    source_names_write(about->sources, about->source_count, w);
    not_read(w, about->not_read);
    number(w, "lookups", about->lookups);
    number(w, "left_out", about->left_out);
}

void graph_json(const struct graph *graph, const struct graph_about *about, struct buf *out)
{
    const size_t from = out->len;
    struct json_writer w = json_writer_of(out);
    json_begin_object(&w);
    about_members(&w, about);
    json_key(&w, "nodes");
    json_begin_array(&w);
    for (size_t i = 0; i < graph->node_count; i++)
        node(&w, graph, i);
    json_end_array(&w);
    json_key(&w, "edges");
    json_begin_array(&w);
    for (size_t i = 0; i < graph->edge_count; i++)
        edge(&w, &graph->edges[i]);
    json_end_array(&w);
    json_end_object(&w);
    display_escape_json(out, from);
    buf_add_u8(out, '\n');
}
