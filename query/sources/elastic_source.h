/* Elasticsearch or OpenSearch as a source: the expression becomes a query, the server selects. */
#ifndef DNSIGHT_QUERY_SOURCES_ELASTIC_SOURCE_H
#define DNSIGHT_QUERY_SOURCES_ELASTIC_SOURCE_H

#include "core/base/error.h"
#include "core/base/macros.h"
#include "query/sources/source.h"

/* What is searched when the address names nothing behind the host. */
#define ELASTIC_SOURCE_TARGET "logs-dnsight.*-*"

/* Connects to "http(s)://[user:password@]host[:port][/data-stream-pattern]" and asks which fields
 * there are; credentials as in core/elastic/http.h. Returns ST_OK; ST_INVALID (the address),
 * ST_UNREACHABLE, ST_UNAUTHORISED, ST_NOT_FOUND (nothing matches the pattern), ST_UNSUPPORTED (some
 * other server), ST_MALFORMED, ST_LIMIT or ST_NO_MEMORY with *err. */
MUST_CHECK enum status elastic_source_open(const char *url, const struct source_patience *patience,
                                           struct source **source, struct error *err);

#endif
