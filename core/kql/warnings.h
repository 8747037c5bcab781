/* Expressions that are correct and hardly mean what their author thinks. */
#ifndef DNSIGHT_KQL_WARNINGS_H
#define DNSIGHT_KQL_WARNINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"
#include "core/document/data_view.h"
#include "core/kql/ast.h"

struct kql_warning {
    size_t at; /* octets of the expression that are meant: [at, end) */
    size_t end;
    char message[256]; /* one sentence without a final dot */
    char hint[512];    /* the whole expression, mended, or "" */
    bool is_guess;     /* may be meant as it is: of interest when nothing matched */
};

/* Fills `warnings` (room for `max`) from left to right: habits of Lucene and of programming
 * languages that KQL reads as text, values with blanks that look like lists, negation and two
 * values of a field inside braces, free text inside braces, and, with a data view, fields that it
 * does not know; each of them once. `text` is the expression that the tree was read from. Returns
 * how many there are, at most `max`. */
size_t kql_warn(struct bytes text, const struct kql_node *tree, const struct data_view *view,
                struct kql_warning *warnings, size_t max);

#endif
