#include "query/gathering/graph.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* No node. */
#define NONE SIZE_MAX

/* A node by its name: a domain and a server may have the same. */
struct key {
    struct bytes name;
    bool is_domain;
};

/* What is known of a node while its kind is not. */
struct role {
    bool asks_on;       /* a resolver, or a server that forwards to one */
    bool is_asked;      /* by clients */
    bool is_asked_on;   /* by resolvers */
    bool is_domain_for; /* a domain that others than its resolver were asked for */
};

/* A graph that is being made. */
struct making {
    struct key *keys; /* by kind of name, then by name */
    size_t key_count;
    struct role *roles; /* of the keys */
    struct graph *graph;
};

#define RESULT_TEXT(name, text) text,
static const char *const RESULT_NAMES[GRAPH_RESULTS] = {LOOKUP_RESULT_LIST(RESULT_TEXT) "other"};
#undef RESULT_TEXT

bool graph_is_failure(size_t result, enum graph_hop hop)
{
    static const bool is_failure[GRAPH_RESULTS] = {
        [RESULT_CNAME_ONLY] = true, [RESULT_SERVFAIL] = true,    [RESULT_REFUSED] = true,
        [RESULT_ERROR] = true,      [RESULT_NO_RESPONSE] = true, [RESULT_DENIED] = true,
        [RESULT_MALFORMED] = true};
    const bool follows_alias = hop == GRAPH_ASKS_ON || hop == GRAPH_ON_FOR;
    return is_failure[result] && !(result == RESULT_CNAME_ONLY && follows_alias);
}

size_t graph_result_of(struct bytes text)
{
    size_t i = 0;
    while (i < GRAPH_RESULTS - 1 && !bytes_is(text, RESULT_NAMES[i]))
        i++;
    return i;
}

const char *graph_result_name(size_t result)
{
    return RESULT_NAMES[result];
}

const struct graph_counts *graph_node_counts(const struct graph_node *node)
{
    return node->kind == GRAPH_CLIENT || node->taken.lookups == 0 ? &node->sent : &node->taken;
}

void graph_release(struct graph *graph)
{
    free(graph->nodes);
    free(graph->edges);
    *graph = (struct graph){0};
}

static void add_counts(struct graph_counts *to, const struct graph_counts *from)
{
    to->lookups += from->lookups;
    to->failures += from->failures;
    for (size_t i = 0; i < GRAPH_RESULTS; i++)
        to->results[i] += from->results[i];
}

/* An edge to a domain says what lookups were for, which other edges count already. */
static void sum_nodes(struct graph *graph)
{
    for (size_t i = 0; i < graph->edge_count; i++) {
        const struct graph_edge *const edge = &graph->edges[i];
        if (graph->nodes[edge->to].kind != GRAPH_DOMAIN)
            add_counts(&graph->nodes[edge->from].sent, &edge->counts);
        add_counts(&graph->nodes[edge->to].taken, &edge->counts);
    }
}

/* --- Nodes ------------------------------------------------------------------------------------ */

static bool names_domain(enum graph_hop hop)
{
    return hop == GRAPH_FOR || hop == GRAPH_ON_FOR;
}

static int compare_keys(const void *left, const void *right)
{
    const struct key *const a = left;
    const struct key *const b = right;
    if (a->is_domain != b->is_domain)
        return a->is_domain ? 1 : -1;
    return bytes_compare(a->name, b->name);
}

static size_t find_key(const struct making *m, struct bytes name, bool is_domain)
{
    const struct key wanted = {name, is_domain};
    const struct key *const found =
        bsearch(&wanted, m->keys, m->key_count, sizeof wanted, compare_keys);
    assert(found != NULL);
    return (size_t)(found - m->keys);
}

