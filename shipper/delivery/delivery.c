#include "shipper/delivery/delivery.h"

#include <assert.h>
#include <stdlib.h>

#include "core/elastic/answer.h"
#include "shipper/delivery/gzip.h"

/* Octets of the largest compressed file that is read. */
#define GZIP_MAX ((size_t)64 * 1024 * 1024)

struct delivery {
    struct spool *spool;          /* borrowed */
    struct dead_letters *letters; /* borrowed */
    struct refusal_sink refusals;
    struct http_response response; /* its body is kept between runs */
    bool has_response;
    struct buf gzip;  /* of the batch, as its file holds it */
    struct bulk bulk; /* its documents; only if is_unpacked */
    bool is_unpacked;
    struct bulk piece; /* some of them, for a request of their own */
    struct buf piece_gzip;
    size_t *open; /* owned: items without an outcome, in order */
    size_t open_count;
    size_t total; /* items of the batch */
    /* Of the request whose answer is being read. */
    size_t kept; /* its documents that stay open, moved to the front of `open` */
    enum status letter_status;
    struct delivery_report *report;
};

enum status delivery_new(struct spool *spool, struct dead_letters *letters,
                         const struct refusal_sink *refusals, struct delivery **delivery)
{
    struct delivery *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return ST_NO_MEMORY;
    made->spool = spool;
    made->letters = letters;
    made->refusals = *refusals;
    buf_init(&made->gzip, GZIP_MAX);
    buf_init(&made->piece_gzip, GZIP_MAX);
    made->open = calloc(BULK_DOCUMENTS_MAX, sizeof *made->open);
    const bool has_bulks = bulk_init(&made->bulk) == ST_OK && bulk_init(&made->piece) == ST_OK;
    if (made->open == NULL || !has_bulks) {
        delivery_free(made);
        return ST_NO_MEMORY;
    }
    *delivery = made;
    return ST_OK;
}

void delivery_free(struct delivery *delivery)
{
    if (delivery == NULL)
        return;
    if (delivery->has_response)
        http_response_release(&delivery->response);
    bulk_release(&delivery->bulk);
    bulk_release(&delivery->piece);
    buf_release(&delivery->gzip);
    buf_release(&delivery->piece_gzip);
    free(delivery->open);
    free(delivery);
}

/* Unpacks the batch. Returns ST_OK, or ST_MALFORMED if it is not what its name says. */
static MUST_CHECK enum status unpack(struct delivery *d)
{
    if (d->is_unpacked)
        return ST_OK;
    if (gzip_unpack(buf_bytes(&d->gzip), &d->bulk.body) != ST_OK ||
        bulk_find_items(&d->bulk) != ST_OK || d->bulk.count != d->total)
        return ST_MALFORMED;
    d->is_unpacked = true;
    return ST_OK;
}

/* Why documents stay open. A reason to hold is kept over others. */
static void note(struct delivery *d, enum request_outcome reason)
{
    if (d->report->reason != REQUEST_HOLD)
        d->report->reason = reason;
}

/* --- Refused documents ------------------------------------------------------------------------ */

static void refuse(struct delivery *d, size_t item, struct bytes reason)
{
    if (unpack(d) != ST_OK) {
        d->letter_status = ST_MALFORMED;
        return;
    }
    const struct dead_letter letter = {bulk_id(&d->bulk, item), bulk_document(&d->bulk, item),
                                       reason};
    const enum status status = dead_letters_add(d->letters, &letter, &d->report->error);
    if (status == ST_OK)
        d->report->dead_letters++;
    else if (status == ST_LIMIT)
        d->report->dead_letters_full++;
    else
        d->letter_status = status;
    if (status != ST_IO)
        d->refusals.take(d->refusals.context, letter.id, reason);
}

/* --- Answers ---------------------------------------------------------------------------------- */

