/* Which documents an expression selects: what Elasticsearch's answer to Kibana's query would be,
 * decided locally. */
#ifndef DNSIGHT_KQL_EVALUATOR_H
#define DNSIGHT_KQL_EVALUATOR_H

#include <stdbool.h>

#include "core/base/arena.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/document/document.h"
#include "core/kql/ast.h"
#include "core/kql/parser.h"

struct kql_program;

struct kql_options {
    const struct data_view *view; /* fields and types; outlives the program */
    int64_t now_ns;               /* for date math */
    const char *time_zone;        /* IANA name or offset for dates without a zone; NULL is UTC */
};

/* Compiles a tree for the fields of a data view; everything lives on the arena. Returns ST_OK, or
 * ST_INVALID with *error (nested fields outside their braces, values the type cannot read), or
 * ST_NO_MEMORY. */
MUST_CHECK enum status kql_compile(const struct kql_node *tree, const struct kql_options *options,
                                   struct arena *arena, const struct kql_program **program,
                                   struct kql_error *error);

/* True if the document is selected. Allocates nothing; safe from several threads. */
bool kql_matches(const struct kql_program *program, const struct document *document);

/* Sets a bit in `wanted` (one per field of the data view) for each field whose values the program
 * looks at, so that a reader can leave the others out. */
void kql_wanted_fields(const struct kql_program *program, uint64_t *wanted);

#endif
