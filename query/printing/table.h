/* Rows of text in columns, for people: on a terminal the table is as wide as the terminal, into a
 * pipe nothing is cut. Where a terminal is too narrow long cells are cut, but never an address, and
 * never below the width that a column needs: rather a row, and the heading with it, takes further
 * lines.
 *
 * The first rows wait until the widths are known; from then on each row is written as it comes, so
 * the memory does not grow with the table. */
#ifndef DNSIGHT_QUERY_PRINTING_TABLE_H
#define DNSIGHT_QUERY_PRINTING_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"

/* Columns of the widest table. */
#define TABLE_COLUMNS_MAX 72

struct table_column {
    const char *heading; /* lives as long as the table */
    size_t width_min;    /* gives way down to this width before a row is folded; 0: never */
    size_t
        width_least; /* at least so wide, whatever the first rows hold; 0: as wide as they need */
    bool is_number;  /* set to the right */
    bool keeps_word; /* what gives way stands before the last word of a cell */
};

/* What a cell says, shown as a colour. */
enum tone {
    TONE_PLAIN,
    TONE_GOOD,
    TONE_DOUBT,   /* an answer, but perhaps not the one that was hoped for */
    TONE_FAILURE, /* nothing to work with */
};

struct table_options {
    const struct table_column *columns; /* lives as long as the table */
    size_t column_count;                /* 1 to TABLE_COLUMNS_MAX */
    size_t width;                       /* columns of the terminal; 0: nothing is cut */
    bool has_colour;
};

struct table;

/* A table that appends its lines to `out`, which it borrows and which may be emptied between the
 * calls. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status table_new(const struct table_options *options, struct buf *out,
                                 struct table **table);
void table_free(struct table *table);

/* The next cell of the current row, which has as many cells as there are columns. */
void table_cell(struct table *table, struct bytes text, enum tone tone);

/* Writes the rows that wait; from then on rows are written as they come. */
void table_flush(struct table *table);

/* Writes what still waits. A table without rows writes nothing, not even its heading. Returns
 * ST_OK or ST_NO_MEMORY: rows are missing. */
MUST_CHECK enum status table_finish(struct table *table);

#endif
