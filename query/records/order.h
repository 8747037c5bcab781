/* The order in which lookups are printed, as octets that compare like the lookups: by a field or,
 * without one, by time; lookups of the same time by their identity, so that every source gives the
 * same order. */
#ifndef DNSIGHT_QUERY_RECORDS_ORDER_H
#define DNSIGHT_QUERY_RECORDS_ORDER_H

#include <stdbool.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/document/document.h"
#include "query/records/fields.h"

struct order {
    struct bytes field; /* empty: by time, oldest first */
    bool is_descending; /* largest first; lookups without the field come last either way */
};

/* Reads FIELD[:asc|desc], whose text is borrowed. Returns ST_OK, or ST_INVALID with *err. */
MUST_CHECK enum status order_read(const char *text, struct order *order, struct error *err);

/* Sets the fields that keys are made from. */
void order_fields(const struct order *order, struct field_names *fields);

/* Appends the key of a document; `id` is its `_id`, or empty: then event.id is taken. Of several
 * values the smallest counts, or the largest in descending order, as in Elasticsearch. */
void order_key(const struct order *order, const struct document *document, struct bytes id,
               struct buf *key);

#endif
