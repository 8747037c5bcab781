/* Empties the spool into Elasticsearch or OpenSearch, with several requests at once where the
 * cluster takes them: additive increase while answers come as quickly as before, half as many when
 * the cluster says that it is too much. */
#ifndef DNSIGHT_SHIPPER_DELIVERY_SENDER_H
#define DNSIGHT_SHIPPER_DELIVERY_SENDER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "shipper/delivery/dead_letters.h"
#include "shipper/delivery/delivery.h"
#include "shipper/delivery/elastic_counters.h"
#include "shipper/delivery/elastic_settings.h"
#include "shipper/delivery/spool.h"

/* Told when health changes, from any thread: `reason` is in words. */
struct health_sink {
    void (*take)(void *context, enum elastic_health health, const char *reason);
    void *context;
};

struct sender_options {
    const struct elastic_settings *settings; /* hosts are set; borrowed */
    const char *const *hosts;                /* addresses without a data stream behind; borrowed */
    size_t host_count;
    const char *data_stream;      /* percent-encoded; borrowed */
    struct spool *spool;          /* borrowed */
    struct dead_letters *letters; /* borrowed */
    struct refusal_sink refusals; /* called under a lock */
    struct health_sink health;
    FILE *setup_log; /* where it is said that templates are installed; may be NULL */
};

struct sender;

/* Makes clients for every host. Returns ST_OK; ST_INVALID (an address or a setting of TLS), ST_IO
 * (a file of secrets) or ST_NO_MEMORY with *err. */
MUST_CHECK enum status sender_new(const struct sender_options *options, struct sender **sender,
                                  struct error *err);

/* Asks hosts, one after the other, until one says what it can do and has the templates (they are
 * installed if they are missing and that is allowed). Otherwise the first request does this. Only
 * before sender_start. Returns ST_OK, or as setup_run with *err. */
MUST_CHECK enum status sender_prepare(struct sender *sender, struct error *err);

/* Begins to send. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status sender_start(struct sender *sender);

/* There is a new batch in the spool. */
void sender_wake(struct sender *sender);

/* Uses these credentials and this TLS (`url` apart, all of *http) from the next requests on, and
 * asks hosts at once that were to be left alone for a while. Texts are copied. Returns ST_OK, or as
 * sender_new with *err: then nothing changes. */
MUST_CHECK enum status sender_renew(struct sender *sender, const struct http_options *http,
                                    struct error *err);

/* Waits until nothing is in the spool, for at most wait_ms after the last document that got an
 * outcome (`is_patient`: and until requests in flight are answered, or take too long), and not
 * longer than until health is ELASTIC_HOLDS. Returns whether the spool is empty. */
bool sender_drain(struct sender *sender, unsigned wait_ms, bool is_patient);

/* Ends the requests that are in flight and the threads. */
void sender_stop(struct sender *sender);

/* Makes everything that was stored visible to searches; after sender_stop. Returns ST_OK (also when
 * the credentials do not allow it), or as answer_await with *err. */
MUST_CHECK enum status sender_refresh(struct sender *sender, struct error *err);

/* Adds what the sender knows to *counters. */
void sender_counters(struct sender *sender, struct elastic_counters *counters);

/* After sender_stop, if it was started. NULL is fine. */
void sender_free(struct sender *sender);

#endif
