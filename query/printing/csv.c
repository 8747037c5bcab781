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

static bool is_number(struct bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (memchr("0123456789.+-eE", text.data[i], sizeof "0123456789.+-eE" - 1) == NULL)
            return false;
    }
    return text.len > 1;
}

static bool is_formula(struct bytes text)
{
    return text.len > 0 && memchr("=+-@", text.data[0], sizeof "=+-@" - 1) != NULL &&
           !is_number(text) && !bytes_is(text, "-");
}

void csv_cell(struct buf *out, struct bytes text, bool is_first)
{
    const char *const guard = is_formula(text) ? "'" : "";
    if (!is_first)
        buf_add_u8(out, ',');
    if (!needs_quotes(text)) {
        buf_add_text(out, guard);
        display_add(out, text);
        return;
    }
    buf_add_u8(out, '"');
    buf_add_text(out, guard);
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
