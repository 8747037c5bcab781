/* A compiled expression. Private to core/kql.
 *
 * It mirrors the query that Kibana sends, with the fields resolved and the values read. */
#ifndef DNSIGHT_KQL_PROGRAM_H
#define DNSIGHT_KQL_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "core/document/data_view.h"
#include "core/kql/ast.h"
#include "core/kql/value_check.h"

/* Levels of a program: of a tree (an or and an and in each of its groups and negations), and what
 * one clause becomes. */
#define PROGRAM_DEPTH_MAX (3 * (KQL_DEPTH_MAX + 1) + 4)

enum program_kind {
    PROGRAM_NOTHING,
    PROGRAM_EVERYTHING,
    PROGRAM_AND,    /* all children */
    PROGRAM_OR,     /* one of the children */
    PROGRAM_NOT,    /* not the one child */
    PROGRAM_NESTED, /* one object of the row `field` for which the one child holds */
    PROGRAM_FIELD,  /* one value of `field` that passes the check */
    PROGRAM_ID,     /* the `_id` passes the check; `field`, if there is one, says it as well */
};

/* How to get from the document, or from the object of a PROGRAM_NESTED, to a field: through the
 * objects of these rows, outermost first. */
struct program_path {
    const uint16_t *rows;
    size_t count;
};

struct program_node {
    enum program_kind kind;
    uint16_t field;
    uint32_t cost; /* of looking at it, in no unit; children are in this order */
    struct program_path path;
    union {
        struct {
            const struct program_node *const *children;
            size_t child_count;
        };
        struct value_check check;
    };
};

struct kql_program {
    const struct program_node *root;
    const struct data_view *view;
};

#endif
