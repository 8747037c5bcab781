#include "query/base/prose.h"

#include "core/base/display.h"

/* Octets of one escaped word. */
#define WORD_MAX ((size_t)256 * 1024)

static void add_blanks(struct buf *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_add_u8(out, ' ');
}

/* One line of the text, which becomes one line or several. */
static void add_line(struct buf *out, struct bytes line, size_t indent, size_t width)
{
    struct buf word;
    buf_init(&word, WORD_MAX);
    size_t column = 0; /* of this line of the output; 0: nothing is there yet */
    size_t at = 0;
    while (at < line.len) {
        const uint8_t *const blank = memchr(line.data + at, ' ', line.len - at);
        const size_t end = blank == NULL ? line.len : (size_t)(blank - line.data);
        buf_reset(&word);
        display_add(&word, bytes_slice(line, at, end - at));
        at = end + 1;
        if (word.len == 0)
            continue;
        const size_t columns = display_columns(buf_bytes(&word));
        if (column > 0 && column + 1 + columns > width) {
            buf_add_u8(out, '\n');
            column = 0;
        }
        add_blanks(out, column == 0 ? indent : 1);
        buf_add(out, buf_bytes(&word));
        column = (column == 0 ? indent : column + 1) + columns;
    }
    buf_add_u8(out, '\n');
    buf_release(&word);
}

void prose_add(struct buf *out, struct bytes text, size_t indent, size_t width)
{
    while (text.len > 0) {
        const uint8_t *const found = memchr(text.data, '\n', text.len);
        const size_t end = found == NULL ? text.len : (size_t)(found - text.data);
        add_line(out, bytes_slice(text, 0, end), indent, width);
        text = bytes_slice(text, end + 1, text.len);
    }
}
