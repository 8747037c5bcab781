/* What is printed of the lookups that matched, in four forms. */
#ifndef DNSIGHT_QUERY_OUTPUT_H
#define DNSIGHT_QUERY_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/base/time_zone.h"
#include "core/document/document.h"
#include "query/fields.h"

enum output_format {
    OUTPUT_TABLE,
    OUTPUT_NDJSON,
    OUTPUT_JSON, /* one array */
    OUTPUT_CSV,
};

struct output_options {
    enum output_format format;
    const struct field_names *fields; /* lives as long as the output; none: a readable set in a
                                         table or CSV, the whole document in JSON */
    const struct time_zone *zone;     /* of the clock in tables, and its name; they live as long */
    const char *zone_name;
    size_t width; /* columns of the terminal; 0: nothing is cut */
    bool has_colour;
};

struct output;

/* An output that appends to `out`, which it borrows and which may be emptied between the calls.
 * Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status output_new(const struct output_options *options, struct buf *out,
                                  struct output **output);
void output_free(struct output *output);

/* True if output_add looks at documents, of which these fields must have been read; otherwise it
 * prints the JSON text alone. */
bool output_reads_documents(const struct output *output);
const struct field_names *output_fields(const struct output *output);

/* Prints one lookup: the document, or, as it was stored, its JSON text. Returns ST_OK or
 * ST_NO_MEMORY. */
MUST_CHECK enum status output_add(struct output *output, const struct document *document,
                                  struct bytes json);

/* Prints what still waits, and the end. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status output_finish(struct output *output);

#endif
