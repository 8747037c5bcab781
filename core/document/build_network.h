/* The network fields of a document: both ends of the lookup and what lies between them. Internal to
 * build.c. */
#ifndef DNSIGHT_DOCUMENT_BUILD_NETWORK_H
#define DNSIGHT_DOCUMENT_BUILD_NETWORK_H

#include "core/base/buf.h"
#include "core/dns/transaction.h"
#include "core/document/document.h"

/* Adds the fields; texts are appended to `texts`, which must not move while the document is used.
 */
void build_network_add(const struct transaction *transaction, struct buf *texts,
                       struct document *document);

#endif
