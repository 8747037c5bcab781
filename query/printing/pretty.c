#include "query/printing/pretty.h"

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

/* A mark of JSON's syntax; returns the new depth. */
static size_t add_mark(struct buf *out, uint8_t mark, size_t depth)
{
    if ((mark == '}' || mark == ']') && depth > 0)
        add_line(out, --depth);
    buf_add_u8(out, mark);
    if (mark == '{' || mark == '[')
        depth++;
    if (mark == '{' || mark == '[' || mark == ',')
        add_line(out, depth);
    if (mark == ':')
        buf_add_u8(out, ' ');
    return depth;
}

void pretty_print(struct bytes json, struct buf *out)
{
    size_t depth = 0;
    for (size_t at = 0; at < json.len;) {
        const struct bytes rest = bytes_slice(json, at, json.len);
        const bool is_empty = bytes_starts_with(rest, BYTES_LITERAL("{}")) ||
                              bytes_starts_with(rest, BYTES_LITERAL("[]"));
        size_t len = 1;
        if (is_empty)
            len = 2;
        else if (rest.data[0] == '"')
            len = string_len(rest);
        if (len > 1)
            buf_add(out, bytes_slice(rest, 0, len));
        else
            depth = add_mark(out, rest.data[0], depth);
        at += len;
    }
}
