/* Trees to programs: what Elasticsearch does with Kibana's query before it looks at documents.
 *
 * Elasticsearch refuses bad values wherever they stand, with one way out: a clause that it can
 * rewrite to "matches nothing" (exists or a range on a field that is not mapped, a date beyond all
 * dates) empties the AND around it, and bad values beside it are never looked at. So the fault of
 * a clause is carried along in `struct compiled` until it is clear that it counts. */
#ifndef DNSIGHT_KQL_COMPILER_H
#define DNSIGHT_KQL_COMPILER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/kql/ast.h"
#include "core/kql/evaluator.h"
#include "core/kql/parser.h"
#include "core/kql/program.h"
#include "core/kql/typed_check.h"

struct compiler {
    const struct data_view *view;
    struct arena *arena;
    struct buf path;            /* of the braces around the clause */
    uint16_t scope;             /* the nested field of that path, or FIELD_NONE */
    bool scope_is_lost;         /* the path is no nested field */
    const char *time_zone;      /* as in kql_options */
    struct check_context check; /* its zone is the one of time_zone, when that is known */
    struct kql_error *error;    /* for what ends the compilation */
    size_t at;                  /* of the literal that is compiled, for faults */
};

struct compiled {
    const struct program_node *node; /* never NULL after ST_OK */
    const struct kql_error *fault;   /* why Elasticsearch refuses it, or NULL */
    bool is_rewritten_to_nothing;
    bool is_match_all; /* exactly match_all: its negation is rewritten to nothing */
};

/* Compiles a whole expression. Returns as kql_compile. */
MUST_CHECK enum status compile_expression(const struct kql_node *tree,
                                          const struct kql_options *options, struct arena *arena,
                                          const struct program_node **root,
                                          struct kql_error *error);

/* What no document matches, and what every document does. */
struct compiled compiled_nothing(void);
struct compiled compiled_everything(void);

/* The results of the functions below are those of kql_compile, too.
 *
 * A fault at the literal that is compiled: *error is copied. */
MUST_CHECK enum status compile_fault(struct compiler *c, const struct kql_error *error,
                                     struct compiled *out);

/* AND, OR and NOT (of one) of nodes; the array is kept and sorted. */
MUST_CHECK enum status compile_bool(struct compiler *c, enum program_kind kind,
                                    const struct program_node **children, size_t count,
                                    const struct program_node **node);

/* A check for a field as it is reached from the scope; nothing if it lies outside of it. */
MUST_CHECK enum status compile_field(struct compiler *c, uint16_t field,
                                     const struct value_check *check,
                                     const struct program_node **node);

/* Room for so many nodes, or NULL. */
const struct program_node **compile_node_array(struct compiler *c, size_t count);

/* OR of parts that are added one by one. */
struct compiled_or {
    const struct program_node **nodes; /* room for `cap` */
    size_t count;
    size_t cap;
    size_t rewritten;              /* parts that are rewritten to nothing */
    const struct kql_error *fault; /* the first one */
};

MUST_CHECK enum status compiled_or_add(struct compiler *c, struct compiled_or *parts,
                                       const struct compiled *part);
MUST_CHECK enum status compiled_or_end(struct compiler *c, struct compiled_or *parts,
                                       struct compiled *out);

/* Ends the compilation with an error. Returns ST_INVALID or ST_NO_MEMORY. */
enum status compile_refuse(struct compiler *c, enum kql_error_kind kind, const char *message,
                           const char *hint);
enum status compile_no_memory(struct compiler *c);

#endif
