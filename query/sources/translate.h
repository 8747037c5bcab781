/* A KQL expression as the Elasticsearch query that Kibana makes of it, key for key. */
#ifndef DNSIGHT_QUERY_SOURCES_TRANSLATE_H
#define DNSIGHT_QUERY_SOURCES_TRANSLATE_H

#include <stdbool.h>

#include "core/base/buf.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/document/data_view.h"
#include "core/kql/ast.h"
#include "core/kql/parser.h"

struct translate_options {
    const struct data_view *view; /* NULL: as Kibana without a data view */
    const char *time_zone;        /* for dates without a zone; NULL: none is named */
    bool es_query;                /* with what Discover wraps around a query */
};

/* Appends the query as JSON on one line. Returns ST_OK; ST_INVALID or ST_UNSUPPORTED (scripted
 * fields) or ST_LIMIT (nested deeper than JSON_WRITER_DEPTH_MAX) with *error; ST_NO_MEMORY if the
 * buffer is full. Nothing is appended on failure. */
MUST_CHECK enum status translate(const struct kql_node *tree,
                                 const struct translate_options *options, struct buf *out,
                                 struct kql_error *error);

#endif
