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

/* Reads one JSON object into *document, which is reset first. Fields may be dotted, nested objects
 * or both. Unknown fields are skipped. A top-level `_id`, or the form {"_id":...,"_source":{...}}
 * that exports have, is understood: *id is set to it (it lives until the next call), or to an
 * empty view; so is *source, the octets of the document proper inside `json`.
 * Returns ST_OK, or ST_MALFORMED or ST_LIMIT with *err. */
MUST_CHECK enum status document_read(struct document_reader *reader, struct bytes json,
                                     struct document *document, struct bytes *id,
                                     struct error *err);

#endif
