/* The part of a document that comes from EDNS: dns.opt.*. */
#ifndef DNSIGHT_DOCUMENT_BUILD_EDNS_H
#define DNSIGHT_DOCUMENT_BUILD_EDNS_H

#include "core/base/buf.h"
#include "core/dns/transaction.h"
#include "core/document/document.h"

/* Adds what the OPT records of the query and the response say (RFC 6891); which of the two gives
 * which field is said in build.h. Texts are appended to `texts`, which does not move. */
void build_edns_add(const struct transaction *transaction, struct buf *texts,
                    struct document *document);

#endif
