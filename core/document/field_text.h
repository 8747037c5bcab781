/* A document written field by field, in the order of field_list.h: the long way, which every
 * document form goes once. */
#ifndef DNSIGHT_DOCUMENT_FIELD_TEXT_H
#define DNSIGHT_DOCUMENT_FIELD_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/document/document.h"
#include "core/document/form.h"
#include "core/document/value_text.h"

/* The texts between fields of the built-in data view. */
struct field_texts;

/* Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status field_texts_new(struct field_texts **texts);
void field_texts_free(struct field_texts *texts);

/* Octets that the text of a document can have at most. */
size_t field_texts_room(const struct document *document);

/* Writes a document into field_texts_room octets, returns the place behind it, and makes *form its
 * form, or none if the document is too large for one. */
uint8_t *field_texts_put(const struct field_texts *texts, struct value_texts *values, uint8_t *to,
                         const struct document *document, struct form *form);

#endif