static enum status make_keys(struct making *m, const struct graph_count *counts, size_t count)
{
    m->keys = calloc(2 * count + 1, sizeof *m->keys);
    if (m->keys == NULL)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        m->keys[2 * i] = (struct key){counts[i].from, false};
        m->keys[2 * i + 1] = (struct key){counts[i].to, names_domain(counts[i].hop)};
    }
    qsort(m->keys, 2 * count, sizeof *m->keys, compare_keys);
    for (size_t i = 0; i < 2 * count; i++) {
        if (m->key_count == 0 || compare_keys(&m->keys[m->key_count - 1], &m->keys[i]) != 0)
            m->keys[m->key_count++] = m->keys[i];
    }
    m->roles = calloc(m->key_count + 1, sizeof *m->roles);
    return m->roles == NULL ? ST_NO_MEMORY : ST_OK;
}

static void find_roles(struct making *m, const struct graph_count *counts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct role *const from = &m->roles[find_key(m, counts[i].from, false)];
        struct role *const to = &m->roles[find_key(m, counts[i].to, names_domain(counts[i].hop))];
        switch (counts[i].hop) {
        case GRAPH_ASKS:
            to->is_asked = true;
            break;
        case GRAPH_ASKS_ON:
            from->asks_on = true;
            to->is_asked_on = true;
            break;
        case GRAPH_FOR:
            break;
        case GRAPH_ON_FOR:
            to->is_domain_for = true;
            break;
        }
    }
}

static enum graph_kind kind_of(const struct making *m, size_t key)
{
    const struct role *const role = &m->roles[key];
    if (m->keys[key].is_domain)
        return GRAPH_DOMAIN;
    if (role->asks_on)
        return GRAPH_RESOLVER;
    if (role->is_asked_on)
        return GRAPH_UPSTREAM;
    return role->is_asked ? GRAPH_RESOLVER : GRAPH_CLIENT;
}

static enum status make_nodes(struct making *m)
{
    m->graph->nodes = calloc(m->key_count + 1, sizeof *m->graph->nodes);
    if (m->graph->nodes == NULL)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < m->key_count; i++)
        m->graph->nodes[i] = (struct graph_node){.name = m->keys[i].name, .kind = kind_of(m, i)};
    m->graph->node_count = m->key_count;
    return ST_OK;
}

/* --- Edges ------------------------------------------------------------------------------------ */

/* A domain hangs at the server that was asked last. */
static bool is_asked_elsewhere(const struct making *m, const struct graph_count *count)
{
    return count->hop == GRAPH_FOR && m->roles[find_key(m, count->from, false)].asks_on &&
           m->roles[find_key(m, count->to, true)].is_domain_for;
}

static void put_count(struct graph_edge *edge, const struct graph_count *count)
{
    if (count->is_result) {
        edge->counts.results[count->result] += count->lookups;
        edge->counts.failures += graph_is_failure(count->result, count->hop) ? count->lookups : 0;
        return;
    }
    edge->has_latency = count->has_latency && edge->counts.lookups == 0;
    edge->p50 = edge->has_latency ? count->p50 : 0;
    edge->p95 = edge->has_latency ? count->p95 : 0;
    edge->counts.lookups += count->lookups;
}

static int compare_edges(const void *left, const void *right)
{
    const struct graph_edge *const a = left;
    const struct graph_edge *const b = right;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return a->to == b->to ? 0 : a->to < b->to ? -1 : 1;
}

/* Puts edges between the same nodes together. Latencies of two cannot be. */
static void merge_edges(struct graph *graph)
{
    size_t kept = 0;
    qsort(graph->edges, graph->edge_count, sizeof *graph->edges, compare_edges);
    for (size_t i = 0; i < graph->edge_count; i++) {
        struct graph_edge *const last = kept == 0 ? NULL : &graph->edges[kept - 1];
        const struct graph_edge edge = graph->edges[i];
        if (last == NULL || compare_edges(last, &edge) != 0) {
            graph->edges[kept++] = edge;
            continue;
        }
        const bool has_one = last->counts.lookups == 0 || edge.counts.lookups == 0;
        const struct graph_edge *const timed = last->counts.lookups == 0 ? &edge : last;
        last->has_latency = has_one && timed->has_latency;
        last->p50 = last->has_latency ? timed->p50 : 0;
        last->p95 = last->has_latency ? timed->p95 : 0;
        add_counts(&last->counts, &edge.counts);
    }
    graph->edge_count = kept;
}

