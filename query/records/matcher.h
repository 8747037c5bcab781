/* Which documents of a local source an expression selects, whatever form they come in. */
#ifndef DNSIGHT_QUERY_RECORDS_MATCHER_H
#define DNSIGHT_QUERY_RECORDS_MATCHER_H

#include <stdbool.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/document/document.h"
#include "core/kql/evaluator.h"
#include "query/records/fields.h"

struct matcher_options {
    const struct kql_node *tree;      /* used by matcher_new only */
    struct kql_options kql;           /* the view must outlive the matcher */
    const struct field_names *fields; /* what hits must have read; used by matcher_new only */
    bool wants_json;                  /* hits have their JSON text */
};

/* A document that is selected. Everything in it dies with the next call of the matcher. */
struct hit {
    const struct document *document; /* over the view of the source; NULL: only the text is there */
    struct bytes id;                 /* `_id`, or empty */
    struct bytes json;               /* as it is stored, the envelope of an export included, on one
                                        line; empty unless it is wanted */
};

struct matcher;

/* Returns ST_OK; ST_INVALID with *error (kql_compile), or ST_NO_MEMORY. */
MUST_CHECK enum status matcher_new(const struct matcher_options *options, struct matcher **matcher,
                                   struct kql_error *error);
void matcher_free(struct matcher *matcher);

/* Reads a document from JSON text; *is_hit says whether it is selected, and then *hit is filled. A
 * text between braces that cannot be selected is not read, so faults inside of it stay unseen. An
 * object that has neither an `_id` nor any field of the data view is no document. Returns ST_OK, or
 * ST_MALFORMED or ST_LIMIT with *err. */
MUST_CHECK enum status matcher_json(struct matcher *matcher, struct bytes json, bool *is_hit,
                                    struct hit *hit, struct error *err);

/* The first field of the text that matcher_json read last whose value does not fit its type, and is
 * left out; NULL if there is none. Only fields that are needed are read. */
const char *matcher_unfit_field(const struct matcher *matcher);

/* As matcher_json for a document of a capture, which is over the built-in data view. */
MUST_CHECK enum status matcher_document(struct matcher *matcher, const struct document *document,
                                        bool *is_hit, struct hit *hit, struct error *err);

#endif
