/* What there is, beside what was found: counts over time, the most frequent values of some fields,
 * the service graph. For reports as pages. */
#ifndef DNSIGHT_QUERY_ANSWERS_OVERVIEW_H
#define DNSIGHT_QUERY_ANSWERS_OVERVIEW_H

#include <stddef.h>
#include <stdio.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/kql/ast.h"
#include "query/answers/printing.h"
#include "query/answers/service_graph.h"
#include "query/gathering/timeline.h"
#include "query/questions/question.h"
#include "query/questions/settings.h"
#include "query/questions/survey.h"

/* Tables, and the parts of a survey for everything. */
#define OVERVIEW_TABLES 10
#define OVERVIEW_PARTS  (OVERVIEW_TABLES + 2 + SERVICE_GRAPH_PARTS)

/* The most frequent values of a field, or of two. */
struct overview_table {
    const char *title;
    struct settings settings;
    struct printing printing;
    FILE *file; /* where it is printed: `text` */
    char *text; /* owned; markup, complete after overview_finish; empty if there is nothing */
    size_t text_len;
};

struct overview {
    struct overview_table tables[OVERVIEW_TABLES];
    struct timeline latencies; /* lookups of clients and their latency over time */
    struct timeline results;   /* the same lookups by their results */
    struct service_graph service;
};

/* What an overview is of; everything is borrowed for as long as it lives. */
struct overview_scope {
    const struct settings
        *settings; /* of the command line; what is to be printed does not matter */
    struct question *question;
    const struct kql_node *tree; /* the lookups */
};

/* Makes ready to ask; OVERVIEW_PARTS parts are set. overview_free is due in any case. Returns
 * ST_OK, or ST_NO_MEMORY with *err. */
MUST_CHECK enum status overview_new(const struct overview_scope *scope, struct survey_part *parts,
                                    struct overview **overview, struct error *err);
void overview_free(struct overview *overview);

/* Makes tables and graph once the survey read the parts; what fails to print is said. Returns
 * ST_OK; otherwise, with *err, what made counts fail. */
MUST_CHECK enum status overview_finish(struct overview *overview, const struct survey_part *parts,
                                       struct messages *messages, struct error *err);

#endif
