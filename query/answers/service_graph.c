#include "query/answers/service_graph.h"

#include <stdlib.h>

#include "core/base/macros.h"
#include "core/kql/parser.h"

/* Who is a workload is known by it, anybody else by its address. Each combination is asked for
 * alone, because percentiles of several counts cannot be put together. */
#define CLIENT_WORKLOAD "lookup.client.workload"
#define CLIENT_ADDRESS  "source.ip"
#define SERVER_WORKLOAD "lookup.server.workload"
#define SERVER_ADDRESS  "destination.ip"
#define DOMAIN          "dns.question.registered_domain"
#define RESULT          "lookup.result"

#define ASKED_ON "lookup.leg: (server_upstream or nodelocal_server)"
#define ASKED    "not " ASKED_ON
/* What a policy denied never got further. */
#define EXTERNAL   " and lookup.scope: external and not lookup.result: denied"
#define KNOWN(f)   " and " f ": *"
#define UNKNOWN(f) " and not " f ": *"

static const struct hop_question {
    const char *kql;
    const char *from;
    const char *to;
    enum graph_hop hop;
} QUESTIONS[SERVICE_GRAPH_PARTS / 2] = {
    {ASKED KNOWN(CLIENT_WORKLOAD) KNOWN(SERVER_WORKLOAD), CLIENT_WORKLOAD, SERVER_WORKLOAD,
     GRAPH_ASKS},
    {ASKED KNOWN(CLIENT_WORKLOAD) UNKNOWN(SERVER_WORKLOAD), CLIENT_WORKLOAD, SERVER_ADDRESS,
     GRAPH_ASKS},
    {ASKED UNKNOWN(CLIENT_WORKLOAD) KNOWN(SERVER_WORKLOAD), CLIENT_ADDRESS, SERVER_WORKLOAD,
     GRAPH_ASKS},
    {ASKED UNKNOWN(CLIENT_WORKLOAD) UNKNOWN(SERVER_WORKLOAD), CLIENT_ADDRESS, SERVER_ADDRESS,
     GRAPH_ASKS},
    {ASKED_ON KNOWN(CLIENT_WORKLOAD) KNOWN(SERVER_WORKLOAD), CLIENT_WORKLOAD, SERVER_WORKLOAD,
     GRAPH_ASKS_ON},
    {ASKED_ON KNOWN(CLIENT_WORKLOAD) UNKNOWN(SERVER_WORKLOAD), CLIENT_WORKLOAD, SERVER_ADDRESS,
     GRAPH_ASKS_ON},
    {ASKED_ON UNKNOWN(CLIENT_WORKLOAD) KNOWN(SERVER_WORKLOAD), CLIENT_ADDRESS, SERVER_WORKLOAD,
     GRAPH_ASKS_ON},
    {ASKED_ON UNKNOWN(CLIENT_WORKLOAD) UNKNOWN(SERVER_WORKLOAD), CLIENT_ADDRESS, SERVER_ADDRESS,
     GRAPH_ASKS_ON},
    {ASKED EXTERNAL KNOWN(SERVER_WORKLOAD), SERVER_WORKLOAD, DOMAIN, GRAPH_FOR},
    {ASKED EXTERNAL UNKNOWN(SERVER_WORKLOAD), SERVER_ADDRESS, DOMAIN, GRAPH_FOR},
    {ASKED_ON EXTERNAL KNOWN(SERVER_WORKLOAD), SERVER_WORKLOAD, DOMAIN, GRAPH_ON_FOR},
    {ASKED_ON EXTERNAL UNKNOWN(SERVER_WORKLOAD), SERVER_ADDRESS, DOMAIN, GRAPH_ON_FOR},
};

/* Each question comes twice: all lookups, then those without an answer by their result. */
static bool asks_results(size_t part)
{
    return part % 2 == 1;
}

static enum status parse(const char *kql, struct arena *arena, const struct kql_node **tree,
                         struct error *err)
{
    struct kql_error fault = {.kind = KQL_ERROR_NONE};
    const enum status status = kql_parse(bytes_of(kql), arena, tree, &fault);
    return status == ST_OK ? ST_OK : error_set(err, status, "%s: %s", kql, fault.message);
}

/* What both select, or all three. */
static const struct kql_node *both(const struct kql_node *const *trees, size_t count,
                                   struct arena *arena)
{
    const struct kql_node **const children = arena_array(arena, count, sizeof(struct kql_node *));
    struct kql_node *const node = arena_array(arena, 1, sizeof *node);
    if (children == NULL || node == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++)
        children[i] = trees[i];
    *node = (struct kql_node){.kind = KQL_AND, .children = children, .child_count = count};
    return node;
}

