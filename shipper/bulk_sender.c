#include "shipper/bulk_sender.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "core/base/siphash.h"
#include "core/base/time_text.h"
#include "core/elastic/answer.h"

#define ATTEMPTS_DEFAULT   6U
#define BACKOFF_DEFAULT_MS 1000U
#define BACKOFF_MAX_MS     UINT64_C(60000)
/* Octets of a request's path. */
#define PATH_LEN_MAX ((size_t)1024)

struct bulk_sender {
    struct http_client *client; /* borrowed */
    struct http_response response;
    struct buf path;
    struct bulk request; /* what is being sent: the first of the open documents */
    size_t *open;        /* owned: items of the caller's body that have no outcome, in order */
    size_t open_count;
    struct siphash_key jitter;
    uint64_t waits; /* so far; makes each wait another random one */
    unsigned attempts_max;
    unsigned backoff_ms;
    /* Of the answer that is being read. */
    const struct bulk_sink *sink;
    size_t kept;      /* documents of the request that stay open, moved to the front of `open` */
    struct error why; /* the first reason for one that does; ST_OK: none does */
    bool is_held;     /* and repeating will not help */
};

/* How one attempt ended. */
enum attempt {
    ATTEMPT_ANSWERED,  /* each document of the request was answered */
    ATTEMPT_AGAIN,     /* nobody knows what became of them, or the server has no time */
    ATTEMPT_TOO_LARGE, /* 413 */
    ATTEMPT_FAILED,    /* repeating will not help */
};

enum status bulk_sender_new(struct http_client *client, const struct bulk_sender_options *options,
                            struct bulk_sender **sender)
{
    struct bulk_sender *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return ST_NO_MEMORY;
    made->client = client;
    made->attempts_max = options->attempts == 0 ? ATTEMPTS_DEFAULT : options->attempts;
    made->backoff_ms = options->backoff_ms == 0 ? BACKOFF_DEFAULT_MS : options->backoff_ms;
    made->jitter = siphash_key_random();
    http_response_init(&made->response, client);
    buf_init(&made->path, PATH_LEN_MAX);
    buf_add_u8(&made->path, '/');
    buf_add_text(&made->path, options->data_stream);
    buf_add_text(&made->path, "/_bulk?" BULK_FILTER_PATH);
    buf_add_text(&made->path, options->require_data_stream ? "&require_data_stream=true" : "");
    (void)buf_text(&made->path);
    made->open = calloc(BULK_DOCUMENTS_MAX, sizeof *made->open);
    if (bulk_init(&made->request) != ST_OK || made->open == NULL || !buf_ok(&made->path)) {
        bulk_sender_free(made);
        return ST_NO_MEMORY;
    }
    *sender = made;
    return ST_OK;
}

void bulk_sender_free(struct bulk_sender *sender)
{
    if (sender == NULL)
        return;
    http_response_release(&sender->response);
    buf_release(&sender->path);
    bulk_release(&sender->request);
    free(sender->open);
    free(sender);
}

/* Hands one outcome on, or keeps the document open. */
static void take_outcome(void *context, size_t item, enum bulk_outcome outcome, struct bytes reason)
{
    struct bulk_sender *const s = context;
    const size_t original = s->open[item];
    if (outcome != BULK_RETRY && outcome != BULK_HOLD) {
        s->sink->take(s->sink->context, original, outcome, reason);
        return;
    }
    s->open[s->kept++] = original;
    if (s->why.status == ST_OK || (outcome == BULK_HOLD && !s->is_held))
        (void)error_set(&s->why, outcome == BULK_HOLD ? ST_INVALID : ST_UNREACHABLE,
                        "%s: cannot store documents: %.*s", http_client_address(s->client),
                        (int)reason.len, reason.len == 0 ? "" : (const char *)reason.data);
    s->is_held = s->is_held || outcome == BULK_HOLD;
}

/* Reads the answer; what is done leaves `open`. */
static enum attempt read_answer(struct bulk_sender *s)
{
    const struct bulk_sink sink = {take_outcome, s};
    const size_t count = s->request.count;
    s->kept = 0;
    s->is_held = false;
    s->why = (struct error){0};
    const enum status status =
        bulk_read_answer(buf_bytes(&s->response.body), count, &sink, &s->why);
    if (status != ST_OK) {
        error_prefix(&s->why, "%s", http_client_address(s->client));
        return status == ST_NO_MEMORY ? ATTEMPT_FAILED : ATTEMPT_AGAIN;
    }
    for (size_t i = count; i < s->open_count; i++)
        s->open[s->kept + i - count] = s->open[i];
    s->open_count -= count - s->kept;
    return s->is_held ? ATTEMPT_FAILED : ATTEMPT_ANSWERED;
}

