/* Text for a terminal: whatever octets came from the wire, none of them moves the cursor, changes a
 * colour or turns the direction of writing.
 *
 * Control characters, characters that only format (soft hyphen, direction marks, line separators,
 * zero width, tags) and octets that are not UTF-8 become \DDD, one an octet, as RFC 1035
 * (5.1) writes octets in names. */
#ifndef DNSIGHT_BASE_DISPLAY_H
#define DNSIGHT_BASE_DISPLAY_H

#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"

/* Appends the text, escaped. */
void display_add(struct buf *out, struct bytes text);

/* Escapes the JSON that stands in *text from the offset `from` on: the same characters, but for the
 * white space of JSON, become \uXXXX inside its strings, so that it stays JSON of the same value.
 */
void display_escape_json(struct buf *text, size_t from);

/* Columns that escaped text takes on a terminal: one a character. */
size_t display_columns(struct bytes escaped);

/* Appends escaped text; if it is wider than `columns` (1 or more), its beginning with an ellipsis
 * in the last column. Returns the columns used. */
size_t display_cut(struct buf *out, struct bytes escaped, size_t columns);

/* Like display_cut, but takes the columns away from the middle of the text before its last word, or
 * of its only one, so that the end of that text and the word remain. */
size_t display_cut_middle(struct buf *out, struct bytes escaped, size_t columns);

#endif
