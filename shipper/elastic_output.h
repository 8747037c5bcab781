/* Documents into a data stream of Elasticsearch or OpenSearch, batch by batch, each document
 * accounted for: what `dnsightd read --output` writes to when it is given an address. */
#ifndef DNSIGHT_SHIPPER_ELASTIC_OUTPUT_H
#define DNSIGHT_SHIPPER_ELASTIC_OUTPUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/elastic/http.h"

/* Different reasons that are kept. */
#define ELASTIC_REASONS_MAX 5

/* All members but http.url may be zero. */
struct elastic_output_options {
    struct http_options http; /* the address may name the data stream behind the host; otherwise it
                                 is logs-dnsight.lookup-default */
    FILE *messages;           /* where it is said that the templates are installed; NULL: nowhere */
    unsigned attempts;        /* as in struct bulk_sender_options */
    unsigned backoff_ms;
};

/* Documents refused for one reason: the server's words up to where they name the document. */
struct elastic_refusal {
    uint64_t count;
    char reason[512]; /* of the first of them, free of control characters */
    char id[64];      /* _id of the first of them */
};

struct elastic_output_totals {
    uint64_t created;
    uint64_t already_there; /* 409: stored by an earlier attempt or run */
    uint64_t failure_store; /* accepted, but among the failures: the mapping refused them */
    uint64_t refused;
    struct elastic_refusal refusals[ELASTIC_REASONS_MAX]; /* the first different reasons */
    size_t refusal_count;
};

struct elastic_output;

/* Connects, and installs the templates when they are missing. Returns ST_OK; ST_INVALID (address,
 * or a data stream whose name the templates do not match); otherwise as setup_run with *err. */
MUST_CHECK enum status elastic_output_open(const struct elastic_output_options *options,
                                           struct elastic_output **output, struct error *err);

/* Adds one document (JSON on one line) under its identity, and sends a batch when one is full. A
 * document that the server refuses is counted, not an error. Returns ST_OK; ST_LIMIT (a document
 * too large to be sent) or as bulk_sender_send with *err: then documents were not stored, and
 * sending the same ones again later does no harm. */
MUST_CHECK enum status elastic_output_add(struct elastic_output *output, struct bytes document,
                                          struct bytes id, struct error *err);

/* Sends what waits. Returns as elastic_output_add. */
MUST_CHECK enum status elastic_output_flush(struct elastic_output *output, struct error *err);

/* Sends what waits and makes everything visible to searches. Returns as elastic_output_add. */
MUST_CHECK enum status elastic_output_finish(struct elastic_output *output, struct error *err);

/* What became of the documents that were sent so far. Lives as long as the output. */
const struct elastic_output_totals *elastic_output_totals(const struct elastic_output *output);

void elastic_output_free(struct elastic_output *output);

#endif
