/* JSON scalars as values of their field's type, as Elasticsearch would index them. */
#ifndef DNSIGHT_DOCUMENT_TYPED_H
#define DNSIGHT_DOCUMENT_TYPED_H

#include <stdbool.h>

#include "core/document/document.h"
#include "core/json/reader.h"

/* Adds a number, string or boolean to a field that is neither an object nor flattened. Text longer
 * than ignore_above adds nothing. False, and nothing is added, if the field's type cannot take the
 * value; where the mapping has `ignore_malformed` Elasticsearch does the same. */
bool typed_add(struct document *document, uint16_t field, const struct json_event *event);

#endif
