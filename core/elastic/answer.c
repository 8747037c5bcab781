#include "core/elastic/answer.h"

#include "core/base/utf8.h"

/* Octets of a body without JSON that are shown. */
#define EXCERPT_MAX ((size_t)200)
/* Causes inside causes that are followed. */
#define CAUSE_DEPTH_MAX 20
/* Octets of a reason. */
#define REASON_MAX ((size_t)4096)

/* How long a server is waited for that says "not now", seconds, and the pauses before it is asked
 * again, milliseconds: together that long. */
#define WAIT_MAX_S 5U
static const unsigned PAUSES_MS[] = {100, 200, 400, 800, 1500, 2000};

/* Control characters, and those that format invisibly: they can steer a terminal. */
static bool is_hidden(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x200b && code <= 0x200f) ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) ||
           code == 0xfeff;
}

static void add_printable(struct bytes text, struct buf *out)
{
    for (struct utf8_char c = utf8_next(text); c.len > 0; c = utf8_next(text)) {
        utf8_add(out, is_hidden(c.code) ? '?' : c.code);
        text = bytes_slice(text, c.len, text.len);
    }
}

/* The error inside an error that says most: the failure of a shard, or the innermost cause. */
static const struct json_value *innermost(const struct json_value *error)
{
    const struct json_value *const shards = json_member(error, "failed_shards");
    if (shards != NULL && shards->first != NULL) {
        const struct json_value *const reason = json_member(shards->first, "reason");
        error = reason == NULL ? error : reason;
    }
    for (unsigned depth = 0; depth < CAUSE_DEPTH_MAX; depth++) {
        const struct json_value *const cause = json_member(error, "caused_by");
        if (cause == NULL || json_string_or_empty(json_member(cause, "reason")).len == 0)
            break;
        error = cause;
    }
    return error;
}

static struct bytes reason_of(const struct json_value *error)
{
    const struct bytes reason = json_string_or_empty(json_member(error, "reason"));
    return reason.len > 0 ? reason : json_string_or_empty(json_member(error, "type"));
}

void answer_error_reason(const struct json_value *error, struct buf *out)
{
    if (error != NULL && error->kind == JSON_TREE_STRING) {
        add_printable(error->text, out);
        return;
    }
    const struct bytes outer = reason_of(error);
    const struct bytes inner = reason_of(innermost(error));
    add_printable(outer, out);
    if (bytes_equal(outer, inner))
        return;
    buf_add_text(out, outer.len > 0 ? ": " : "");
    add_printable(inner, out);
}

/* Kibana puts the name of the HTTP status into "error", and what it has to say into "message". */
static void add_reason_of_body(const struct json_value *root, struct buf *out)
{
    const struct json_value *const error = json_member(root, "error");
    const struct bytes message = json_string_or_empty(json_member(root, "message"));
    if (message.len > 0 && (error == NULL || error->kind == JSON_TREE_STRING))
        add_printable(message, out);
    else
        answer_error_reason(error, out);
}

void answer_reason(struct bytes body, struct buf *out)
{
    struct arena arena;
    arena_init(&arena, ANSWER_ARENA_MAX);
    const struct json_value *root = NULL;
    const size_t before = out->len;
    if (body.len <= ANSWER_MAX && json_tree_read(body, &arena, &root, NULL) == ST_OK)
        add_reason_of_body(root, out);
    else
        add_printable(bytes_slice(body, 0, EXCERPT_MAX), out);
    if (out->len == before)
        buf_add_text(out, "no reason is given");
    arena_release(&arena);
}

/* What to do about an HTTP status; "" where the reason says enough. */
static const char *advice(const struct http_client *client, unsigned status)
{
    const bool has_credentials = http_client_has_credentials(client);
    if (status == 401 && !has_credentials)
        return "; set ES_API_KEY, or ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD";
    if (status == 401)
        return "; the credentials are not accepted";
    if (status == 403)
        return "; the credentials do not allow this";
    return "";
}