static enum status make_edges(struct making *m, const struct graph_count *counts, size_t count)
{
    m->graph->edges = calloc(count + 1, sizeof *m->graph->edges);
    if (m->graph->edges == NULL)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        if (is_asked_elsewhere(m, &counts[i]))
            continue;
        struct graph_edge *const edge = &m->graph->edges[m->graph->edge_count++];
        edge->from = find_key(m, counts[i].from, false);
        edge->to = find_key(m, counts[i].to, names_domain(counts[i].hop));
        put_count(edge, &counts[i]);
    }
    merge_edges(m->graph);
    return ST_OK;
}

/* --- Order ------------------------------------------------------------------------------------ */

static int compare_nodes(const void *left, const void *right)
{
    const struct graph_node *const a = left;
    const struct graph_node *const b = right;
    const struct graph_counts *const x = graph_node_counts(a);
    const struct graph_counts *const y = graph_node_counts(b);
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if ((a->folded > 0) != (b->folded > 0))
        return a->folded > 0 ? 1 : -1;
    if (x->failures != y->failures)
        return x->failures > y->failures ? -1 : 1;
    if (x->lookups != y->lookups)
        return x->lookups > y->lookups ? -1 : 1;
    return bytes_compare(a->name, b->name);
}

/* A node that remembers where it was. */
struct moved_node {
    struct graph_node node; /* first, for compare_nodes */
    size_t was;
};

/* Puts nodes into their order; edges follow. */
static enum status sort_nodes(struct graph *graph)
{
    struct moved_node *const moved = calloc(graph->node_count + 1, sizeof *moved);
    size_t *const places = calloc(graph->node_count + 1, sizeof *places);
    if (moved == NULL || places == NULL) {
        free(moved);
        free(places);
        return ST_NO_MEMORY;
    }
    for (size_t i = 0; i < graph->node_count; i++)
        moved[i] = (struct moved_node){graph->nodes[i], i};
    qsort(moved, graph->node_count, sizeof *moved, compare_nodes);
    for (size_t i = 0; i < graph->node_count; i++) {
        graph->nodes[i] = moved[i].node;
        places[moved[i].was] = i;
    }
    for (size_t i = 0; i < graph->edge_count; i++) {
        graph->edges[i].from = places[graph->edges[i].from];
        graph->edges[i].to = places[graph->edges[i].to];
    }
    qsort(graph->edges, graph->edge_count, sizeof *graph->edges, compare_edges);
    free(moved);
    free(places);
    return ST_OK;
}

/* Takes away domains of which no edge is left. */
static void drop_lone_nodes(struct graph *graph, size_t *places)
{
    size_t kept = 0;
    for (size_t i = 0; i < graph->node_count; i++) {
        const struct graph_node node = graph->nodes[i];
        places[i] = kept;
        if (node.sent.lookups + node.taken.lookups > 0)
            graph->nodes[kept++] = node;
    }
    graph->node_count = kept;
    for (size_t i = 0; i < graph->edge_count; i++) {
        graph->edges[i].from = places[graph->edges[i].from];
        graph->edges[i].to = places[graph->edges[i].to];
    }
}

static enum status finish(struct graph *graph)
{
    size_t *const places = calloc(graph->node_count + 1, sizeof *places);
    if (places == NULL)
        return ST_NO_MEMORY;
    sum_nodes(graph);
    drop_lone_nodes(graph, places);
    free(places);
    return sort_nodes(graph);
}

enum status graph_make(struct graph_count *counts, size_t count, struct graph *graph)
{
    struct making m = {.graph = graph};
    *graph = (struct graph){0};
    enum status status = make_keys(&m, counts, count);
    if (status == ST_OK) {
        find_roles(&m, counts, count);
        status = make_nodes(&m);
    }
    if (status == ST_OK)
        status = make_edges(&m, counts, count);
    if (status == ST_OK)
        status = finish(graph);
    free(m.keys);
    free(m.roles);
    if (status != ST_OK)
        graph_release(graph);
    return status;
}

