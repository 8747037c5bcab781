#include "shipper/elastic_output.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/elastic/answer.h"
#include "core/elastic/server.h"
#include "shipper/bulk.h"
#include "shipper/bulk_sender.h"
#include "shipper/setup.h"
#include "shipper/template.h"

/* Octets of a request's path. */
#define PATH_LEN_MAX ((size_t)1024)

/* What the names of our data streams begin with. */
#define STREAM_PREFIX "logs-dnsight."
/* Octets of dataset and namespace, each. */
#define STREAM_PART_MAX 100

struct elastic_output {
    struct http_client *client;
    struct bulk_sender *sender;
    const char *data_stream; /* borrowed from the client, or static */
    struct bulk waiting;     /* documents that were added and not sent */
    struct elastic_output_totals totals;
};

/* The length of a dataset or a namespace: characters that every server allows in names. */
static size_t part_len(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._");
}

/* "logs-dnsight.DATASET-NAMESPACE". */
static bool is_our_data_stream(const char *name)
{
    if (strncmp(name, STREAM_PREFIX, strlen(STREAM_PREFIX)) != 0)
        return false;
    const char *const dataset = name + strlen(STREAM_PREFIX);
    const size_t dataset_len = part_len(dataset);
    if (dataset_len == 0 || dataset_len > STREAM_PART_MAX || dataset[dataset_len] != '-')
        return false;
    const char *const space = dataset + dataset_len + 1;
    const size_t space_len = part_len(space);
    return space_len > 0 && space_len <= STREAM_PART_MAX && space[space_len] == '\0';
}

static MUST_CHECK enum status choose_data_stream(struct elastic_output *output, struct error *err)
{
    const char *const target = http_client_target(output->client);
    output->data_stream = target[0] == '\0' ? TEMPLATE_DATA_STREAM : target;
    if (is_our_data_stream(output->data_stream))
        return ST_OK;
    return error_set(err, ST_INVALID,
                     "%s: no template is for the data stream %s; its name must be "
                     "logs-dnsight.DATASET-NAMESPACE, like " TEMPLATE_DATA_STREAM,
                     http_client_address(output->client), target);
}

static MUST_CHECK enum status install_templates(struct elastic_output *output, FILE *messages,
                                                struct error *err)
{
    const struct setup_options options = {.log = messages};
    if (messages != NULL)
        (void)fprintf(messages, "the templates are missing and are installed:\n");
    const enum status status = setup_run(output->client, &options, NULL, err);
    if (status == ST_UNAUTHORISED)
        error_prefix(err, "the templates are missing, `dnsightd setup` must be run first");
    return status;
}

/* Makes sure that documents find a data stream and do not make an index by accident, and says
 * whether the server watches that too. Credentials that may only write cannot see templates. */
static MUST_CHECK enum status prepare_server(struct elastic_output *output, FILE *messages,
                                             bool *is_watched, struct error *err)
{
    struct server server = {.product = SERVER_ELASTICSEARCH};
    enum status status = server_identify(output->client, &server, err);
    if (status == ST_OK)
        status = server_probe_bulk(output->client, &server, err);
    if (status != ST_OK)
        return status;
    *is_watched = server_can(&server, CAN_REQUIRE_DATA_STREAM);
    bool is_installed = true;
    status = setup_is_installed(output->client, &is_installed, err);
    if (status == ST_UNAUTHORISED && *is_watched)
        return ST_OK;
    return status == ST_OK && !is_installed ? install_templates(output, messages, err) : status;
}

static MUST_CHECK enum status open_output(struct elastic_output *output,
                                          const struct elastic_output_options *options,
                                          struct error *err)
{
    enum status status = http_client_new(&options->http, &output->client, err);
    if (status == ST_OK)
        status = choose_data_stream(output, err);
    bool is_watched = false;
    if (status == ST_OK)
        status = prepare_server(output, options->messages, &is_watched, err);
    if (status != ST_OK)
        return status;
    const struct bulk_sender_options sending = {
        .data_stream = output->data_stream,
        .require_data_stream = is_watched,
        .attempts = options->attempts,
        .backoff_ms = options->backoff_ms,
    };
    if (bulk_init(&output->waiting) != ST_OK ||
        bulk_sender_new(output->client, &sending, &output->sender) != ST_OK)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    return ST_OK;
}

enum status elastic_output_open(const struct elastic_output_options *options,
                                struct elastic_output **output, struct error *err)
{
    struct elastic_output *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    const enum status status = open_output(made, options, err);
    if (status != ST_OK) {
        elastic_output_free(made);
        return status;
    }
    *output = made;
    return ST_OK;
}

void elastic_output_free(struct elastic_output *output)
{
    if (output == NULL)
        return;
    bulk_sender_free(output->sender);
    bulk_release(&output->waiting);
    http_client_free(output->client);
    free(output);
}

