#include "query/elastic_source.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/elastic/answer.h"
#include "core/elastic/http.h"
#include "core/elastic/search.h"
#include "core/elastic/server.h"
#include "query/translate.h"

/* Octets of a translated expression, and of one document. */
#define QUERY_MAX    ((size_t)32 * 1024 * 1024)
#define DOCUMENT_MAX ((size_t)256 * 1024 * 1024)
/* Hits of one request: some megabytes. */
#define PAGE_MAX 2000U
/* Octets of a request's path. */
#define PATH_LEN_MAX ((size_t)64 * 1024)

struct elastic_source {
    struct source base;
    struct http_client *client;
    struct server server;
    const char *target; /* static, or borrowed from the client */
    struct data_view *view;
};

/* One search that is under way. */
struct searching {
    const struct elastic_source *source;
    struct source_listener *listener;
    struct buf line;     /* a document that is stored on several lines, on one */
    struct buf boundary; /* sort value of time of the last hit that is wanted, see take_hit */
    uint64_t limit;      /* hits that are wanted */
    uint64_t given;
};

/* The first element of a JSON array, as it stands there. */
static struct bytes first_element(struct bytes array)
{
    size_t end = 0;
    while (end < array.len && array.data[end] != ',' && array.data[end] != ']')
        end++;
    return bytes_slice(array, 0, end);
}

/* The document on one line: outside of strings a line end is white space, and inside of them JSON
 * has none. */
static struct bytes on_one_line(struct searching *s, struct bytes json)
{
    if (memchr(json.data, '\n', json.len) == NULL && memchr(json.data, '\r', json.len) == NULL)
        return json;
    buf_reset(&s->line);
    for (size_t i = 0; i < json.len; i++) {
        const bool is_line_end = json.data[i] == '\n' || json.data[i] == '\r';
        buf_add_u8(&s->line, is_line_end ? ' ' : json.data[i]);
    }
    return buf_bytes(&s->line);
}

static void show_progress(const struct searching *s)
{
    struct progress *const progress = &s->listener->messages->progress;
    if (!progress_is_due(progress))
        return;
    const struct progress_state state = {
        .what = http_client_address(s->source->client),
        .lookups = s->given,
    };
    progress_show(progress, &state);
}

/* Gives a hit to the listener. The server does not order lookups of the same millisecond as we do,
 * so all of that of the last one wanted are given; the listener's own order decides then. */
static enum status take_hit(void *context, const struct search_hit *found, struct error *err)
{
    struct searching *const s = context;
    if (s->given >= s->limit && !bytes_equal(buf_bytes(&s->boundary), first_element(found->sort)))
        return ST_END;
    const struct hit hit = {.id = found->id, .json = on_one_line(s, found->source)};
    if (!buf_ok(&s->line))
        return error_set(err, ST_LIMIT, "a document is too large");
    listener_hit(s->listener, &hit);
    show_progress(s);
    if (++s->given == s->limit)
        buf_add(&s->boundary, first_element(found->sort));
    return s->listener->is_stopped ? ST_END : ST_OK;
}

static MUST_CHECK enum status read_hits(struct searching *s, const struct search *search,
                                        struct error *err)
{
    const struct search_sink sink = {take_hit, s};
    buf_init(&s->line, DOCUMENT_MAX);
    buf_init(&s->boundary, PATH_LEN_MAX);
    const enum status status =
        search_run(s->source->client, &s->source->server, search, &sink, err);
    buf_release(&s->line);
    buf_release(&s->boundary);
    return status == ST_END ? ST_OK : status;
}

/* The newest lookups first if only some are wanted; by a field the listener decides, from all. */
static MUST_CHECK enum status read_lookups(const struct elastic_source *source,
                                           const struct source_request *request,
                                           struct search search, struct source_listener *listener,
                                           struct error *err)
{
    const bool is_limited = request->limit != UINT64_MAX && request->order.field.len == 0;
    uint64_t total = 0;
    if (is_limited || request->wants_count) {
        const enum status status = search_count(source->client, &search, &total, err);
        if (status != ST_OK)
            return status;
    }
    if (request->wants_count) {
        listener->matched += total;
        return ST_OK;
    }
    struct searching s = {.source = source, .listener = listener};
    s.limit = is_limited ? request->limit : UINT64_MAX;
    search.newest_first = is_limited;
    search.page_size = s.limit < PAGE_MAX ? (unsigned)s.limit + 1 : PAGE_MAX;
    const enum status status = s.limit == 0 ? ST_OK : read_hits(&s, &search, err);
    listener->matched += total > s.given ? total - s.given : 0;
    return status;
}

