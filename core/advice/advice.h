/* Warnings about an expression, as lines for people: what KQL reads otherwise than its author may
 * think (core/kql/warnings.h), and values that Dnsight never writes (spelling.h). */
#ifndef DNSIGHT_ADVICE_ADVICE_H
#define DNSIGHT_ADVICE_ADVICE_H

#include <stdbool.h>

#include "core/advice/spelling.h"
#include "core/base/bytes.h"
#include "core/document/data_view.h"
#include "core/kql/ast.h"

struct advice_subject {
    struct bytes text;            /* the expression */
    const struct kql_node *tree;  /* that was read from it */
    const struct data_view *view; /* NULL: fields are not known */
};

/* Which warnings are wanted. */
enum advice_kind {
    ADVICE_CERTAIN, /* of what nearly nobody can have meant */
    ADVICE_NOTHING, /* also why nothing matched, or may match: values and spellings */
};

/* Gives the warnings, each once. */
void advice_give(const struct advice_subject *subject, enum advice_kind kind,
                 advice_handler handler, void *context);

#endif
