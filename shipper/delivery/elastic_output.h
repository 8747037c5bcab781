/* Documents into a data stream of Elasticsearch or OpenSearch: batches go to the spool on disk,
 * from there to the server, and each document is accounted for. */
#ifndef DNSIGHT_SHIPPER_DELIVERY_ELASTIC_OUTPUT_H
#define DNSIGHT_SHIPPER_DELIVERY_ELASTIC_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "shipper/base/log.h"
#include "shipper/delivery/elastic_counters.h"
#include "shipper/delivery/elastic_settings.h"
#include "shipper/delivery/refusals.h"
#include "shipper/delivery/spool_folder.h"

/* Where `run` keeps batches when nothing else is said; DNSIGHT_SPOOL_DIR overrides it. */
#define ELASTIC_SPOOL_PATH "/var/lib/dnsight/spool"

struct elastic_output_options {
    struct elastic_settings settings;
    const char *target; /* the address, if the settings name no hosts; it may name the data stream
                           behind the host */
    bool is_live;       /* documents come from live traffic: adding never waits, the server need not
                           be there at the start, and what cannot be sent stays in the spool.
                           Otherwise adding waits for room */
    struct log *log;    /* for what happens; NULL: standard error */
    FILE *messages;     /* where it is said that the templates are installed; NULL: nowhere */
};

struct elastic_output;

/* Opens the spool and begins to send what an earlier process left there. Unless it is live,
 * connects first, and installs the templates when they are missing. Returns ST_OK; ST_INVALID
 * (address, or a data stream whose name the templates do not match), ST_IO (the spool, or a file of
 * secrets); otherwise as setup_run with *err. */
MUST_CHECK enum status elastic_output_open(const struct elastic_output_options *options,
                                           struct elastic_output **output, struct error *err);

/* Adds one document (JSON on one line) under its identity. Returns ST_OK (it may have been dropped:
 * then it is counted), or ST_IO or ST_NO_MEMORY with *err if the spool cannot be written. */
MUST_CHECK enum status elastic_output_add(struct elastic_output *output, enum spool_kind kind,
                                          struct bytes id, struct bytes document,
                                          struct error *err);

/* Hands batches on that have waited long enough. Returns as elastic_output_add. */
MUST_CHECK enum status elastic_output_flush(struct elastic_output *output, struct error *err);

/* As sender_renew; for what SIGHUP reads again. */
MUST_CHECK enum status elastic_output_renew(struct elastic_output *output,
                                            const struct http_options *http, struct error *err);

/* Waits until everything is stored, as long as the settings allow, and makes it visible to
 * searches. Returns ST_OK; ST_KEPT (documents stay in the spool: *err says where and why),
 * ST_UNAUTHORISED (the same, because the credentials are wrong), as elastic_output_add, or as
 * answer_expect. */
MUST_CHECK enum status elastic_output_finish(struct elastic_output *output, struct error *err);

/* From any thread. */
void elastic_output_counters(struct elastic_output *output, struct elastic_counters *counters);

/* What was refused, once elastic_output_finish is done. Lives as long as the output. */
const struct refusals *elastic_output_refusals(const struct elastic_output *output);
/* The folder of the spool. Lives as long as the output. */
const char *elastic_output_spool(const struct elastic_output *output);

/* Ends at once what was not finished; it stays in the spool. NULL is fine. */
void elastic_output_free(struct elastic_output *output);

#endif
