/* Comma-separated values (RFC 4180): the data as it is, with two exceptions. Control characters are
 * written as \DDD (core/base/display.h), so that a line of the file is always one row. A cell that
 * begins with "=", "+", "-" or "@" and is no number would be a formula to a spreadsheet: it gets an
 * apostrophe in front, by which spreadsheets know text. */
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