static void keep_open(struct delivery *d, size_t item, enum request_outcome why,
                      struct bytes reason)
{
    d->open[d->kept++] = item;
    d->report->retried += why == REQUEST_BUSY;
    if (d->report->error.status == ST_OK || (why == REQUEST_HOLD && d->report->reason != why))
        (void)error_set(&d->report->error, ST_REFUSED, "cannot store documents: %.*s",
                        (int)reason.len, reason.len == 0 ? "" : (const char *)reason.data);
    note(d, why);
}

static void take_outcome(void *context, size_t at, enum bulk_outcome outcome, struct bytes reason)
{
    struct delivery *const d = context;
    const size_t item = d->open[at];
    switch (outcome) {
    case BULK_CREATED:
        d->report->created++;
        return;
    case BULK_ALREADY_THERE:
        d->report->already_there++;
        return;
    case BULK_FAILURE_STORE:
        d->report->failure_store++;
        return;
    case BULK_REFUSED:
        refuse(d, item, reason);
        if (d->letter_status == ST_OK)
            return;
        /* Refused, but not written down: it stays open. */
        keep_open(d, item, REQUEST_BUSY, bytes_of(d->report->error.text));
        d->letter_status = ST_OK;
        return;
    case BULK_RETRY:
        keep_open(d, item, REQUEST_BUSY, reason);
        return;
    case BULK_HOLD:
        keep_open(d, item, REQUEST_HOLD, reason);
        return;
    }
}

/* Takes the first `done` of the open documents off, but for those that were kept. */
static void close_first(struct delivery *d, size_t done)
{
    for (size_t i = done; i < d->open_count; i++)
        d->open[d->kept + i - done] = d->open[i];
    d->open_count -= done - d->kept;
}

/* The answer to a request with the first `count` open documents. */
static enum request_outcome read_answer(struct delivery *d, const struct http_client *client,
                                        size_t count)
{
    const struct bulk_sink sink = {take_outcome, d};
    d->kept = 0;
    d->letter_status = ST_OK;
    const enum status status =
        bulk_read_answer(buf_bytes(&d->response.body), count, &sink, &d->report->error);
    if (status != ST_OK) {
        error_prefix(&d->report->error, "%s", http_client_address(client));
        return REQUEST_LOST;
    }
    close_first(d, count);
    return REQUEST_ANSWERED;
}

/* --- Requests --------------------------------------------------------------------------------- */

static enum request_outcome send(struct delivery *d, struct http_client *client, const char *path,
                                 struct bytes gzip, size_t count)
{
    const struct http_request request = {.method = HTTP_POST,
                                         .path = path,
                                         .body = gzip,
                                         .content_type = "application/x-ndjson",
                                         .is_gzip = true};
    struct delivery_report *const r = d->report;
    r->requests++;
    r->sent_octets += gzip.len;
    enum request_outcome outcome = REQUEST_LOST;
    if (http_send(client, &request, &d->response, &r->error) == ST_OK) {
        outcome = outcome_of_request(d->response.status);
        r->retry_after_s = d->response.retry_after_s;
        if (outcome == REQUEST_ANSWERED)
            outcome = read_answer(d, client, count);
        else
            (void)!answer_failure(client, &d->response, "store documents", &r->error);
    }
    r->failed_requests += outcome != REQUEST_ANSWERED;
    return outcome;
}

/* Makes a request of the first open documents, up to `most`. Returns how many it has; 0 if memory
 * is exhausted. */
static size_t make_piece(struct delivery *d, size_t most)
{
    bulk_reset(&d->piece);
    while (d->piece.count < most && d->piece.count < d->open_count) {
        if (bulk_add_item(&d->piece, &d->bulk, d->open[d->piece.count]) != ST_OK)
            break;
    }
    const bool is_made =
        d->piece.count > 0 && gzip_pack(buf_bytes(&d->piece.body), &d->piece_gzip) == ST_OK;
    return is_made ? d->piece.count : 0;
}

