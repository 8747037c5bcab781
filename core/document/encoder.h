/* A document as one JSON object, without a line end: the form that is stored and shipped. */
#ifndef DNSIGHT_DOCUMENT_ENCODER_H
#define DNSIGHT_DOCUMENT_ENCODER_H

#include "core/base/buf.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/document/document.h"

/* What is prepared once for all documents: the texts between two fields. */
struct document_encoder;

/* An encoder for documents over the built-in data view. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status document_encoder_new(struct document_encoder **encoder);
void document_encoder_free(struct document_encoder *encoder);

/* Appends the JSON text of a document: fields in the order of field_list.h, parents as nested
 * objects, several values as an array, the values of one object in the order they were added
 * (those of one field must stand together). date fields have microseconds, date_nanos nanoseconds.
 * Always valid JSON and UTF-8; test buf_ok(out). */
void document_encode(struct document_encoder *encoder, const struct document *document,
                     struct buf *out);

#endif
