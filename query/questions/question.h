/* What every command that takes an expression needs: the expression's tree, the data view that says
 * what its fields are, the time zone, and what time it is. */
#ifndef DNSIGHT_QUERY_QUESTIONS_QUESTION_H
#define DNSIGHT_QUERY_QUESTIONS_QUESTION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/base/time_zone.h"
#include "core/document/data_view.h"
#include "core/kql/ast.h"
#include "core/kql/parser.h"
#include "query/questions/settings.h"

struct question {
    struct bytes text; /* borrowed */
    const struct kql_node *tree;
    struct data_view *read_view;  /* owned: of --data-view FILE; else NULL */
    bool has_no_view;             /* --data-view none */
    const struct time_zone *zone; /* of clocks and of dates without a zone */
    struct buf zone_name;
    int64_t now_ns;
    struct arena arena; /* the tree and everything that is made of it */
};

/* What is wrong, in one of two forms. */
struct question_fault {
    struct kql_error kql; /* kind is not KQL_ERROR_NONE: the expression */
    struct error other;
};

/* Reads expression, data view and time zone; question_release is due in any case. Returns ST_OK;
 * ST_INVALID (expression, zone, data view) or any other status with *fault. */
MUST_CHECK enum status question_init(struct question *question, const struct settings *settings,
                                     const char *text, struct question_fault *fault);
void question_release(struct question *question);

/* The data view for local evaluation and for checking names: that of --data-view, else Dnsight's
 * own. */
const struct data_view *question_view(const struct question *question);

/* The zone's name for Elasticsearch; NULL when it is UTC, which needs no name. */
const char *question_zone(struct question *question);

/* The zone's name for people. */
const char *question_zone_shown(struct question *question);

/* Says what is wrong with an expression: on `err` with a caret, or, if `as_json`, as JSON on
 * `out`. */
void question_say_fault(struct bytes text, const struct kql_error *fault, bool as_json, FILE *out,
                        FILE *err);

#endif