const struct elastic_output_totals *elastic_output_totals(const struct elastic_output *output)
{
    return &output->totals;
}

/* Copies what fits, with a NUL. */
static void copy_cut(char *to, size_t size, struct bytes text)
{
    const struct bytes part = bytes_slice(text, 0, size - 1);
    if (part.len > 0)
        memcpy(to, part.data, part.len);
    to[part.len] = '\0';
}

/* Without "[1:794] ", the place of a fault in the document's text. */
static struct bytes without_place(struct bytes reason)
{
    size_t at = 1;
    while (at < reason.len && (reason.data[at] == ':' || isdigit(reason.data[at]) != 0))
        at++;
    const bool has_place =
        bytes_starts_with(reason, BYTES_LITERAL("[")) && at > 1 &&
        bytes_starts_with(bytes_slice(reason, at, reason.len), BYTES_LITERAL("] "));
    return has_place ? bytes_slice(reason, at + 2, reason.len) : reason;
}

/* Octets of the reason before it names the document. */
static size_t common_len(const struct elastic_refusal *refusal)
{
    const char *const id = refusal->id[0] == '\0' ? NULL : strstr(refusal->reason, refusal->id);
    return id == NULL ? strlen(refusal->reason) : (size_t)(id - refusal->reason);
}

static bool is_same(const struct elastic_refusal *a, const struct elastic_refusal *b)
{
    const size_t len = common_len(a);
    return len == common_len(b) && memcmp(a->reason, b->reason, len) == 0;
}

static void count_refusal(struct elastic_output_totals *totals, struct bytes id,
                          struct bytes reason)
{
    totals->refused++;
    struct elastic_refusal refusal = {.count = 1};
    copy_cut(refusal.reason, sizeof refusal.reason, without_place(reason));
    copy_cut(refusal.id, sizeof refusal.id, id);
    for (size_t i = 0; i < totals->refusal_count; i++) {
        if (is_same(&totals->refusals[i], &refusal)) {
            totals->refusals[i].count++;
            return;
        }
    }
    if (totals->refusal_count < ELASTIC_REASONS_MAX)
        totals->refusals[totals->refusal_count++] = refusal;
}

static void take_outcome(void *context, size_t item, enum bulk_outcome outcome, struct bytes reason)
{
    struct elastic_output *const output = context;
    switch (outcome) {
    case BULK_CREATED:
        output->totals.created++;
        return;
    case BULK_ALREADY_THERE:
        output->totals.already_there++;
        return;
    case BULK_FAILURE_STORE:
        output->totals.failure_store++;
        return;
    case BULK_RETRY:
    case BULK_HOLD:
    case BULK_REFUSED:
        count_refusal(&output->totals, bulk_id(&output->waiting, item), reason);
        return;
    }
}

enum status elastic_output_flush(struct elastic_output *output, struct error *err)
{
    if (output->waiting.count == 0)
        return ST_OK;
    const struct bulk_sink sink = {take_outcome, output};
    const enum status status = bulk_sender_send(output->sender, &output->waiting, &sink, err);
    if (status == ST_OK)
        bulk_reset(&output->waiting);
    return status;
}

enum status elastic_output_add(struct elastic_output *output, struct bytes document,
                               struct bytes id, struct error *err)
{
    if (bulk_add(&output->waiting, id, document) == ST_OK)
        return ST_OK;
    const enum status status = elastic_output_flush(output, err);
    if (status != ST_OK)
        return status;
    return bulk_add(&output->waiting, id, document) == ST_OK
               ? ST_OK
               : error_set(err, ST_LIMIT, "a document of %zu octets is too large to be sent",
                           document.len);
}

/* Credentials that may only write cannot do this; the server does it by itself after a moment. */
static MUST_CHECK enum status refresh(struct elastic_output *output, struct error *err)
{
    struct buf path;
    buf_init(&path, PATH_LEN_MAX);
    buf_add_u8(&path, '/');
    buf_add_text(&path, output->data_stream);
    buf_add_text(&path, "/_refresh");
    const struct http_request request = {.method = HTTP_POST, .path = buf_text(&path)};
    struct http_response response;
    http_response_init(&response, output->client);
    enum status status = answer_expect(output->client, &request, &response, "refresh", err);
    if (status == ST_UNAUTHORISED)
        status = ST_OK;
    http_response_release(&response);
    buf_release(&path);
    return status;
}

enum status elastic_output_finish(struct elastic_output *output, struct error *err)
{
    const enum status status = elastic_output_flush(output, err);
    if (status != ST_OK)
        return status;
    const struct elastic_output_totals *const totals = &output->totals;
    const bool has_stored = totals->created + totals->already_there + totals->failure_store > 0;
    return has_stored ? refresh(output, err) : ST_OK;
}
