#include "query/sources/elastic_source.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/elastic/answer.h"
#include "core/elastic/composite.h"
#include "core/elastic/http.h"
#include "core/elastic/search.h"
#include "core/elastic/server.h"
#include "query/sources/translate.h"

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
    struct buf boundary; /* sort values of the last hit that is wanted, see take_hit */
    size_t sort_count;   /* how many of them decide: all but that which breaks ties */
    uint64_t limit;      /* hits that are wanted */
    uint64_t given;
};

/* The first elements of a JSON array, as they stand there. */
static struct bytes first_elements(struct bytes array, size_t count)
{
    bool is_text = false;
    size_t end = 0;
    for (; end < array.len; end++) {
        const uint8_t octet = array.data[end];
        if (is_text && octet == '\\')
            end++;
        is_text = octet == '"' ? !is_text : is_text;
        if (octet == ',' && !is_text && --count == 0)
            break;
    }
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
 * so all that are equal to the last one wanted, but for what breaks ties, are given; the listener's
 * own order decides then. */
static enum status take_hit(void *context, const struct search_hit *found, struct error *err)
{
    struct searching *const s = context;
    const struct bytes place = first_elements(found->sort, s->sort_count);
    if (s->given >= s->limit && !bytes_equal(buf_bytes(&s->boundary), place))
        return ST_END;
    const struct hit hit = {.id = found->id, .json = on_one_line(s, found->source)};
    if (!buf_ok(&s->line))
        return error_set(err, ST_LIMIT, "a document is too large");
    listener_hit(s->listener, &hit);
    show_progress(s);
    if (++s->given == s->limit)
        buf_add(&s->boundary, place);
    return listener_is_done(s->listener) ? ST_END : ST_OK;
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

/* The field of that name, if the server orders and groups by its values as we do. Of other types it
 * knows less than the document says, or nothing; then all hits are read and it is done here. */
static const struct data_view_field *server_field(const struct elastic_source *source,
                                                  const struct source_request *request,
                                                  struct bytes name)
{
    const uint16_t found = data_view_find(source->view, name);
    if (found == FIELD_NONE || request->view != source->view)
        return NULL;
    const struct data_view_field *const field = &source->view->fields[found];
    switch (field->type) {
    case FIELD_KEYWORD:
    case FIELD_CONSTANT_KEYWORD:
    case FIELD_LONG:
    case FIELD_INTEGER:
    case FIELD_SHORT:
    case FIELD_BYTE:
    case FIELD_BOOLEAN:
    case FIELD_IP:
        return field;
    case FIELD_OBJECT:
    case FIELD_NESTED:
    case FIELD_WILDCARD:
    case FIELD_TEXT:
    case FIELD_MATCH_ONLY_TEXT:
    case FIELD_FLATTENED:
    case FIELD_UNSIGNED_LONG:
    case FIELD_DOUBLE:
    case FIELD_FLOAT:
    case FIELD_HALF_FLOAT:
    case FIELD_SCALED_FLOAT:
    case FIELD_DATE:
    case FIELD_DATE_NANOS:
    case FIELD_HISTOGRAM:
    case FIELD_ALIAS:
    case FIELD_OTHER:
    case FIELD_TYPE_COUNT:
        break;
    }
    return NULL;
}

/* The path of the nested objects around a field, or NULL. */
static const char *nested_path(const struct elastic_source *source,
                               const struct data_view_field *field)
{
    return field->nested == FIELD_NONE ? NULL : source->view->fields[field->nested].name;
}

/* By a field: in the server if it can, which then decides which hits are enough. */
static struct search_order order_of(const struct elastic_source *source,
                                    const struct source_request *request)
{
    const struct bytes name = request->order.field;
    const struct data_view_field *const field =
        name.len == 0 ? NULL : server_field(source, request, name);
    /* OpenSearch 2.19 answers a search that is sorted by a nested number with status 500. */
    const bool is_nested = field != NULL && field->nested != FIELD_NONE;
    if (field == NULL || (is_nested && source->server.product == SERVER_OPENSEARCH))
        return (struct search_order){.field = NULL};
    return (struct search_order){.field = field->name,
                                 .type = field_type_name(field->type),
                                 .nested = nested_path(source, field),
                                 .is_descending = request->order.is_descending};
}

/* Reads the first `limit` lookups by the order of the search, of `total` that match. */
static MUST_CHECK enum status read_first(const struct elastic_source *source, struct search search,
                                         uint64_t limit, struct source_listener *listener,
                                         struct error *err)
{
    struct searching s = {.source = source,
                          .listener = listener,
                          .limit = limit,
                          .sort_count = search.order.field == NULL ? 1 : 2};
    search.page_size = limit < PAGE_MAX ? (unsigned)limit + 1 : PAGE_MAX;
    return limit == 0 ? ST_OK : read_hits(&s, &search, err);
}

/* The newest or first lookups if only some are wanted. Where the server cannot order them the
 * listener decides, from all. */
static MUST_CHECK enum status read_lookups(const struct elastic_source *source,
                                           const struct source_request *request,
                                           struct search search, struct source_listener *listener,
                                           struct error *err)
{
    const uint64_t before = listener->matched;
    const bool is_by_time = request->order.field.len == 0;
    if (request->limit == UINT64_MAX && !request->wants_count)
        return read_first(source, search, UINT64_MAX, listener, err);
    uint64_t total = 0;
    enum status status = search_count(source->client, &search, &total, err);
    if (status != ST_OK)
        return status;
    search.order = order_of(source, request);
    search.newest_first = is_by_time;
    const bool is_ordered = is_by_time || search.order.field != NULL;
    status = ST_INVALID;
    if (request->wants_count)
        status = ST_OK;
    else if (is_ordered)
        status = read_first(source, search, request->limit, listener, err);
    if (status == ST_INVALID && !is_by_time && listener->matched == before) {
        search.order.field = NULL;
        status = read_first(source, search, UINT64_MAX, listener, err);
    }
    if (listener->matched < before + total)
        listener->matched = before + total;
    return status;
}

static enum status take_group(void *context, const struct composite_group *found, struct error *err)
{
    struct source_listener *const listener = context;
    (void)err;
    struct source_group group = {
        .json = found->values, .count = found->count, .has_latency = found->has_percentiles};
    for (size_t i = 0; found->has_percentiles && i < GROUP_PERCENT_COUNT; i++)
        group.latency[i] = (uint64_t)found->percentiles[i];
    listener->is_stopped = !listener->take_group(listener->context, &group);
    return listener_is_done(listener) ? ST_END : ST_OK;
}

/* Lets the server count. Returns ST_UNSUPPORTED if it cannot by these fields as we would: a field
 * in nested objects has its own count, which cannot be combined with others. */
static MUST_CHECK enum status read_groups(const struct elastic_source *source,
                                          const struct source_request *request,
                                          const struct search *search,
                                          struct source_listener *listener, struct error *err)
{
    static_assert(GROUP_PERCENT_COUNT == COMPOSITE_PERCENT_COUNT, "the same percentiles");
    struct composite composite = {.target = search->target,
                                  .query = search->query,
                                  .fields = request->by->names,
                                  .field_count = request->by->count,
                                  .intervals = request->intervals,
                                  .metric = "event.duration"};
    for (size_t i = request->intervals > 0 ? 1 : 0; i < request->by->count; i++) {
        const struct data_view_field *const field =
            server_field(source, request, request->by->names[i]);
        if (field == NULL || (field->nested != FIELD_NONE && request->by->count > 1))
            return ST_UNSUPPORTED;
        composite.nested = nested_path(source, field);
    }
    struct composite_sink sink = {take_group, listener, 0};
    const enum status status =
        composite_run(source->client, &source->server, &composite, &sink, err);
    listener->matched += sink.matched;
    if (status == ST_INVALID)
        return ST_UNSUPPORTED;
    return status == ST_END ? ST_OK : status;
}

static MUST_CHECK enum status read_answer(const struct elastic_source *source,
                                          const struct source_request *request,
                                          const struct search *search,
                                          struct source_listener *listener, struct error *err)
{
    enum status status = ST_UNSUPPORTED;
    if (request->by != NULL)
        status = read_groups(source, request, search, listener, err);
    return status == ST_UNSUPPORTED ? read_lookups(source, request, *search, listener, err)
                                    : status;
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
        status = read_answer(source, request, &search, listener, err);
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
    enum status status = answer_await(source->client, &request, &response, "read the fields", err);
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
                                             const struct source_patience *patience,
                                             struct error *err)
{
    const struct http_options options = {
        .url = url, .timeout_s = patience->timeout_s, .is_ended = patience->stop};
    enum status status = http_client_new(&options, &source->client, err);
    if (status == ST_OK)
        status = server_identify(source->client, &source->server, err);
    if (status != ST_OK)
        return status;
    const char *const target = http_client_target(source->client);
    source->target = target[0] == '\0' ? ELASTIC_SOURCE_TARGET : target;
    return read_view(source, err);
}

enum status elastic_source_open(const char *url, const struct source_patience *patience,
                                struct source **source, struct error *err)
{
    static const struct source_kind kind = {
        .read = elastic_read, .view = elastic_view, .close = elastic_close};
    struct elastic_source *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    made->base.kind = &kind;
    const enum status status = connect_source(made, url, patience, err);
    if (status != ST_OK) {
        elastic_close(&made->base);
        return status;
    }
    *source = &made->base;
    return ST_OK;
}
