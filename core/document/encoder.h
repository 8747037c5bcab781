/* A document as one JSON object, without a line end: the form that is stored and shipped. */
#ifndef DNSIGHT_DOCUMENT_ENCODER_H
#define DNSIGHT_DOCUMENT_ENCODER_H

#include "core/base/buf.h"
#include "core/document/document.h"

/* Appends the JSON text of a document over the built-in data view, fields in the order of
 * field_list.h, parents as nested objects, several values as an array. @timestamp and date fields
 * have microseconds, date_nanos nanoseconds. Always valid UTF-8. */
void document_encode(const struct document *document, struct buf *out);

#endif
