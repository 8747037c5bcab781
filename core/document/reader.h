/* A document from JSON text: an NDJSON line or a hit of Elasticsearch, read as Elasticsearch
 * would index it. */
#ifndef DNSIGHT_DOCUMENT_READER_H
#define DNSIGHT_DOCUMENT_READER_H

#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/document/document.h"

struct document_reader;

/* `wanted` has one bit per field of the view (kql_wanted_fields): other fields are skipped; NULL
 * reads all. Both must outlive the reader. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status document_reader_new(const struct data_view *view, const uint64_t *wanted,
                                           struct document_reader **reader);
void document_reader_free(struct document_reader *reader);

/* What surrounds a document. */
struct document_envelope {
    struct bytes id;     /* a top-level `_id`, or empty; lives as long as the document's values */
    struct bytes source; /* octets of the document proper inside the text that was read */
};

/* Reads one JSON object into *document, which is reset first and gets its `id`. Fields may be
 * dotted, nested objects or both. Unknown fields are skipped, and so are values that Elasticsearch
 * would not index; those that do not fit are counted (document.h). The form
 * {"_id":...,"_source":{...}} that hits and exports have is understood. *envelope may be NULL.
 * Returns ST_OK, or ST_MALFORMED or ST_LIMIT with *err. */
MUST_CHECK enum status document_read(struct document_reader *reader, struct bytes json,
                                     struct document *document, struct document_envelope *envelope,
                                     struct error *err);

#endif
