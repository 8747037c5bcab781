/* The body of one bulk request, and what became of each of its documents.
 *
 * Documents are sent with `create` and their own `_id`, so that sending a batch twice does no harm:
 * the second time the server answers 409, which means that the document is there. */
#ifndef DNSIGHT_SHIPPER_DELIVERY_BULK_H
#define DNSIGHT_SHIPPER_DELIVERY_BULK_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "shipper/delivery/outcomes.h"

/* Octets and documents of a body at which it should be sent: what the makers of Elasticsearch
 * recommend to begin with. */
#define BULK_OCTETS_MAX    ((size_t)5 * 1024 * 1024)
#define BULK_DOCUMENTS_MAX ((size_t)2000)

/* Query string of a bulk request: every item keeps its place in the answer, and little else. */
#define BULK_FILTER_PATH                                         \
    "filter_path=errors,took,items.*.status,items.*.error.type," \
    "items.*.error.reason,items.*.error.caused_by.reason,items.*.failure_store"

/* Octets of the body that belong to one document: its action line, itself, and both line ends. */
struct bulk_item {
    size_t at;
    size_t len;
};

struct bulk {
    struct buf body;
    struct bulk_item *items; /* owned; BULK_DOCUMENTS_MAX of them */
    size_t count;
};

/* Makes an empty body. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status bulk_init(struct bulk *bulk);
void bulk_release(struct bulk *bulk);
void bulk_reset(struct bulk *bulk);

/* Adds one document, JSON on one line without a line end, under its identity (empty: the server
 * makes one). Returns ST_OK, or ST_LIMIT if there is no room: send the body, reset it and add
 * again; when it is empty, the document alone is too large (50 MiB). */
MUST_CHECK enum status bulk_add(struct bulk *bulk, struct bytes id, struct bytes document);

/* Adds a document of another body as it stands there; returns as bulk_add. */
MUST_CHECK enum status bulk_add_item(struct bulk *bulk, const struct bulk *from, size_t item);

/* The identity of an item as it stands in its action line, without the quotes, escaped where JSON
 * needs it; empty if it has none. */
struct bytes bulk_id(const struct bulk *bulk, size_t item);

/* The document of an item, without its line end. */
struct bytes bulk_document(const struct bulk *bulk, size_t item);

/* Finds the items of a body that was copied into bulk->body. Returns ST_OK, or ST_MALFORMED (not
 * pairs of a `create` line and a line that begins like a document, or more than
 * BULK_DOCUMENTS_MAX). */
MUST_CHECK enum status bulk_find_items(struct bulk *bulk);

/* Where outcomes go: called for each item. `reason` is empty unless something is wrong, is free of
 * control characters, and dies when it returns. */
struct bulk_sink {
    void (*take)(void *context, size_t item, enum bulk_outcome outcome, struct bytes reason);
    void *context;
};

/* Reads the answer to a body of `count` documents. The sink is called only if the whole answer
 * makes sense. Returns ST_OK; ST_MALFORMED (not JSON, or not as many items as were sent), ST_LIMIT
 * or ST_NO_MEMORY with *err. */
MUST_CHECK enum status bulk_read_answer(struct bytes answer, size_t count,
                                        const struct bulk_sink *sink, struct error *err);

#endif
