/* Tables of an HTML page, which a script of the page can sort. */
#ifndef DNSIGHT_QUERY_PRINTING_HTML_TABLE_H
#define DNSIGHT_QUERY_PRINTING_HTML_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "query/printing/markup.h"

/* Begins a table: its head, and the body; html_end_table closes both. Headings of numbers begin
 * with `#`. The list ends with NULL. */
void html_begin_table(struct markup *m, const char *const *headings);
void html_end_table(struct markup *m);

/* Cells with numbers; a latency in nanoseconds. */
void html_count_cell(struct markup *m, uint64_t count);
void html_latency_cell(struct markup *m, bool is_known, uint64_t latency_ns);

/* Two cells: a share from 0 to 1 as a number and as a bar. */
void html_share_cell(struct markup *m, double share);

#endif
