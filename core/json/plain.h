/* Reads plain JSON text: without escapes and control characters, as most lines of NDJSON are. Made
 * for speed, as strict as yajl. Private to core/json. */
#ifndef DNSIGHT_JSON_PLAIN_H
#define DNSIGHT_JSON_PLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/json/reader.h"

/* True if the text has neither a backslash nor an octet below the blank, so that each of its
 * strings ends at the next quotation mark and white space is blanks only. */
bool json_plain_is(struct bytes text);

/* How far a reading has come. */
struct json_plain_progress {
    size_t at;             /* octets up to the end of the last event; after a fault those before the
                              octet that is wrong, or all if the text ends too early */
    const char *complaint; /* what is wrong; NULL if nothing is, or if the handler gave up */
};

/* Reads exactly one value from a plain text, which is valid UTF-8. *progress is kept while the
 * handler runs. Returns ST_OK; ST_MALFORMED or ST_LIMIT with a complaint; or what the handler
 * returned. */
MUST_CHECK enum status json_plain_read(struct bytes text, json_handler handler, void *context,
                                       struct json_plain_progress *progress);

#endif
