/* Reads JSON text (RFC 8259) as a stream of events; the only user of yajl, which it needs for texts
 * with escapes or control characters only.
 *
 * Numbers keep the text they were written with. Strings arrive unescaped, as valid UTF-8. A parser
 * that runs out of memory ends the process (yajl does not check its allocations). */
#ifndef DNSIGHT_JSON_READER_H
#define DNSIGHT_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"

/* Deepest nesting of arrays and objects that is accepted. */
#define JSON_READER_DEPTH_MAX 100

/* Octets of the longest text that is accepted; yajl's own arithmetic is safe below it. */
#define JSON_READER_TEXT_MAX ((size_t)256 * 1024 * 1024)

enum json_event_kind {
    JSON_NULL,
    JSON_BOOLEAN,
    JSON_NUMBER, /* text: the number as written */
    JSON_STRING, /* text: unescaped */
    JSON_KEY,    /* text: unescaped name of the member that follows */
    JSON_BEGIN_OBJECT,
    JSON_END_OBJECT,
    JSON_BEGIN_ARRAY,
    JSON_END_ARRAY,
};

struct json_event {
    enum json_event_kind kind;
    bool boolean;      /* JSON_BOOLEAN */
    struct bytes text; /* JSON_NUMBER, JSON_STRING, JSON_KEY; dies when the handler returns */
};

/* Called for each event in order; anything but ST_OK ends the reading with that status. */
typedef enum status (*json_handler)(void *context, const struct json_event *event);

struct json_reader;

/* Makes a reader that can be used for one text after the other. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status json_reader_new(json_handler handler, void *context,
                                       struct json_reader **reader);
void json_reader_free(struct json_reader *reader);

/* Reads exactly one JSON value, white space around it allowed. Returns ST_OK; ST_MALFORMED
 * (*err: what and near which octet), ST_LIMIT (too deep or too long), or what the handler
 * returned (*err untouched). */
MUST_CHECK enum status json_read(struct json_reader *reader, struct bytes text, struct error *err);

/* Inside a handler: the offset in the text behind the event's last octet. */
size_t json_reader_offset(const struct json_reader *reader);

#endif
