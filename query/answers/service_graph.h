/* The service graph (docs/graph.md): what a survey is asked for it, and the graph that comes of the
 * answers. Servers count by themselves; nothing but counts leaves them. */
#ifndef DNSIGHT_QUERY_ANSWERS_SERVICE_GRAPH_H
#define DNSIGHT_QUERY_ANSWERS_SERVICE_GRAPH_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/kql/ast.h"
#include "query/gathering/graph.h"
#include "query/gathering/tally.h"
#include "query/questions/survey.h"

/* Questions that make a graph: for each the number of lookups, and how those ended that failed. */
#define SERVICE_GRAPH_PARTS 24

struct service_graph {
    struct tally tallies[SERVICE_GRAPH_PARTS];
    struct graph_count *counts; /* owned */
    size_t count;
    struct graph graph; /* after service_graph_finish */
    uint64_t lookups;   /* that are in it */
    uint64_t left_out;  /* counts that there was no room for */
};

/* Makes ready to ask about the lookups that `tree` selects; the parts of the survey,
 * SERVICE_GRAPH_PARTS of them, are set here and their trees go on the arena. service_graph_release
 * is due in any case. Returns ST_OK, or ST_NO_MEMORY with *err. */
MUST_CHECK enum status service_graph_init(struct service_graph *graph, const struct kql_node *tree,
                                          struct arena *arena, struct survey_part *parts,
                                          struct error *err);
void service_graph_release(struct service_graph *graph);

/* Makes the graph once the survey was read. Returns ST_OK; otherwise, with *err, what made counts
 * fail. */
MUST_CHECK enum status service_graph_finish(struct service_graph *graph, struct error *err);

#endif
