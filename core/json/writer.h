/* Writes JSON text that is always valid (RFC 8259), whatever octets it is given.
 *
 * Commas, colons and closing order are the writer's business; misuse (a value where a key belongs)
 * is a bug and asserts. What no buffer can hold makes the buffer fail: test buf_ok() at the end. */
#ifndef DNSIGHT_JSON_WRITER_H
#define DNSIGHT_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"

/* Deepest nesting of arrays and objects: more than twice what the 30 levels of `bool` take that
 * Elasticsearch accepts in a query. */
#define JSON_WRITER_DEPTH_MAX 256

struct json_writer {
    struct buf *out; /* borrowed */
    /* One bit for each open container, outermost first: whether it is an object, and whether it
     * has at least one member. */
    uint64_t is_object[JSON_WRITER_DEPTH_MAX / 64];
    uint64_t has_members[JSON_WRITER_DEPTH_MAX / 64];
    unsigned depth; /* open containers */
    bool after_key; /* a key was written, its value was not */
};

/* A writer that appends one JSON value to `out`, which must outlive it. */
struct json_writer json_writer_of(struct buf *out);

void json_begin_object(struct json_writer *w);
void json_end_object(struct json_writer *w);
void json_begin_array(struct json_writer *w);
void json_end_array(struct json_writer *w);

/* The name of the next member; only directly inside an object. */
void json_key(struct json_writer *w, const char *name);
void json_key_bytes(struct json_writer *w, struct bytes name);

void json_string(struct json_writer *w, struct bytes text);
void json_text(struct json_writer *w, const char *text);
void json_u64(struct json_writer *w, uint64_t value);
void json_i64(struct json_writer *w, int64_t value);
/* A number with a fraction; NaN and infinities, which JSON lacks, become null. */
void json_double(struct json_writer *w, double value);
void json_bool(struct json_writer *w, bool value);
void json_null(struct json_writer *w);

/* A value that is valid JSON text already. */
void json_raw(struct json_writer *w, struct bytes json);

/* Appends a JSON string with its quotes, without any writer state: for the document encoder.
 * Octets that are not valid UTF-8 become U+FFFD each; control characters, the quote and the
 * backslash are escaped, and so are U+007F, U+2028 and U+2029, which are legal but harm terminals
 * and JavaScript. */
void json_add_string(struct buf *out, struct bytes text);

#endif
