/* Comma-separated values (RFC 4180): the data as it is, except that control characters are written
 * as \DDD (core/base/display.h), so that a line of the file is always one row. A cell that begins
 * with "=", "+", "-" or "@", which a spreadsheet may take for a formula, is not changed: numbers
 * may be negative, and other programs read the file, too. Spreadsheets have to import it as text;
 * Kibana does the same unless it is told otherwise. */
#ifndef DNSIGHT_QUERY_PRINTING_CSV_H
#define DNSIGHT_QUERY_PRINTING_CSV_H

#include <stdbool.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"

/* Appends one cell, and the comma before it unless it is the first of its row. */
void csv_cell(struct buf *out, struct bytes text, bool is_first);

/* Ends a row (CR LF). */
void csv_end_row(struct buf *out);

#endif
