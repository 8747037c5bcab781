/* Sends bulk bodies until every document has an outcome: waits and repeats while the server is
 * overloaded or away, sends only what is still open, halves what is too large. */
#ifndef DNSIGHT_SHIPPER_BULK_SENDER_H
#define DNSIGHT_SHIPPER_BULK_SENDER_H

#include <stdbool.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/elastic/http.h"
#include "shipper/bulk.h"

struct bulk_sender_options {
    const char *data_stream;  /* percent-encoded; copied */
    bool require_data_stream; /* the server knows this parameter: it then refuses to make an index
                                 by accident where the template is missing */
    unsigned attempts;        /* in a row without progress before that is an error; 0: 6 */
    unsigned backoff_ms;      /* the wait before the n-th repetition is random, up to this times 2^n
                                 and at most a minute; 0: one second */
};

struct bulk_sender;

/* Borrows the client. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status bulk_sender_new(struct http_client *client,
                                       const struct bulk_sender_options *options,
                                       struct bulk_sender **sender);
void bulk_sender_free(struct bulk_sender *sender);

/* Sends all documents of a body. The sink is called once for each that has an outcome other than
 * BULK_RETRY and BULK_HOLD. Returns ST_OK when all have one. Otherwise *err says why the rest was
 * not stored, and sending the same body again later does no harm: ST_UNREACHABLE (also: stays
 * overloaded), ST_UNAUTHORISED, ST_NOT_FOUND, ST_INVALID (the request as a whole, or BULK_HOLD),
 * ST_MALFORMED (answers that make no sense) or ST_NO_MEMORY. */
MUST_CHECK enum status bulk_sender_send(struct bulk_sender *sender, const struct bulk *bulk,
                                        const struct bulk_sink *sink, struct error *err);

#endif
