/* A saved query: a question about DNS with its KQL, what a hit means and what to look at next. One
 * file holds one; docs/saved-queries.md describes it. */
#ifndef DNSIGHT_QUERY_QUESTIONS_SAVED_QUERY_H
#define DNSIGHT_QUERY_QUESTIONS_SAVED_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "query/gathering/groups.h"
#include "query/records/fields.h"
#include "query/records/order.h"

/* Most steps and parameters of one query. */
#define SAVED_STEPS_MAX      8
#define SAVED_PARAMETERS_MAX 16

enum saved_severity {
    SAVED_OVERVIEW, /* says what there is, not that something is wrong */
    SAVED_LOW,
    SAVED_MEDIUM,
    SAVED_HIGH,
};

/* How the value of a parameter is written into the expression. */
enum saved_kind {
    SAVED_TEXT,     /* as a quoted literal, or as a pattern if it has a `*` */
    SAVED_NUMBER,   /* digits */
    SAVED_DURATION, /* 500ms, 2s, 1m: as nanoseconds */
};

/* `${name}` in an expression stands for its value. */
struct saved_parameter {
    const char *name;
    const char *help;
    const char *value; /* the default */
    enum saved_kind kind;
};

struct saved_step {
    const char *title;
    const char *kql; /* with `${name}` for parameters */
    size_t kql_line; /* of the file */
    struct field_names columns;
    struct field_names by;
    struct order order;
    struct group_filter filter; /* which groups are hits */
};

/* Everything lives on the arena. */
struct saved_query {
    struct arena arena;
    const char *name; /* of the file, without .yaml */
    const char *path;
    const char *word; /* that names it on a command line: the name, or the path if that was given */
    const char *title;
    const char *question; /* one sentence */
    const char *meaning;  /* what a hit means */
    const char *next;     /* what to look at next */
    enum saved_severity severity;
    uint64_t threshold; /* hits of the first step from which on a report speaks of it */
    struct saved_parameter parameters[SAVED_PARAMETERS_MAX];
    size_t parameter_count;
    struct saved_step steps[SAVED_STEPS_MAX]; /* the first one finds, the others explain */
    size_t step_count;
};

/* Reads the text of a file. Returns ST_OK and the query, which saved_query_free releases;
 * ST_INVALID with *err (path, line, cause, and the nearest key), or ST_NO_MEMORY. */
MUST_CHECK enum status saved_query_read(struct bytes text, const char *path,
                                        struct saved_query **query, struct error *err);
void saved_query_free(struct saved_query *query);

const char *saved_severity_name(enum saved_severity severity);

#endif
