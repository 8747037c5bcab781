/* What is printed of the lookups that matched, in four forms. */
#ifndef DNSIGHT_QUERY_PRINTING_PRINTER_H
#define DNSIGHT_QUERY_PRINTING_PRINTER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/base/time_zone.h"
#include "core/document/document.h"
#include "query/records/fields.h"

enum printer_format {
    PRINT_TABLE,
    PRINT_NDJSON,
    PRINT_JSON, /* one array */
    PRINT_CSV,
    PRINT_MAIL, /* groups as a table, a lookup as a paragraph of `width` columns */
    PRINT_HTML, /* a table of a page; lookups always in the readable set of columns */
};

struct printer_options {
    enum printer_format format;
    const struct field_names *fields; /* lives as long as the printer; none: a readable set in a
                                         table or CSV, the whole document in JSON */
    const struct time_zone *zone;     /* of the clock in tables, and its name; they live as long */
    const char *zone_name;
    size_t width; /* columns of the terminal; 0: nothing is cut, and JSON stays as it is stored */
    bool has_colour;
    bool has_distinct; /* groups have a number of different values */
};

struct printer;

/* A printer that appends to `out`, which it borrows and which may be emptied between the calls.
 * Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status printer_new(const struct printer_options *options, struct buf *out,
                                   struct printer **printer);
void printer_free(struct printer *printer);

/* True if printer_add looks at documents, of which these fields must have been read; otherwise it
 * prints the JSON text alone. */
bool printer_reads_documents(const struct printer *printer);
const struct field_names *printer_fields(const struct printer *printer);

/* Prints one lookup: the document, or, as it was stored, its JSON text. Returns ST_OK or
 * ST_NO_MEMORY. */
MUST_CHECK enum status printer_add(struct printer *printer, const struct document *document,
                                   struct bytes json);

/* Prints what still waits, and the end. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status printer_finish(struct printer *printer);

#endif
