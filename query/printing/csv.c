#include "query/printing/csv.h"

#include <string.h>

#include "core/base/display.h"

static bool needs_quotes(struct bytes text)
{
    if (text.len == 0)
        return false;
    return memchr(text.data, ',', text.len) != NULL || memchr(text.data, '"', text.len) != NULL ||
           text.data[0] == ' ' || text.data[text.len - 1] == ' ';
}

void csv_cell(struct buf *out, struct bytes text, bool is_first)
{
    if (!is_first)
        buf_add_u8(out, ',');
    if (!needs_quotes(text)) {
        display_add(out, text);
        return;
    }
    buf_add_u8(out, '"');
    struct bytes rest = text;
    while (rest.len > 0) {
        const uint8_t *const quote = memchr(rest.data, '"', rest.len);
        const size_t len = quote == NULL ? rest.len : (size_t)(quote - rest.data) + 1;
        display_add(out, bytes_slice(rest, 0, len));
        if (quote != NULL)
            buf_add_u8(out, '"');
        rest = bytes_slice(rest, len, rest.len);
    }
    buf_add_u8(out, '"');
}

void csv_end_row(struct buf *out)
{
    buf_add_text(out, "\r\n");
}
