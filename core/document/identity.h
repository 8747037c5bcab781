/* Names that any two observers of the same lookup compute alike. */
#ifndef DNSIGHT_DOCUMENT_IDENTITY_H
#define DNSIGHT_DOCUMENT_IDENTITY_H

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/dns/transaction.h"

/* Appends the document's `event.id`, which is its `_id` in Elasticsearch: 24 characters of
 * base64url. The first four octets are the start time in seconds, so that neighbours in time share
 * a prefix; the rest is a hash over the capture point, the endpoints, the ID, the question and the
 * start time. */
void identity_print(const struct transaction *transaction, struct bytes capture_point,
                    struct buf *out);

/* Appends the Community ID, version 1 with seed 0, of the transaction's flow. */
void community_id_print(const struct dns_delivery *client, struct buf *out);

#endif
