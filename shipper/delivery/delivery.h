/* Sends one batch of the spool to one host, as far as that goes: in one request, or in pieces where
 * the server wants smaller ones. Private to the sender. Not for several threads at once. */
#ifndef DNSIGHT_SHIPPER_DELIVERY_DELIVERY_H
#define DNSIGHT_SHIPPER_DELIVERY_DELIVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/elastic/http.h"
#include "shipper/delivery/bulk.h"
#include "shipper/delivery/dead_letters.h"
#include "shipper/delivery/outcomes.h"
#include "shipper/delivery/spool.h"

/* Told about each document that was refused. */
struct refusal_sink {
    void (*take)(void *context, struct bytes id, struct bytes reason);
    void *context;
};

/* What came of a batch. */
struct delivery_report {
    uint64_t created;
    uint64_t already_there;
    uint64_t failure_store;
    uint64_t dead_letters;
    uint64_t dead_letters_full;
    uint64_t retried; /* documents that the server wants again, by themselves */
    uint64_t requests;
    uint64_t failed_requests;
    uint64_t sent_octets;
    size_t open;                 /* documents without an outcome */
    bool is_damaged;             /* the file is not a batch: nothing was done */
    bool is_gone;                /* the file is not there any more */
    enum request_outcome reason; /* why documents are open: BUSY, HOLD or LOST */
    unsigned retry_after_s;
    struct error error; /* in words */
};

struct delivery;

/* Borrows all but `path`, which is that of bulk requests (copied). Returns ST_OK or ST_NO_MEMORY.
 */
MUST_CHECK enum status delivery_new(struct spool *spool, struct dead_letters *letters,
                                    const struct refusal_sink *refusals,
                                    struct delivery **delivery);
void delivery_free(struct delivery *delivery);

/* Sends a batch that was taken; `path` begins with "/". What has an outcome is in *report, refused
 * documents are in the dead letters and synced. The batch is not given back. */
void delivery_run(struct delivery *delivery, struct http_client *client, const char *path,
                  const struct spool_batch *batch, struct delivery_report *report);

/* The documents that the last run left open, fewer than the batch has, as a compressed body, which
 * lives until the next run. Returns ST_OK, ST_LIMIT or ST_NO_MEMORY. */
MUST_CHECK enum status delivery_rest(struct delivery *delivery, struct bytes *gzip);

#endif