/* --- Folding ---------------------------------------------------------------------------------- */

/* Marks the `most` nodes with most lookups among [from, to) that are not marked. */
static void keep_busiest(const struct graph *graph, size_t from, size_t to, size_t most,
                         bool *is_kept)
{
    for (; most > 0; most--) {
        size_t best = NONE;
        for (size_t i = from; i < to; i++) {
            const uint64_t lookups = graph_node_counts(&graph->nodes[i])->lookups;
            if (!is_kept[i] &&
                (best == NONE || lookups > graph_node_counts(&graph->nodes[best])->lookups))
                best = i;
        }
        if (best == NONE)
            return;
        is_kept[best] = true;
    }
}

/* Of one kind, [from, to): the nodes stand in the order of their failures. */
static void keep_some(const struct graph *graph, size_t from, size_t to, size_t most, bool *is_kept)
{
    if (to - from <= most) {
        memset(is_kept + from, true, to - from);
        return;
    }
    size_t kept = 0;
    const size_t places = most - 1; /* the last one is for the rest */
    for (size_t i = from; i < to && kept < (places + 1) / 2; i++, kept++) {
        if (graph_node_counts(&graph->nodes[i])->failures == 0)
            break;
        is_kept[i] = true;
    }
    keep_busiest(graph, from, to, places - kept, is_kept);
}

/* The end of the nodes that are of the same kind as the one at `from`. */
static size_t end_of_kind(const struct graph *graph, size_t from)
{
    size_t to = from;
    while (to < graph->node_count && graph->nodes[to].kind == graph->nodes[from].kind)
        to++;
    return to;
}

/* Copies the nodes of one kind that are kept, and one for the others; `places` says where the nodes
 * are now. */
static void fold_kind(const struct graph *graph, size_t from, const bool *is_kept,
                      struct graph *folded, size_t *places)
{
    const size_t to = end_of_kind(graph, from);
    size_t rest = NONE;
    for (size_t i = from; i < to; i++) {
        const bool is_alone = is_kept[i];
        size_t place = is_alone ? NONE : rest;
        if (place == NONE) {
            place = folded->node_count++;
            folded->nodes[place] =
                (struct graph_node){.name = is_alone ? graph->nodes[i].name : (struct bytes){0},
                                    .kind = graph->nodes[i].kind};
        }
        rest = is_alone ? rest : place;
        folded->nodes[place].folded += is_alone ? 0 : 1;
        places[i] = place;
    }
}

static enum status fold(const struct graph *graph, struct graph *folded, bool *is_kept,
                        size_t *places)
{
    for (size_t from = 0; from < graph->node_count; from = end_of_kind(graph, from))
        fold_kind(graph, from, is_kept, folded, places);
    for (size_t i = 0; i < graph->edge_count; i++) {
        struct graph_edge edge = graph->edges[i];
        edge.from = places[edge.from];
        edge.to = places[edge.to];
        folded->edges[folded->edge_count++] = edge;
    }
    merge_edges(folded);
    sum_nodes(folded);
    return sort_nodes(folded);
}

enum status graph_fold(const struct graph *graph, size_t most, struct graph *folded)
{
    assert(most >= 2);
    *folded = (struct graph){.nodes = calloc(graph->node_count + 1, sizeof *folded->nodes),
                             .edges = calloc(graph->edge_count + 1, sizeof *folded->edges)};
    bool *const is_kept = calloc(graph->node_count + 1, sizeof *is_kept);
    size_t *const places = calloc(graph->node_count + 1, sizeof *places);
    enum status status = ST_NO_MEMORY;
    if (folded->nodes != NULL && folded->edges != NULL && is_kept != NULL && places != NULL) {
        for (size_t from = 0; from < graph->node_count; from = end_of_kind(graph, from))
            keep_some(graph, from, end_of_kind(graph, from), most, is_kept);
        status = fold(graph, folded, is_kept, places);
    }
    free(is_kept);
    free(places);
    if (status != ST_OK)
        graph_release(folded);
    return status;
}
