/* A lookup as one row of a table, as somebody who looks for a fault wants to read it. */
#ifndef DNSIGHT_QUERY_PRINTING_LOOKUP_ROW_H
#define DNSIGHT_QUERY_PRINTING_LOOKUP_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/time_zone.h"
#include "core/document/document.h"
#include "query/printing/lookup_cells.h"
#include "query/printing/markup.h"
#include "query/printing/table.h"

/* The columns of the table: time, client, server, question, result, latency, answer. */
#define LOOKUP_ROW_COLUMNS LOOKUP_COLUMNS
extern const struct table_column lookup_row_columns[LOOKUP_ROW_COLUMNS];

/* The fields that a row is made from, so that a reader can leave the others out. */
extern const char *const lookup_row_fields[];
extern const size_t lookup_row_field_count;

/* Adds the cells of one lookup to the table; `scratch` is workspace. */
void lookup_row_add(const struct document *document, const struct lookup_style *style,
                    struct table *table, struct buf *scratch);

/* Writes one lookup as a row of a table of a page. */
void lookup_row_html(const struct document *document, const struct lookup_style *style,
                     struct markup *m, struct buf *scratch);

/* Appends one lookup as a paragraph of lines of at most `width` columns. */
void lookup_row_paragraph(const struct document *document, const struct lookup_style *style,
                          size_t width, struct buf *out);

#endif
