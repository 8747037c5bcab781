/* The frame of an HTML page: one file that needs nothing else, and that no browser lets send or
 * fetch anything (Content-Security-Policy). */
#ifndef DNSIGHT_QUERY_PICTURES_PAGE_H
#define DNSIGHT_QUERY_PICTURES_PAGE_H

#include <stdint.h>

#include "core/base/bytes.h"
#include "query/gathering/graph.h"
#include "query/printing/markup.h"

/* Everything around the content of <body>. */
void page_begin(struct markup *m, const char *title);
void page_end(struct markup *m);

/* A number with what it is, within a <dl class="figures">. */
void page_figure(struct markup *m, const char *what, uint64_t count, bool is_bad);

/* Begins a box that scrolls sideways when the page is narrow, also by keys; markup_end closes it.
 */
void page_begin_wide(struct markup *m, const char *label);

/* One cell; `value` is what a table is sorted by, if that is not its text. */
void page_count_cell(struct markup *m, uint64_t count);
void page_latency_cell(struct markup *m, bool is_known, uint64_t latency_ns);

/* Begins a table that can be sorted: its head, and the body; page_end_table closes both. Headings
 * of numbers begin with `#`. The list ends with NULL. */
void page_begin_table(struct markup *m, const char *const *headings);
void page_end_table(struct markup *m);

#endif