static MUST_CHECK enum status translate_request(const struct source_request *request,
                                                struct buf *query, struct error *err)
{
    const struct translate_options options = {
        .view = request->view,
        .time_zone = request->time_zone,
    };
    struct kql_error fault = {.kind = KQL_ERROR_NONE};
    const enum status status = translate(request->tree, &options, query, &fault);
    if (status != ST_OK)
        return error_set(err, status, "%s",
                         fault.kind != KQL_ERROR_NONE ? fault.message : status_text(status));
    return ST_OK;
}

static enum status elastic_read(struct source *base, const struct source_request *request,
                                struct source_listener *listener, struct error *err)
{
    const struct elastic_source *const source = (const struct elastic_source *)base;
    struct buf query;
    buf_init(&query, QUERY_MAX);
    enum status status = translate_request(request, &query, err);
    const struct search search = {.target = source->target, .query = buf_bytes(&query)};
    if (status == ST_OK)
        status = read_lookups(source, request, search, listener, err);
    buf_release(&query);
    return status;
}

static const struct data_view *elastic_view(const struct source *base)
{
    return ((const struct elastic_source *)base)->view;
}

static void elastic_close(struct source *base)
{
    struct elastic_source *const source = (struct elastic_source *)base;
    http_client_free(source->client);
    data_view_free(source->view);
    free(source);
}

/* An answer of _field_caps without any index. */
static MUST_CHECK enum status check_indices(const struct elastic_source *source,
                                            const struct http_response *response, struct error *err)
{
    struct arena arena;
    arena_init(&arena, ANSWER_ARENA_MAX);
    const struct json_value *root = NULL;
    enum status status = answer_tree(source->client, response, &arena, &root, err);
    const struct json_value *const indices = json_member(root, "indices");
    if (status == ST_OK && indices != NULL && indices->count == 0)
        status = error_set(err, ST_NOT_FOUND, "%s: no data stream or index matches %s",
                           http_client_address(source->client), source->target);
    arena_release(&arena);
    return status;
}

static MUST_CHECK enum status read_view(struct elastic_source *source, struct error *err)
{
    struct buf path;
    buf_init(&path, PATH_LEN_MAX);
    buf_add_u8(&path, '/');
    buf_add_text(&path, source->target);
    buf_add_text(&path, "/_field_caps?fields=*");
    const struct http_request request = {.path = buf_text(&path)};
    struct http_response response;
    http_response_init(&response, source->client);
    enum status status = answer_expect(source->client, &request, &response, "read the fields", err);
    if (status == ST_OK)
        status = check_indices(source, &response, err);
    if (status == ST_OK) {
        status = data_view_read(buf_bytes(&response.body), &source->view, err);
        if (status != ST_OK)
            error_prefix(err, "%s", http_client_address(source->client));
    }
    http_response_release(&response);
    buf_release(&path);
    return status;
}

static MUST_CHECK enum status connect_source(struct elastic_source *source, const char *url,
                                             struct error *err)
{
    enum status status = http_client_new(&(struct http_options){.url = url}, &source->client, err);
    if (status == ST_OK)
        status = server_identify(source->client, &source->server, err);
    if (status != ST_OK)
        return status;
    const char *const target = http_client_target(source->client);
    source->target = target[0] == '\0' ? ELASTIC_SOURCE_TARGET : target;
    return read_view(source, err);
}

enum status elastic_source_open(const char *url, struct source **source, struct error *err)
{
    static const struct source_kind kind = {
        .read = elastic_read, .view = elastic_view, .close = elastic_close};
    struct elastic_source *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    made->base.kind = &kind;
    const enum status status = connect_source(made, url, err);
    if (status != ST_OK) {
        elastic_close(&made->base);
        return status;
    }
    *source = &made->base;
    return ST_OK;
}
