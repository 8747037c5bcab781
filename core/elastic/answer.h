/* What a server says when it refuses, in words for a person. */
#ifndef DNSIGHT_ELASTIC_ANSWER_H
#define DNSIGHT_ELASTIC_ANSWER_H

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/elastic/http.h"
#include "core/json/tree.h"

/* Octets of the largest answer that is read as a tree, and of the arena for it. */
#define ANSWER_MAX       ((size_t)16 * 1024 * 1024)
#define ANSWER_ARENA_MAX ((size_t)512 * 1024 * 1024)

/* Appends the reason in the body of a refusal (of Elasticsearch, OpenSearch or Kibana), and behind
 * it the innermost cause where Elasticsearch wraps one error in another; the beginning of the body
 * when it is no JSON. Characters that could steer a terminal become '?'. */
void answer_reason(struct bytes body, struct buf *out);

/* Appends the reason of one error object ({"type":...,"reason":...,"caused_by":...}) or error
 * text, as answer_reason does. */
void answer_error_reason(const struct json_value *error, struct buf *out);

/* Fills *err for an answer whose status is not 2xx: address, what was attempted ("install the
 * template"), the server's reason and what to do about it. Returns ST_UNAUTHORISED
 * (401, 403), ST_NOT_FOUND (404), ST_UNREACHABLE (429 and 5xx: not now) or ST_INVALID. */
MUST_CHECK enum status answer_failure(const struct http_client *client,
                                      const struct http_response *response, const char *attempt,
                                      struct error *err);

/* Sends a request whose answer must be 2xx. Returns ST_OK, or as http_send and answer_failure. */
MUST_CHECK enum status answer_expect(struct http_client *client, const struct http_request *request,
                                     struct http_response *response, const char *attempt,
                                     struct error *err);

/* As answer_expect, for a request that only asks: while the server says "not now" (429, and 503 of
 * a shard that is still starting) it is sent again, in growing steps for about five seconds. A
 * server that names a time (Retry-After) is not asked before it, and no more when it is later than
 * that. The wait ends with the failure as soon as the client's requests are to end. */
MUST_CHECK enum status answer_await(struct http_client *client, const struct http_request *request,
                                    struct http_response *response, const char *attempt,
                                    struct error *err);

/* Reads the body of an answer as a tree on the arena. Returns ST_OK; ST_MALFORMED, ST_LIMIT or
 * ST_NO_MEMORY with *err naming the address. */
MUST_CHECK enum status answer_tree(const struct http_client *client,
                                   const struct http_response *response, struct arena *arena,
                                   const struct json_value **root, struct error *err);

/* What an answer says of the shards it comes from. */
struct answer_shards {
    bool failed;    /* some did (_shards.failed) */
    bool timed_out; /* the server stopped before all had answered */
};

/* A part of the hits is no answer to a question, whatever the server's defaults are. Returns ST_OK
 * if it is all of them, otherwise ST_UNREACHABLE with *err. */
MUST_CHECK enum status answer_check_shards(const struct http_client *client,
                                           const struct answer_shards *shards, struct error *err);

/* As answer_tree, for the answer of a search, and as answer_check_shards. */
MUST_CHECK enum status answer_search_tree(const struct http_client *client,
                                          const struct http_response *response, struct arena *arena,
                                          const struct json_value **root, struct error *err);

static inline bool answer_is_success(const struct http_response *response)
{
    return response->status >= 200 && response->status < 300;
}

#endif