static enum status status_of(unsigned http_status)
{
    if (http_status == 401 || http_status == 403)
        return ST_UNAUTHORISED;
    if (http_status == 404)
        return ST_NOT_FOUND;
    return http_status == 429 || http_status >= 500 ? ST_UNREACHABLE : ST_INVALID;
}

enum status answer_failure(const struct http_client *client, const struct http_response *response,
                           const char *attempt, struct error *err)
{
    struct buf reason;
    buf_init(&reason, REASON_MAX);
    answer_reason(buf_bytes(&response->body), &reason);
    if (response->location[0] != '\0') {
        buf_add_text(&reason, "; it redirects to ");
        add_printable(bytes_of(response->location), &reason);
    }
    const enum status status = status_of(response->status);
    (void)error_set(err, status, "%s: cannot %s: %s (HTTP %u)%s", http_client_address(client),
                    attempt, buf_text(&reason), response->status, advice(client, response->status));
    buf_release(&reason);
    return status;
}

enum status answer_expect(struct http_client *client, const struct http_request *request,
                          struct http_response *response, const char *attempt, struct error *err)
{
    const enum status status = http_send(client, request, response, err);
    if (status != ST_OK)
        return status;
    return answer_is_success(response) ? ST_OK : answer_failure(client, response, attempt, err);
}

/* Waits before the next attempt, unless that would take longer than is left. Returns false when
 * there is to be none. */
static bool wait_for_next(const struct http_client *client, const struct http_response *response,
                          size_t attempts, unsigned *left_ms)
{
    const bool is_not_now = response->status == 429 || response->status == 503;
    if (!is_not_now || attempts > ARRAY_LEN(PAUSES_MS) || response->retry_after_s > WAIT_MAX_S)
        return false;
    const unsigned named_ms = response->retry_after_s * 1000;
    const unsigned step_ms = PAUSES_MS[attempts - 1];
    const unsigned pause_ms = named_ms > step_ms ? named_ms : step_ms;
    if (pause_ms > *left_ms)
        return false;
    *left_ms -= pause_ms;
    return http_client_wait(client, pause_ms);
}

enum status answer_await(struct http_client *client, const struct http_request *request,
                         struct http_response *response, const char *attempt, struct error *err)
{
    unsigned left_ms = WAIT_MAX_S * 1000;
    size_t attempts = 0;
    do {
        const enum status status = http_send(client, request, response, err);
        if (status != ST_OK || answer_is_success(response))
            return status;
        attempts++;
    } while (wait_for_next(client, response, attempts, &left_ms));
    return answer_failure(client, response, attempt, err);
}

enum status answer_tree(const struct http_client *client, const struct http_response *response,
                        struct arena *arena, const struct json_value **root, struct error *err)
{
    const enum status status = json_tree_read(buf_bytes(&response->body), arena, root, err);
    if (status != ST_OK)
        error_prefix(err, "%s: not the answer of an Elasticsearch or OpenSearch server",
                     http_client_address(client));
    return status;
}

enum status answer_check_shards(const struct http_client *client,
                                const struct answer_shards *shards, struct error *err)
{
    const char *const address = http_client_address(client);
    if (shards->failed)
        return error_set(err, ST_UNREACHABLE, "%s: the answer is not complete: shards failed",
                         address);
    if (shards->timed_out)
        return error_set(err, ST_UNREACHABLE,
                         "%s: the answer is not complete: the server ran out of time", address);
    return ST_OK;
}

enum status answer_search_tree(const struct http_client *client,
                               const struct http_response *response, struct arena *arena,
                               const struct json_value **root, struct error *err)
{
    const enum status status = answer_tree(client, response, arena, root, err);
    if (status != ST_OK)
        return status;
    const struct json_value *const timed_out = json_member(*root, "timed_out");
    const struct answer_shards shards = {
        .failed = json_integer_or(json_path(*root, "_shards.failed"), 0) != 0,
        .timed_out = timed_out != NULL && timed_out->boolean,
    };
    return answer_check_shards(client, &shards, err);
}
