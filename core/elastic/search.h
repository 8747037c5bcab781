/* Every document that a query selects, page by page through a point in time, so that documents that
 * arrive meanwhile neither repeat nor hide others. */
#ifndef DNSIGHT_ELASTIC_SEARCH_H
#define DNSIGHT_ELASTIC_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/elastic/hits.h"
#include "core/elastic/http.h"
#include "core/elastic/server.h"

/* What comes first: of several values the smallest counts, or the largest in descending order;
 * documents without a value come last. */
struct search_order {
    const char *field;  /* NULL: only time counts */
    const char *type;   /* of the field in Elasticsearch, for indices that lack it */
    const char *nested; /* path of the nested objects that the field stands in; NULL: none */
    bool is_descending;
};

struct search {
    const char *target; /* data streams, indices, patterns, comma-separated; percent-encoded */
    struct bytes query; /* one query of the DSL as JSON text, {"bool":{...}}; empty: everything */
    struct search_order order; /* before @timestamp */
    bool newest_first;         /* order of @timestamp: descending; otherwise ascending */
    unsigned page_size;        /* hits a request, at most 10,000; 0: 1,000 */
};

/* Gives the hits to the sink, by the order of the search, those equal in it by @timestamp. A page
 * with a failed shard or a time-out is an error, never a shorter result; before it is one, a server
 * that says "not now" is asked again (answer_await). Returns ST_OK; what the
 * sink returned; ST_INVALID (the query, with the server's reason), ST_NOT_FOUND (no index of that
 * name), ST_UNAUTHORISED, ST_UNREACHABLE, ST_MALFORMED, ST_LIMIT or ST_NO_MEMORY with *err. */
MUST_CHECK enum status search_run(struct http_client *client, const struct server *server,
                                  const struct search *search, const struct search_sink *sink,
                                  struct error *err);

/* Counts the documents that the query selects; order and page size do not matter. Returns
 * ST_OK, or as search_run. */
MUST_CHECK enum status search_count(struct http_client *client, const struct search *search,
                                    uint64_t *count, struct error *err);

#endif
