/* The lookups of NDJSON: one document a line. */
#ifndef DNSIGHT_QUERY_SOURCES_NDJSON_READER_H
#define DNSIGHT_QUERY_SOURCES_NDJSON_READER_H

#include <stdbool.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/capture/input.h"
#include "query/records/matcher.h"
#include "query/sources/source.h"

/* Reads an input of kind INPUT_JSON to its end, until the listener is stopped, or to the fault that
 * ends it. Lines that are no document are left out and said; a last line that is not whole is no
 * fault when somebody still writes the file (`is_growing`). Returns ST_OK, or as input_line with
 * *err. */
MUST_CHECK enum status ndjson_read(struct input *input, bool is_growing, struct matcher *matcher,
                                   struct source_listener *listener, struct error *err);

#endif
