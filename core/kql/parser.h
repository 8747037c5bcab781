/* KQL text to a tree: the grammar that Kibana accepts, with its verdicts and error places, and
 * `path:<...>` as another spelling of `path:{...}`. */
#ifndef DNSIGHT_KQL_PARSER_H
#define DNSIGHT_KQL_PARSER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/kql/ast.h"

/* What is wrong with an expression, and what to write instead. */
struct kql_error {
    enum kql_error_kind {
        KQL_ERROR_NONE,
        KQL_ERROR_SYNTAX,
        KQL_ERROR_NESTED,      /* a nested field outside its braces, or the other way round */
        KQL_ERROR_SCRIPTED,    /* a scripted field: needs painless, which we do not emit */
        KQL_ERROR_UNSUPPORTED, /* a type of field that is evaluated by Elasticsearch only */
        KQL_ERROR_TYPE,        /* a value that Elasticsearch refuses for the field's type */
        KQL_ERROR_LIMIT,       /* too long or too deep */
    } kind;
    size_t at;         /* octets from the start of the expression: where the caret goes */
    size_t related_at; /* a second place (an opening brace), or SIZE_MAX */
    char message[512]; /* one sentence without a final dot */
    char hint[512];    /* what to write instead, or "" */
};

/* Octets of an arena that are enough for any expression, for each of its octets: the densest are
 * long value groups, a node for every five octets. */
#define KQL_ARENA_PER_OCTET ((size_t)64)
#define KQL_ARENA_LEAST     ((size_t)32 * 1024)

/* Parses an expression; everything lives on the arena. An empty or blank one gives the match-all
 * node `* : *`. Returns ST_OK; ST_INVALID with *error filled; ST_LIMIT or ST_NO_MEMORY (error
 * filled as well). */
MUST_CHECK enum status kql_parse(struct bytes text, struct arena *arena,
                                 const struct kql_node **tree, struct kql_error *error);

/* True if kql_parse would return ST_OK, memory given. */
bool kql_is_expression(struct bytes text);

#endif
