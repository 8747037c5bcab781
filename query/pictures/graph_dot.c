#include "query/pictures/graph_dot.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/display.h"
#include "query/pictures/graph_text.h"

/* Octets of one label. */
#define LABEL_MAX ((size_t)1024 * 1024)

/* Appends text for a label in double quotes. Graphviz reads escapes (\N) and entities (&lt;) in
 * it. */
static void add_label(struct buf *out, struct bytes text)
{
    struct buf plain;
    buf_init(&plain, LABEL_MAX);
    display_add(&plain, text);
    for (size_t i = 0; i < plain.len; i++) {
        const uint8_t octet = plain.data[i];
        if (octet == '&') {
            buf_add_text(out, "&amp;");
            continue;
        }
        if (octet == '"' || octet == '\\')
            buf_add_u8(out, '\\');
        buf_add_u8(out, octet);
    }
    out->failed = out->failed || !buf_ok(&plain);
    buf_release(&plain);
}

static void add_node(const struct graph *graph, size_t at, struct buf *text, struct buf *out)
{
    static const char *const colours[GRAPH_KINDS] = {"#4c78a8", "#54875b", "#8a6fb0", "#b07a3f"};
    const struct graph_node *const node = &graph->nodes[at];
    const bool is_failing = graph_grade(graph_node_counts(node)) == GRAPH_FAILING;
    buf_add_format(out, "    n%zu [label=\"", at);
    graph_node_text(node, text);
    add_label(out, buf_bytes(text));
    buf_reset(text);
    buf_add_text(out, is_failing ? "\\n\xe2\x9c\x95 " : "\\n");
    graph_counts_text(graph_node_counts(node), text);
    add_label(out, buf_bytes(text));
    buf_reset(text);
    buf_add_format(out, "\" color=\"%s\"%s%s];\n", is_failing ? "#b3261e" : colours[node->kind],
                   is_failing ? " penwidth=2 fillcolor=\"#fbe9e7\"" : "",
                   node->folded > 0 ? " style=\"rounded,filled,dashed\"" : "");
}

static void add_rank(const struct graph *graph, enum graph_kind kind, struct buf *text,
                     struct buf *out)
{
    buf_add_text(out, "  { rank=same;\n");
    for (size_t i = 0; i < graph->node_count; i++) {
        if (graph->nodes[i].kind == kind)
            add_node(graph, i, text, out);
    }
    buf_add_text(out, "  }\n");
}

static void add_edge(const struct graph_edge *edge, struct buf *text, struct buf *out)
{
    buf_add_format(out, "  n%zu -> n%zu [tooltip=\"", edge->from, edge->to);
    graph_edge_text(edge, text);
    add_label(out, buf_bytes(text));
    buf_reset(text);
    buf_add_u8(out, '"');
    const enum graph_grade grade = graph_grade(&edge->counts);
    if (grade == GRAPH_SOME)
        buf_add_text(out, " color=\"#9a6700\" style=dotted");
    if (grade == GRAPH_FAILING) {
        buf_add_format(out, " label=\"\xe2\x9c\x95 %llu of %llu\"",
                       (unsigned long long)edge->counts.failures,
                       (unsigned long long)edge->counts.lookups);
        buf_add_text(out, " color=\"#b3261e\" fontcolor=\"#b3261e\" style=dashed penwidth=2");
    }
    buf_add_text(out, "];\n");
}

void graph_dot(const struct graph *graph, struct buf *out)
{
    struct buf text;
    buf_init(&text, LABEL_MAX);
    buf_add_text(out, "digraph dns {\n  rankdir=LR; ranksep=1.6; nodesep=0.15;\n"
                      "  node [shape=box style=\"rounded,filled\" fillcolor=\"#f6f7f9\" "
                      "fontname=\"sans-serif\" fontsize=11 fontcolor=\"#1c2128\"];\n"
                      "  edge [color=\"#aab2bd\" fontname=\"sans-serif\" fontsize=10 "
                      "arrowsize=0.6];\n");
    for (unsigned kind = 0; kind < GRAPH_KINDS; kind++)
        add_rank(graph, (enum graph_kind)kind, &text, out);
    for (size_t i = 0; i < graph->edge_count; i++)
        add_edge(&graph->edges[i], &text, out);
    buf_add_text(out, "}\n");
    buf_release(&text);
}

/* --- Graphviz --------------------------------------------------------------------------------- */

static enum status read_all(FILE *from, struct buf *out, struct error *err)
{
    uint8_t octets[65536];
    rewind(from);
    for (;;) {
        const size_t len = fread(octets, 1, sizeof octets, from);
        buf_add(out, (struct bytes){octets, len});
        if (len < sizeof octets)
            break;
    }
    if (ferror(from) != 0)
        return error_set_os(err, ST_IO, errno, "cannot read what dot wrote");
    return buf_ok(out) ? ST_OK : error_set(err, ST_LIMIT, "what dot wrote is too large");
}

/* Runs `dot` between two files. */
static enum status run_dot(FILE *in, FILE *to, struct error *err)
{
    static char name[] = "dot";
    static char format[] = "-Tsvg";
    char *const words[] = {name, format, NULL};
    posix_spawn_file_actions_t actions;
    pid_t process = 0;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    int failure = posix_spawn_file_actions_adddup2(&actions, fileno(in), STDIN_FILENO);
    if (failure == 0)
        failure = posix_spawn_file_actions_adddup2(&actions, fileno(to), STDOUT_FILENO);
    if (failure == 0)
        failure = posix_spawnp(&process, name, &actions, NULL, words, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    if (failure != 0)
        return error_set_os(err, failure == ENOENT ? ST_NOT_FOUND : ST_IO, failure,
                            "cannot run dot (Graphviz)");
    int state = 0;
    while (waitpid(process, &state, 0) < 0) {
        if (errno != EINTR)
            return error_set_os(err, ST_IO, errno, "cannot wait for dot (Graphviz)");
    }
    if (!WIFEXITED(state) || WEXITSTATUS(state) != 0)
        return error_set(err, ST_IO, "dot (Graphviz) failed");
    return ST_OK;
}

enum status graphviz_svg(struct bytes dot, struct buf *out, struct error *err)
{
    FILE *const in = tmpfile();
    FILE *const to = tmpfile();
    enum status status = ST_OK;
    if (in == NULL || to == NULL || fwrite(dot.data, 1, dot.len, in) != dot.len || fflush(in) != 0)
        status = error_set_os(err, ST_IO, errno, "cannot write a temporary file");
    if (status == ST_OK) {
        rewind(in);
        status = run_dot(in, to, err);
    }
    if (status == ST_OK)
        status = read_all(to, out, err);
    if (in != NULL)
        (void)fclose(in);
    if (to != NULL)
        (void)fclose(to);
    return status;
}