/* Sends the first open documents, up to *most, and halves *most if those are too many. */
static enum request_outcome send_some(struct delivery *d, struct http_client *client,
                                      const char *path, size_t *most)
{
    size_t count = d->open_count;
    struct bytes gzip = buf_bytes(&d->gzip);
    if (*most < d->total || d->open_count < d->total) {
        count = unpack(d) == ST_OK ? make_piece(d, *most) : 0;
        gzip = buf_bytes(&d->piece_gzip);
    }
    if (count == 0) {
        (void)error_set(&d->report->error, ST_NO_MEMORY, "no memory for a request");
        return REQUEST_BUSY;
    }
    const enum request_outcome outcome = send(d, client, path, gzip, count);
    if (outcome == REQUEST_TOO_LARGE)
        *most = count / 2;
    return outcome;
}

/* The server does not take the first open document, not even alone. */
static enum request_outcome refuse_first(struct delivery *d)
{
    d->letter_status = ST_OK;
    refuse(d, d->open[0], BYTES_LITERAL("larger than a request to this server may be (HTTP 413)"));
    if (d->letter_status != ST_OK)
        return REQUEST_BUSY;
    d->kept = 0;
    close_first(d, 1);
    return REQUEST_ANSWERED;
}

static void send_all(struct delivery *d, struct http_client *client, const char *path)
{
    size_t most = d->total;
    while (d->open_count > 0) {
        enum request_outcome outcome = send_some(d, client, path, &most);
        if (outcome == REQUEST_TOO_LARGE && most > 0)
            continue;
        if (outcome == REQUEST_TOO_LARGE) {
            most = 1;
            outcome = refuse_first(d);
        }
        if (outcome != REQUEST_ANSWERED) {
            note(d, outcome);
            return;
        }
        if (d->report->reason != REQUEST_ANSWERED)
            return;
    }
}

/* A request that is refused as a whole, for a body that is damaged: that is for the quarantine. */
static bool is_damaged(struct delivery *d)
{
    const bool is_refused = d->report->reason == REQUEST_HOLD && d->response.status == 400;
    return is_refused && d->open_count == d->total && unpack(d) != ST_OK;
}

void delivery_run(struct delivery *delivery, struct http_client *client, const char *path,
                  const struct spool_batch *batch, struct delivery_report *report)
{
    struct delivery *const d = delivery;
    *report = (struct delivery_report){.open = batch->name.count, .reason = REQUEST_ANSWERED};
    d->report = report;
    d->is_unpacked = false;
    d->total = batch->name.count;
    if (!d->has_response)
        http_response_init(&d->response, client);
    d->has_response = true;
    const enum status status = spool_read(d->spool, batch, &d->gzip, &report->error);
    report->is_gone = status == ST_NOT_FOUND;
    report->is_damaged = status == ST_MALFORMED || d->total > BULK_DOCUMENTS_MAX ||
                         (status == ST_OK && !batch->has_checksum && unpack(d) != ST_OK);
    if (status != ST_OK || report->is_damaged) {
        report->reason = REQUEST_BUSY;
        return;
    }
    for (d->open_count = 0; d->open_count < d->total; d->open_count++)
        d->open[d->open_count] = d->open_count;
    send_all(d, client, path);
    report->is_damaged = is_damaged(d);
    const bool has_letters = report->dead_letters > 0;
    if (has_letters && dead_letters_sync(d->letters, &report->error) != ST_OK) {
        /* Sent again, and refused again, until they are on the disk. */
        report->created = report->already_there = report->failure_store = 0;
        report->dead_letters = report->dead_letters_full = 0;
        report->reason = REQUEST_BUSY;
        return;
    }
    report->open = d->open_count;
}

enum status delivery_rest(struct delivery *delivery, struct bytes *gzip)
{
    assert(delivery->open_count > 0 && delivery->open_count < delivery->total);
    if (unpack(delivery) != ST_OK || make_piece(delivery, BULK_DOCUMENTS_MAX) == 0)
        return ST_NO_MEMORY;
    if (delivery->piece.count < delivery->open_count)
        return ST_LIMIT;
    *gzip = buf_bytes(&delivery->piece_gzip);
    return ST_OK;
}
