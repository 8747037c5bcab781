/* JSON scalars as values of their field's type, as Elasticsearch would index them. */
#ifndef DNSIGHT_DOCUMENT_TYPED_H
#define DNSIGHT_DOCUMENT_TYPED_H

#include "core/document/document.h"
#include "core/json/reader.h"

/* Adds a number, string or boolean to a field that is neither an object nor flattened. What the
 * field's type cannot take, null, and text longer than ignore_above add nothing. */
void typed_add(struct document *document, uint16_t field, const struct json_event *event);

#endif
