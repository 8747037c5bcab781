/* What the columns of a readable row say of a lookup, whatever the row is made for. */
#ifndef DNSIGHT_QUERY_PRINTING_LOOKUP_CELLS_H
#define DNSIGHT_QUERY_PRINTING_LOOKUP_CELLS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/time_zone.h"
#include "core/document/document.h"
#include "query/printing/table.h"

enum lookup_column {
    LOOKUP_TIME,
    LOOKUP_CLIENT,
    LOOKUP_SERVER,
    LOOKUP_QUESTION,
    LOOKUP_RESULT_CELL,
    LOOKUP_LATENCY,
    LOOKUP_ANSWER,
    LOOKUP_COLUMNS,
};

struct lookup_style {
    const struct time_zone *zone; /* of the clock */
    bool is_narrow;               /* times without year and milliseconds */
};

/* A document, and how its cells are written. */
struct lookup_cells {
    const struct document *document;
    const struct lookup_style *style;
    struct buf *out; /* where a cell is appended */
};

/* Appends one cell; not escaped. */
void lookup_cell(const struct lookup_cells *row, enum lookup_column column);

/* How the lookup went. */
enum tone lookup_tone(const struct lookup_cells *row);

/* The latency; false if the lookup has none. */
bool lookup_duration(const struct lookup_cells *row, uint64_t *duration_ns);

#endif