/* Sends the request once. */
static enum attempt attempt(struct bulk_sender *s)
{
    const struct http_request request = {
        .method = HTTP_POST,
        .path = (const char *)s->path.data,
        .body = buf_bytes(&s->request.body),
        .content_type = "application/x-ndjson",
    };
    const enum status status = http_send(s->client, &request, &s->response, &s->why);
    if (status != ST_OK)
        return status == ST_UNREACHABLE ? ATTEMPT_AGAIN : ATTEMPT_FAILED;
    if (answer_is_success(&s->response))
        return read_answer(s);
    if (s->response.status == 413)
        return ATTEMPT_TOO_LARGE;
    const enum status refusal = answer_failure(s->client, &s->response, "store documents", &s->why);
    return refusal == ST_UNREACHABLE ? ATTEMPT_AGAIN : ATTEMPT_FAILED;
}

/* Waits before the n-th repetition in a row: full jitter, so that many senders do not come back
 * together, or as long as the server asks. */
static void wait_before(struct bulk_sender *s, unsigned n)
{
    const unsigned doublings = n < 16 ? n : 16;
    uint64_t most = (uint64_t)s->backoff_ms << doublings;
    most = most < BACKOFF_MAX_MS ? most : BACKOFF_MAX_MS;
    s->waits++;
    const struct bytes seed = {(const uint8_t *)&s->waits, sizeof s->waits};
    uint64_t wait_ms = siphash_64(s->jitter, seed) % (most + 1);
    const uint64_t asked_ms = (uint64_t)s->response.retry_after_s * 1000;
    if (asked_ms > wait_ms)
        wait_ms = asked_ms < BACKOFF_MAX_MS ? asked_ms : BACKOFF_MAX_MS;
    struct timespec left = {.tv_sec = (time_t)(wait_ms / 1000),
                            .tv_nsec = (long)(wait_ms % 1000) * NS_PER_MS};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

/* Fills the request with the first `most` open documents; false if memory is exhausted. */
static bool fill_request(struct bulk_sender *s, const struct bulk *bulk, size_t most)
{
    bulk_reset(&s->request);
    while (s->request.count < most && s->request.count < s->open_count) {
        if (bulk_add_item(&s->request, bulk, s->open[s->request.count]) != ST_OK)
            break;
    }
    return s->request.count > 0;
}

/* The server does not take the first open document, not even alone. */
static void refuse_first(struct bulk_sender *s)
{
    s->sink->take(s->sink->context, s->open[0], BULK_REFUSED,
                  BYTES_LITERAL("larger than a request to this server may be (HTTP 413)"));
    s->open_count--;
    for (size_t i = 0; i < s->open_count; i++)
        s->open[i] = s->open[i + 1];
}

static MUST_CHECK enum status give_up(const struct bulk_sender *s, unsigned attempts,
                                      struct error *err)
{
    if (err != NULL)
        *err = s->why;
    if (attempts > 1)
        error_prefix(err, "gave up after %u attempts", attempts);
    return s->why.status;
}

enum status bulk_sender_send(struct bulk_sender *sender, const struct bulk *bulk,
                             const struct bulk_sink *sink, struct error *err)
{
    sender->sink = sink;
    for (sender->open_count = 0; sender->open_count < bulk->count; sender->open_count++)
        sender->open[sender->open_count] = sender->open_count;
    size_t most = BULK_DOCUMENTS_MAX;
    unsigned failures = 0; /* attempts in a row without any document done */
    while (sender->open_count > 0) {
        if (!fill_request(sender, bulk, most))
            return error_set(err, ST_NO_MEMORY, "memory is exhausted");
        const size_t open_before = sender->open_count;
        switch (attempt(sender)) {
        case ATTEMPT_FAILED:
            return give_up(sender, failures + 1, err);
        case ATTEMPT_TOO_LARGE:
            most = sender->request.count / 2;
            if (most == 0)
                refuse_first(sender);
            most = most == 0 ? 1 : most;
            continue;
        case ATTEMPT_ANSWERED:
        case ATTEMPT_AGAIN:
            break;
        }
        failures = sender->open_count < open_before ? 0 : failures + 1;
        if (failures == sender->attempts_max)
            return give_up(sender, failures, err);
        if (sender->open_count > 0 && sender->why.status != ST_OK)
            wait_before(sender, failures);
    }
    return ST_OK;
}
