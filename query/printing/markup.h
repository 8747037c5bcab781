/* Writes HTML and SVG that is always well-formed, as HTML and as XML, whatever text it is given:
 * the only place where text becomes markup. */
#ifndef DNSIGHT_QUERY_PRINTING_MARKUP_H
#define DNSIGHT_QUERY_PRINTING_MARKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/base/macros.h"

/* Deepest nesting of elements. */
#define MARKUP_DEPTH_MAX 32

struct markup {
    struct buf *out;                    /* borrowed; test buf_ok at the end */
    const char *open[MARKUP_DEPTH_MAX]; /* names of the open elements, outermost first */
    unsigned depth;
    bool in_tag; /* attributes can still be added to the innermost one */
};

struct markup markup_of(struct buf *out);

/* Opens an element, whose name is static, and closes the innermost one; markup_empty closes it
 * without content (only for elements that have none: in HTML `<p/>` is an open tag). */
void markup_begin(struct markup *m, const char *name);
void markup_end(struct markup *m);
void markup_empty(struct markup *m);

/* Attributes of the element that was just opened. */
void markup_attribute(struct markup *m, const char *name, struct bytes value);
void markup_word(struct markup *m, const char *name, const char *value);
void markup_number(struct markup *m, const char *name, double value);
void markup_format(struct markup *m, const char *name, const char *format, ...) PRINTF_LIKE(3, 4);

/* Text of the element: what would harm a terminal becomes \DDD first (core/base/display.h), since
 * it would turn or hide text in a browser as well. */
void markup_text(struct markup *m, struct bytes text);
void markup_print(struct markup *m, const char *format, ...) PRINTF_LIKE(2, 3);

/* A number with its thousands apart. */
void markup_count(struct markup *m, uint64_t count);

/* An element with nothing but text. */
void markup_element(struct markup *m, const char *name, const char *css_class, struct bytes text);

/* Octets that are markup already, made by this program. */
void markup_raw(struct markup *m, struct bytes markup);

/* Appends text as markup_text does. */
void markup_escape(struct buf *out, struct bytes text);

/* Appends a number with a thin space between its thousands. */
void count_text(uint64_t count, struct buf *out);

#endif
