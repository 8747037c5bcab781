#include "core/elastic/search.h"

#include "core/elastic/answer.h"
#include "core/elastic/point_in_time.h"
#include "core/json/writer.h"

#define PAGE_SIZE_DEFAULT 1000U
#define PAGE_SIZE_MAX     10000U
/* Octets of a search request: the query, and a point in time that names every shard. */
#define REQUEST_MAX ((size_t)64 * 1024 * 1024)
#define MATCH_ALL   "{\"match_all\":{}}"

/* A search that is under way. */
struct run {
    struct http_client *client;
    const struct search *search;
    const char *tiebreaker; /* field that orders documents of the same time */
    struct hits_reader *hits;
    struct http_response response;
    struct point_in_time pit;
    struct buf after;   /* sort values of the last hit so far; empty before the first page */
    struct buf path;    /* of the request that is being made */
    struct buf request; /* its body */
    bool is_empty;      /* nothing matches the target */
};

static struct bytes query_of(const struct search *search)
{
    return search->query.len == 0 ? BYTES_LITERAL(MATCH_ALL) : search->query;
}

/* Sends what is in `path` and `request`. */
static MUST_CHECK enum status send(struct run *run, enum http_method method, struct bytes body,
                                   struct error *err)
{
    const struct http_request request = {
        .method = method,
        .path = buf_text(&run->path),
        .body = body,
    };
    if (!buf_ok(&run->path) || !buf_ok(&run->request))
        return error_set(err, ST_LIMIT, "the query is larger than %zu octets", REQUEST_MAX);
    return answer_await(run->client, &request, &run->response, "search", err);
}

static void write_order(struct json_writer *w, const struct search_order *order)
{
    json_begin_object(w);
    json_key(w, order->field);
    json_begin_object(w);
    json_key(w, "order");
    json_text(w, order->is_descending ? "desc" : "asc");
    if (order->type != NULL) {
        json_key(w, "unmapped_type");
        json_text(w, order->type);
    }
    if (order->nested != NULL) {
        json_key(w, "nested");
        json_begin_object(w);
        json_key(w, "path");
        json_text(w, order->nested);
        json_end_object(w);
    }
    json_end_object(w);
    json_end_object(w);
}

static void write_orders(const struct run *run, struct json_writer *w)
{
    const bool newest_first = run->search->newest_first;
    const struct search_order by_time = {"@timestamp", "date", NULL, newest_first};
    const struct search_order last = {run->tiebreaker, NULL, NULL, newest_first};
    json_key(w, "sort");
    json_begin_array(w);
    if (run->search->order.field != NULL)
        write_order(w, &run->search->order);
    write_order(w, &by_time);
    write_order(w, &last);
    json_end_array(w);
}

static void write_page_request(struct run *run, uint64_t size)
{
    buf_reset(&run->request);
    struct json_writer w = json_writer_of(&run->request);
    json_begin_object(&w);
    json_key(&w, "size");
    json_u64(&w, size);
    json_key(&w, "query");
    json_raw(&w, query_of(run->search));
    point_in_time_write(&run->pit, &w);
    json_key(&w, "track_total_hits");
    json_bool(&w, false);
    write_orders(run, &w);
    if (run->after.len > 0) {
        json_key(&w, "search_after");
        json_raw(&w, buf_bytes(&run->after));
    }
    json_end_object(&w);
}

/* Keeps what the next page needs from this one. */
static MUST_CHECK enum status keep_place(struct run *run, struct error *err)
{
    buf_reset(&run->after);
    buf_add(&run->after, hits_last_sort(run->hits));
    if (!buf_ok(&run->after))
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    return point_in_time_renew(&run->pit, hits_pit(run->hits), err);
}

static MUST_CHECK enum status read_pages(struct run *run, struct error *err)
{
    uint64_t page = run->search->page_size == 0 ? PAGE_SIZE_DEFAULT : run->search->page_size;
    page = page > PAGE_SIZE_MAX ? PAGE_SIZE_MAX : page;
    uint64_t count = page;
    while (count == page) {
        write_page_request(run, page);
        buf_reset(&run->path);
        buf_add_text(&run->path, "/_search?allow_partial_search_results=false");
        enum status status = send(run, HTTP_POST, buf_bytes(&run->request), err);
        if (status == ST_OK)
            status = hits_read(run->hits, buf_bytes(&run->response.body), &count, err);
        const struct answer_shards shards = hits_shards(run->hits);
        if (status == ST_OK)
            status = answer_check_shards(run->client, &shards, err);
        if (status == ST_OK)
            status = keep_place(run, err);
        if (status != ST_OK)
            return status;
    }
    return ST_OK;
}

