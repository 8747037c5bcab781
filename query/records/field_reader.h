/* Reads some fields of documents from their JSON text. */
#ifndef DNSIGHT_QUERY_RECORDS_FIELD_READER_H
#define DNSIGHT_QUERY_RECORDS_FIELD_READER_H

#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/document/document.h"
#include "core/document/reader.h"
#include "query/records/fields.h"

struct field_reader;

/* A reader of no field yet, over a view that outlives it. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status field_reader_new(const struct data_view *view, struct field_reader **reader);
void field_reader_free(struct field_reader *reader);

/* The bits of the fields to read, one a field of the view, and a way to set them by name (unknown
 * names are left out). Only before the first field_reader_read. */
uint64_t *field_reader_wanted(struct field_reader *reader);
void field_reader_want(struct field_reader *reader, const struct field_names *names);

/* Reads one document, which lives until the next call; *envelope may be NULL. Returns ST_OK;
 * ST_MALFORMED, ST_LIMIT or ST_NO_MEMORY with *err. */
MUST_CHECK enum status field_reader_read(struct field_reader *reader, struct bytes json,
                                         const struct document **document,
                                         struct document_envelope *envelope, struct error *err);

#endif
