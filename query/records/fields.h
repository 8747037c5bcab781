/* Fields of documents by their names, as a person asks for them: all values of a field, wherever
 * in the document they stand, and as text. */
#ifndef DNSIGHT_QUERY_RECORDS_FIELDS_H
#define DNSIGHT_QUERY_RECORDS_FIELDS_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/document/document.h"
#include "core/json/writer.h"

/* Most names in one list. */
#define FIELD_NAMES_MAX 64

/* Names as they were given; borrowed from the command line, or static. */
struct field_names {
    struct bytes names[FIELD_NAMES_MAX];
    size_t count;
};

/* Splits "a,b,c" into names. Returns ST_OK, or ST_INVALID with *err: an empty name, too many. */
MUST_CHECK enum status field_names_split(struct bytes text, struct field_names *names,
                                         struct error *err);

/* The field of that name, through its alias; FIELD_NONE if the view has none. */
uint16_t field_find(const struct data_view *view, struct bytes name);

/* Returns ST_OK when the view has a field of that name whose documents have values; otherwise
 * ST_INVALID with *err, which names the nearest field there is. */
MUST_CHECK enum status field_check(const struct data_view *view, struct bytes name,
                                   struct error *err);

/* The value of a field behind `previous` (NULL: the first one), in the order of the document,
 * values inside objects included; NULL behind the last and for FIELD_NONE. */
const struct value *field_value(const struct document *document, uint16_t field,
                                const struct value *previous);

/* Appends a value as text: times as RFC 3339 in UTC with three, six or nine decimals, whatever
 * they need. Objects have no text. */
void field_value_text(const struct value *value, struct buf *out);

/* Appends all values of a field as text, ", " between them; nothing if it has none. */
void field_text(const struct document *document, uint16_t field, struct buf *out);

/* Writes a value as JSON: numbers and booleans as such, everything else as a string, of which
 * `scratch` is the workspace. */
void field_value_json(const struct value *value, struct json_writer *w, struct buf *scratch);

#endif