/* The lookups that a part is about: those of the whole graph that it asks for. */
static enum status part_tree(size_t i, const struct kql_node *tree, struct arena *arena,
                             const struct kql_node **all, struct error *err)
{
    const struct kql_node *trees[3] = {tree};
    enum status status = parse(QUESTIONS[i / 2].kql, arena, &trees[1], err);
    if (status == ST_OK && asks_results(i))
        status = parse("not " RESULT ": answer", arena, &trees[2], err);
    if (status != ST_OK)
        return status;
    *all = both(trees, asks_results(i) ? 3 : 2, arena);
    return *all == NULL ? error_set(err, ST_NO_MEMORY, "memory is exhausted") : ST_OK;
}

static enum status init_part(struct service_graph *g, size_t i, const struct kql_node *tree,
                             struct survey_part *part)
{
    const struct hop_question *const question = &QUESTIONS[i / 2];
    const struct field_names by = {
        .names = {bytes_of(question->from), bytes_of(question->to), BYTES_LITERAL(RESULT)},
        .count = asks_results(i) ? 3 : 2};
    *part = (struct survey_part){.text = bytes_of(question->kql),
                                 .tree = tree,
                                 .fields = &g->tallies[i].fields,
                                 .by = &g->tallies[i].by,
                                 .limit = UINT64_MAX,
                                 .begin = tally_begin,
                                 .take = tally_take,
                                 .take_group = tally_take_group,
                                 .context = &g->tallies[i]};
    return tally_init(&g->tallies[i], &by);
}

enum status service_graph_init(struct service_graph *graph, const struct kql_node *tree,
                               struct arena *arena, struct survey_part *parts, struct error *err)
{
    *graph = (struct service_graph){0};
    enum status status = ST_OK;
    for (size_t i = 0; status == ST_OK && i < SERVICE_GRAPH_PARTS; i++) {
        const struct kql_node *part = NULL;
        status = part_tree(i, tree, arena, &part, err);
        if (status == ST_OK && init_part(graph, i, part, &parts[i]) != ST_OK)
            status = error_set(err, ST_NO_MEMORY, "memory is exhausted");
    }
    return status;
}

void service_graph_release(struct service_graph *graph)
{
    graph_release(&graph->graph);
    for (size_t i = 0; i < SERVICE_GRAPH_PARTS; i++)
        tally_release(&graph->tallies[i]);
    free(graph->counts);
    *graph = (struct service_graph){0};
}

static struct bytes value_of(const struct group *group, size_t at)
{
    struct bytes value = {0};
    return group_value(group, at, &value) ? value : BYTES_LITERAL("(unknown)");
}

static struct graph_count count_of(const struct group *group, size_t part)
{
    struct graph_count count = {.from = value_of(group, 0),
                                .to = value_of(group, 1),
                                .hop = QUESTIONS[part / 2].hop,
                                .lookups = group->count,
                                .is_result = asks_results(part)};
    if (count.is_result) {
        count.result = graph_result_of(value_of(group, 2));
        return count;
    }
    count.has_latency = group->latency.count > 0;
    count.p50 = quantiles_percentile(&group->latency, 50);
    count.p95 = quantiles_percentile(&group->latency, 95);
    return count;
}

static enum status add_counts(struct service_graph *g, size_t part)
{
    size_t count = 0;
    const struct group *groups = NULL;
    if (groups_sort(g->tallies[part].groups, &groups, &count) != ST_OK)
        return ST_NO_MEMORY;
    g->left_out += groups_left_out(g->tallies[part].groups);
    struct graph_count *const grown = reallocarray(g->counts, g->count + count + 1, sizeof *grown);
    if (grown == NULL)
        return ST_NO_MEMORY;
    g->counts = grown;
    for (size_t i = 0; i < count; i++) {
        g->counts[g->count] = count_of(&groups[i], part);
        const enum graph_hop hop = g->counts[g->count++].hop;
        if (!asks_results(part) && (hop == GRAPH_ASKS || hop == GRAPH_ASKS_ON))
            g->lookups += groups[i].count;
    }
    return ST_OK;
}

enum status service_graph_finish(struct service_graph *graph, struct error *err)
{
    enum status status = ST_OK;
    for (size_t i = 0; status == ST_OK && i < SERVICE_GRAPH_PARTS; i++) {
        if (graph->tallies[i].fault.status != ST_OK) {
            *err = graph->tallies[i].fault;
            return err->status;
        }
        status = add_counts(graph, i);
    }
    if (status == ST_OK)
        status = graph_make(graph->counts, graph->count, &graph->graph);
    return status == ST_OK ? ST_OK : error_set(err, status, "memory is exhausted");
}
