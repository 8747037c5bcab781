#include "query/pretty.h"

#include <stdbool.h>

static void add_line(struct buf *out, size_t depth)
{
    buf_add_u8(out, '\n');
    for (size_t i = 0; i < depth; i++)
        buf_add_text(out, "  ");
}

/* Octets of the string at the start of `json`, its quotes included. */
static size_t string_len(struct bytes json)
{
    size_t at = 1;
    while (at < json.len && json.data[at] != '"')
        at += json.data[at] == '\\' ? 2 : 1;
    return at < json.len ? at + 1 : json.len;
}

static bool is_empty_container(struct bytes json, size_t at)
{
    return at + 1 < json.len && (json.data[at + 1] == '}' || json.data[at + 1] == ']');
}

void pretty_print(struct bytes json, struct buf *out)
{
    size_t depth = 0;
    for (size_t at = 0; at < json.len; at++) {
        const uint8_t octet = json.data[at];
        const bool closes = octet == '}' || octet == ']';
        const bool opens = octet == '{' || octet == '[';
        if (octet == '"') {
            const size_t len = string_len(bytes_slice(json, at, json.len));
            buf_add(out, bytes_slice(json, at, len));
            at += len - 1;
        } else if (opens && is_empty_container(json, at)) {
            buf_add(out, bytes_slice(json, at, 2));
            at++;
        } else {
            depth -= closes && depth > 0 ? 1 : 0;
            if (closes)
                add_line(out, depth);
            buf_add_u8(out, octet);
            depth += opens ? 1 : 0;
            if (opens || octet == ',')
                add_line(out, depth);
            if (octet == ':')
                buf_add_u8(out, ' ');
        }
    }
}
