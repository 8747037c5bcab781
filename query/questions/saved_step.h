/* A step of a saved query, ready to be asked. */
#ifndef DNSIGHT_QUERY_QUESTIONS_SAVED_STEP_H
#define DNSIGHT_QUERY_QUESTIONS_SAVED_STEP_H

#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/kql/ast.h"
#include "query/questions/question.h"
#include "query/questions/saved_kql.h"
#include "query/questions/saved_query.h"
#include "query/questions/settings.h"

/* How far back a step that looks for what is new looks before the window, nanoseconds. */
#define SAVED_BASELINE_NS (INT64_C(7) * 24 * 3600 * 1000000000)

struct saved_asked {
    struct bytes text;           /* the expression */
    const struct kql_node *tree; /* within the range of time */
    struct settings settings;    /* those of the command line, with what the step says */
    /* What is wrong, in one of two forms. */
    struct kql_error fault; /* kind is not KQL_ERROR_NONE: the expression */
    struct error other;
};

/* Makes the expression of a step and what is to be printed of its answer; all of it lives on the
 * arenas of the query and of the question, which is that of the command line. What the command line
 * says about columns, groups and order goes before what the step says. Returns ST_OK; ST_INVALID or
 * ST_NO_MEMORY with the fault in *asked. */
MUST_CHECK enum status saved_step_ask(struct saved_query *query, const struct saved_step *step,
                                      const struct settings *settings, struct question *question,
                                      struct saved_asked *asked);

#endif
