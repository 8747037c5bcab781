/* The tree of a KQL expression, with Kibana's node names. */
#ifndef DNSIGHT_KQL_AST_H
#define DNSIGHT_KQL_AST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

/* Octets of the longest expression that is accepted. */
#define KQL_TEXT_MAX ((size_t)64 * 1024)
/* Deepest nesting of parentheses, braces and NOT together. */
#define KQL_DEPTH_MAX 200
/* Levels of the deepest tree: in each of those an `or`, an `and` and the node itself. */
#define KQL_TREE_DEPTH_MAX (3 * (KQL_DEPTH_MAX + 1))

enum kql_node_kind {
    KQL_AND,    /* children */
    KQL_OR,     /* children */
    KQL_NOT,    /* one child */
    KQL_NESTED, /* field: value is the path; one child */
    KQL_IS,     /* field : value; "exists" when the value is a lone wildcard */
    KQL_RANGE,  /* field op value */
};

enum kql_range_op {
    KQL_GT,
    KQL_GTE,
    KQL_LT,
    KQL_LTE,
};

enum kql_literal_kind {
    KQL_NONE, /* no field was named: free text */
    KQL_TEXT,
    KQL_WILDCARD, /* pieces separated by '*' */
    KQL_NULL,
    KQL_TRUE,
    KQL_FALSE,
};

/* A field name or value. */
struct kql_literal {
    enum kql_literal_kind kind;
    bool is_quoted;
    struct bytes text; /* KQL_TEXT: unescaped and trimmed, valid UTF-8; KQL_NULL, KQL_TRUE,
                          KQL_FALSE: the word itself (a field may be named like that) */
    /* KQL_WILDCARD: piece_count >= 2 texts with one '*' between neighbours; "a*" is {"a", ""}, a
     * lone "*" is {"", ""}, "**" is {"", "", ""}. */
    const struct bytes *pieces;
    size_t piece_count;
    size_t at;  /* offset of its first octet in the expression */
    size_t end; /* offset behind its last octet */
};

struct kql_node {
    enum kql_node_kind kind;
    enum kql_range_op op;             /* KQL_RANGE */
    struct kql_literal field;         /* KQL_IS, KQL_RANGE, KQL_NESTED (the path) */
    struct kql_literal value;         /* KQL_IS, KQL_RANGE */
    const struct kql_node **children; /* KQL_AND, KQL_OR: two or more; KQL_NOT, KQL_NESTED: one */
    size_t child_count;
    size_t at; /* octets of the expression that the node was read from: [at, end) */
    size_t end;
};

#endif
