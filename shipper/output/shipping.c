#include "shipper/output/shipping.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/document/encoder.h"
#include "core/document/field_list.h"
#include "shipper/output/filter.h"
#include "shipper/output/summary.h"

struct shipping {
    struct lookups *lookups;
    struct document_encoder *encoder;
    struct output *output;
    struct filter *filter;
    uint64_t results[RESULT_COUNT]; /* documents by lookup.result */
    uint64_t stored;
    uint64_t filtered;
    enum status status; /* of the output; nothing is stored once it is not ST_OK */
    struct error error;
};

/* Counts the document under its lookup.result, which every document has, and returns it. */
static enum lookup_result count_result(struct shipping *shipping, const struct document *document)
{
    const struct value *const value = document_find(document, DOC_LOOKUP_RESULT);
    for (enum lookup_result result = 0; value != NULL && result < RESULT_COUNT; result++) {
        /* Both are the same static text. */
        if (value->text.data == (const uint8_t *)lookup_result_name(result)) {
            shipping->results[result]++;
            return result;
        }
    }
    return RESULT_COUNT;
}

static void take_document(void *context, const struct document *document)
{
    struct shipping *const shipping = context;
    if (shipping->status != ST_OK)
        return;
    const enum lookup_result result = count_result(shipping, document);
    if (!filter_selects(shipping->filter, document)) {
        shipping->filtered++;
        return;
    }
    struct buf *const room = output_room(shipping->output);
    document_encode(shipping->encoder, document, room);
    const struct value *const id = document_find(document, DOC_EVENT_ID);
    if (!buf_ok(room) || id == NULL) {
        shipping->status = error_set(&shipping->error, ST_NO_MEMORY, "no memory for a document");
        return;
    }
    const struct output_document made = {
        .id = id->text,
        .is_failure = result != RESULT_ANSWER,
    };
    shipping->status = output_add(shipping->output, &made, &shipping->error);
    shipping->stored++;
}

static enum status open_parts(struct shipping *shipping, const struct shipping_options *options,
                              struct error *err)
{
    enum status status = ST_OK;
    if (options->filter != NULL)
        status = filter_new(options->filter, &shipping->filter, err);
    if (status != ST_OK)
        return status;
    if (document_encoder_new(&shipping->encoder) != ST_OK)
        return error_set(err, ST_NO_MEMORY, "no memory for the encoder");
    status = lookups_new(&options->lookups, take_document, shipping, &shipping->lookups, err);
    if (status != ST_OK)
        return status;
    return output_open(&options->output, &shipping->output, err);
}

static void free_parts(struct shipping *shipping)
{
    lookups_free(shipping->lookups);
    document_encoder_free(shipping->encoder);
    filter_free(shipping->filter);
    free(shipping);
}

enum status shipping_open(const struct shipping_options *options, struct shipping **shipping,
                          struct error *err)
{
    struct shipping *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(err, ST_NO_MEMORY, "no memory");
    const enum status status = open_parts(made, options, err);
    if (status != ST_OK) {
        free_parts(made);
        return status;
    }
    *shipping = made;
    return ST_OK;
}

enum status shipping_set_filter(struct shipping *shipping, const char *expression,
                                struct error *err)
{
    struct filter *made = NULL;
    const enum status status = expression == NULL ? ST_OK : filter_new(expression, &made, err);
    if (status != ST_OK)
        return status;
    filter_free(shipping->filter);
    shipping->filter = made;
    return ST_OK;
}

enum status shipping_renew(struct shipping *shipping, const struct http_options *http,
                           struct error *err)
{
    return output_renew(shipping->output, http, err);
}

/* What the output said while documents were handed to it. */
static enum status output_status(const struct shipping *shipping, struct error *err)
{
    if (shipping->status != ST_OK && err != NULL)
        *err = shipping->error;
    return shipping->status;
}

enum status shipping_frame(struct shipping *shipping, const struct frame *frame, struct error *err)
{
    lookups_frame(shipping->lookups, frame);
    return output_status(shipping, err);
}

enum status shipping_idle(struct shipping *shipping, int64_t time_ns, struct error *err)
{
    lookups_time(shipping->lookups, time_ns);
    if (shipping->status == ST_OK)
        shipping->status = output_flush(shipping->output, &shipping->error);
    return output_status(shipping, err);
}

enum status shipping_finish(struct shipping *shipping, struct error *err)
{
    lookups_finish(shipping->lookups);
    if (shipping->status == ST_OK)
        shipping->status = output_flush(shipping->output, &shipping->error);
    return output_status(shipping, err);
}

struct shipping_counters shipping_counters(const struct shipping *shipping)
{
    struct shipping_counters counters = {
        .lookups = lookups_counters(shipping->lookups),
        .stored = shipping->stored,
        .filtered = shipping->filtered,
        .output = output_counters(shipping->output),
    };
    memcpy(counters.results, shipping->results, sizeof counters.results);
    return counters;
}

void shipping_summary(const struct shipping *shipping, struct buf *out)
{
    const struct lookups_counters counters = lookups_counters(shipping->lookups);
    const struct net_counters *const net = counters.net;
    const struct pairing_counters *const pairing = counters.pairing;
    buf_add_format(out, "%" PRIu64 " packets, %" PRIu64 " messages, %" PRIu64 " lookups",
                   net->frames, counters.messages, counters.documents);
    struct summary_list list = {.out = out, .before = " ("};
    summary_count(&list, pairing->unanswered, "unanswered");
    summary_count(&list, pairing->orphans, "without a query");
    summary_count(&list, counters.malformed, "malformed messages");
    summary_count(&list, pairing->retransmits, "retransmissions");
    summary_count(&list, net->bad_checksums, "with a wrong checksum");
    summary_count(&list, net->icmp_errors, "ICMP errors");
    summary_count(&list, pairing->copies, "captured twice");
    summary_count(&list, pairing->evicted, "given up early");
    summary_count(&list, shipping->filtered, "left out by the filter");
    if (list.has_any)
        buf_add_text(out, ")");
    summary_skipped(net, out);
}

enum status shipping_close(struct shipping *shipping, bool is_quiet, struct error *err)
{
    if (shipping == NULL)
        return ST_OK;
    const enum status earlier = output_status(shipping, err);
    struct error error = {.status = ST_OK};
    enum status status = output_close(shipping->output, is_quiet, &error);
    if (earlier != ST_OK)
        status = earlier;
    else if (err != NULL)
        *err = error;
    free_parts(shipping);
    return status;
}
