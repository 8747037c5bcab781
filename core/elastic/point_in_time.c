#include "core/elastic/point_in_time.h"

#include "core/elastic/answer.h"

/* Octets of an id, which names every shard, and of a request's path. */
#define ID_MAX  ((size_t)16 * 1024 * 1024)
#define URL_MAX ((size_t)64 * 1024)

/* How long the server keeps it between two pages: the reader of our output may be a person with a
 * pager. */
#define KEEP_ALIVE "5m"

struct point_in_time_form {
    const char *path;      /* behind the target to open, alone to close */
    const char *parameter; /* with which it opens only if no shard is missing; "": it always does */
    const char *id;        /* member of the answer that holds the id */
    const char *close_body; /* member of the request that closes */
};

static const struct point_in_time_form forms[] = {
    [SERVER_ELASTICSEARCH] = {"/_pit", "", "id", "id"},
    [SERVER_OPENSEARCH] = {"/_search/point_in_time", "&allow_partial_pit_creation=false", "pit_id",
                           "pit_id"},
};

/* Copies the id that the answer holds. */
static MUST_CHECK enum status take_id(struct point_in_time *pit,
                                      const struct http_response *response, struct error *err)
{
    struct arena arena;
    arena_init(&arena, ANSWER_ARENA_MAX);
    const struct json_value *root = NULL;
    enum status status = answer_tree(pit->client, response, &arena, &root, err);
    if (status == ST_OK) {
        buf_add(&pit->id, json_string_or_empty(json_member(root, pit->form->id)));
        if (!buf_ok(&pit->id) || pit->id.len == 0)
            status = error_set(err, ST_MALFORMED, "%s: the answer has no \"%s\"",
                               http_client_address(pit->client), pit->form->id);
    }
    arena_release(&arena);
    return status;
}

enum status point_in_time_open(struct point_in_time *pit, struct http_client *client,
                               const struct server *server, const char *target, struct error *err)
{
    *pit = (struct point_in_time){.client = client, .form = &forms[server->product]};
    buf_init(&pit->id, ID_MAX);
    struct buf path;
    buf_init(&path, URL_MAX);
    buf_add_format(&path, "/%s%s?keep_alive=" KEEP_ALIVE "%s", target, pit->form->path,
                   pit->form->parameter);
    struct http_response response;
    http_response_init(&response, client);
    const struct http_request request = {.method = HTTP_POST, .path = buf_text(&path)};
    enum status status = buf_ok(&path) ? answer_await(client, &request, &response, "search", err)
                                       : error_set(err, ST_LIMIT, "the address is too long");
    if (status == ST_OK)
        status = take_id(pit, &response, err);
    http_response_release(&response);
    buf_release(&path);
    return status;
}

void point_in_time_close(struct point_in_time *pit)
{
    if (pit->id.len > 0) {
        struct buf body;
        buf_init(&body, 2 * ID_MAX);
        struct json_writer w = json_writer_of(&body);
        json_begin_object(&w);
        json_key(&w, pit->form->close_body);
        json_string(&w, buf_bytes(&pit->id));
        json_end_object(&w);
        struct http_response response;
        http_response_init(&response, pit->client);
        const struct http_request request = {.method = HTTP_DELETE,
                                             .path = pit->form->path,
                                             .body = buf_bytes(&body),
                                             .is_farewell = true};
        const enum status status = answer_expect(pit->client, &request, &response, "search", NULL);
        (void)status;
        http_response_release(&response);
        buf_release(&body);
    }
    buf_release(&pit->id);
}

void point_in_time_write(const struct point_in_time *pit, struct json_writer *w)
{
    json_key(w, "pit");
    json_begin_object(w);
    json_key(w, "id");
    json_string(w, buf_bytes(&pit->id));
    json_key(w, "keep_alive");
    json_text(w, KEEP_ALIVE);
    json_end_object(w);
}

enum status point_in_time_renew(struct point_in_time *pit, struct bytes id, struct error *err)
{
    if (id.len == 0)
        return ST_OK;
    buf_reset(&pit->id);
    buf_add(&pit->id, id);
    return buf_ok(&pit->id) ? ST_OK : error_set(err, ST_NO_MEMORY, "memory is exhausted");
}
