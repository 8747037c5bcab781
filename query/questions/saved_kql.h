/* The expressions of a saved query with the values of its parameters. */
#ifndef DNSIGHT_QUERY_QUESTIONS_SAVED_KQL_H
#define DNSIGHT_QUERY_QUESTIONS_SAVED_KQL_H

#include <stddef.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "query/questions/saved_query.h"

/* Most values of one command line. */
#define SAVED_VALUES_MAX 32

/* `--param name=value`, borrowed from the command line. */
struct saved_value {
    struct bytes name;
    const char *value;
};

struct saved_values {
    struct saved_value values[SAVED_VALUES_MAX];
    size_t count;
};

/* Parameters that every saved query has: they select by one field. A row without a name ends the
 * table. */
struct saved_filter {
    const char *name;
    const char *field;
};
extern const struct saved_filter saved_filters[];

/* Takes "name=value". Returns ST_OK, or ST_INVALID with *err. */
MUST_CHECK enum status saved_values_add(struct saved_values *values, const char *text,
                                        struct error *err);

/* Returns ST_OK if the query (or every query) has parameters of these names; otherwise ST_INVALID
 * with *err, which names the nearest. */
MUST_CHECK enum status saved_values_check(const struct saved_query *query,
                                          const struct saved_values *values, struct error *err);

/* Makes the expression of a step, on the arena of the query: values instead of `${name}`, and the
 * filters that are given. Returns ST_OK; ST_INVALID (no such parameter, a value of the wrong kind)
 * or ST_NO_MEMORY with *err. */
MUST_CHECK enum status saved_kql(struct saved_query *query, const struct saved_step *step,
                                 const struct saved_values *values, struct bytes *text,
                                 struct error *err);

#endif
