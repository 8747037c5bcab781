/* Text for people in lines of limited width. */
#ifndef DNSIGHT_QUERY_BASE_PROSE_H
#define DNSIGHT_QUERY_BASE_PROSE_H

#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"

/* Appends the text, escaped for a terminal (core/base/display.h), in lines of at most `width`
 * columns that begin with `indent` blanks; words that are longer stand alone on a line. Line ends
 * of the text are kept. Every line ends with a line end. */
void prose_add(struct buf *out, struct bytes text, size_t indent, size_t width);

/* The same, but words that are longer lose their middle, as in a table; `width` is more than
 * `indent`. */
void prose_add_cut(struct buf *out, struct bytes text, size_t indent, size_t width);

#endif