/* OpenSearch has no order of its own for documents of the same time; event.id does where every
 * document of Dnsight is, _id (which costs the server memory) everywhere else. */
static MUST_CHECK enum status choose_tiebreaker(struct run *run, enum server_product product,
                                                struct error *err)
{
    run->tiebreaker = "_shard_doc";
    if (product == SERVER_ELASTICSEARCH)
        return ST_OK;
    buf_reset(&run->path);
    buf_add_u8(&run->path, '/');
    buf_add_text(&run->path, run->search->target);
    buf_add_text(&run->path, "/_field_caps?fields=event.id&include_unmapped=true");
    enum status status = send(run, HTTP_GET, (struct bytes){0}, err);
    if (status != ST_OK)
        return status;
    struct arena arena;
    arena_init(&arena, ANSWER_ARENA_MAX);
    const struct json_value *root = NULL;
    status = answer_tree(run->client, &run->response, &arena, &root, err);
    const struct json_value *const fields = json_member(root, "fields");
    const struct json_value *const types = fields == NULL ? NULL : json_member(fields, "event.id");
    const bool is_keyword =
        types != NULL && types->count == 1 && json_member(types, "keyword") != NULL;
    run->tiebreaker = is_keyword ? "event.id" : "_id";
    const struct json_value *const indices = json_member(root, "indices");
    run->is_empty = indices != NULL && indices->count == 0;
    arena_release(&arena);
    return status;
}

enum status search_run(struct http_client *client, const struct server *server,
                       const struct search *search, const struct search_sink *sink,
                       struct error *err)
{
    struct run run = {
        .client = client,
        .search = search,
    };
    if (hits_reader_new(sink, &run.hits) != ST_OK)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    http_response_init(&run.response, client);
    buf_init(&run.after, REQUEST_MAX);
    buf_init(&run.path, REQUEST_MAX);
    buf_init(&run.request, REQUEST_MAX);
    enum status status = choose_tiebreaker(&run, server->product, err);
    if (status == ST_OK && !run.is_empty) {
        status = point_in_time_open(&run.pit, client, server, search->target, err);
        if (status == ST_OK)
            status = read_pages(&run, err);
        point_in_time_close(&run.pit);
    }
    hits_reader_free(run.hits);
    http_response_release(&run.response);
    buf_release(&run.after);
    buf_release(&run.path);
    buf_release(&run.request);
    return status;
}

/* Reads the number of hits out of the answer of a search. */
static MUST_CHECK enum status read_count(const struct http_client *client,
                                         const struct http_response *response, uint64_t *count,
                                         struct error *err)
{
    struct arena arena;
    arena_init(&arena, ANSWER_ARENA_MAX);
    const struct json_value *root = NULL;
    enum status status = answer_search_tree(client, response, &arena, &root, err);
    const int64_t found = json_integer_or(json_path(root, "hits.total.value"), -1);
    if (status == ST_OK && found < 0)
        status = error_set(err, ST_MALFORMED, "%s: the answer has no \"hits.total.value\"",
                           http_client_address(client));
    if (status == ST_OK)
        *count = (uint64_t)found;
    arena_release(&arena);
    return status;
}

/* Not with _count, which leaves out shards that are missing; OpenSearch does not even say so. */
enum status search_count(struct http_client *client, const struct search *search, uint64_t *count,
                         struct error *err)
{
    struct buf path;
    struct buf body;
    struct http_response response;
    buf_init(&path, REQUEST_MAX);
    buf_init(&body, REQUEST_MAX);
    http_response_init(&response, client);
    buf_add_u8(&path, '/');
    buf_add_text(&path, search->target);
    buf_add_text(&path, "/_search?allow_partial_search_results=false");
    struct json_writer w = json_writer_of(&body);
    json_begin_object(&w);
    json_key(&w, "size");
    json_u64(&w, 0);
    json_key(&w, "track_total_hits");
    json_bool(&w, true);
    json_key(&w, "query");
    json_raw(&w, query_of(search));
    json_end_object(&w);
    const struct http_request request = {
        .method = HTTP_POST,
        .path = buf_text(&path),
        .body = buf_bytes(&body),
    };
    enum status status = ST_OK;
    if (!buf_ok(&path) || !buf_ok(&body))
        status = error_set(err, ST_LIMIT, "the query is larger than %zu octets", REQUEST_MAX);
    if (status == ST_OK)
        status = answer_await(client, &request, &response, "count", err);
    if (status == ST_OK)
        status = read_count(client, &response, count, err);
    http_response_release(&response);
    buf_release(&path);
    buf_release(&body);
    return status;
}
