/* The frame of an HTML page: one file that needs nothing else, and that no browser lets send or
 * fetch anything (Content-Security-Policy). */
#ifndef DNSIGHT_QUERY_PICTURES_PAGE_H
#define DNSIGHT_QUERY_PICTURES_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "query/printing/markup.h"

/* Everything around the content of <body>. */
void page_begin(struct markup *m, const char *title);
void page_end(struct markup *m);

/* Says, before anything that sounds like an all-clear, what was not read: lines of text. Nothing if
 * there are none. */
void page_incomplete(struct markup *m, struct bytes not_read);

/* A number with what it is, within a <dl class="figures">. */
void page_figure(struct markup *m, const char *what, uint64_t count, bool is_bad);

/* Begins a box that scrolls sideways when the page is narrow, also by keys; markup_end closes it.
 */
void page_begin_wide(struct markup *m, const char *label);

#endif
