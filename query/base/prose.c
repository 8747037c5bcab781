#include "query/base/prose.h"

#include <stdbool.h>

#include "core/base/display.h"

/* Octets of one escaped word. */
#define WORD_MAX ((size_t)256 * 1024)

static void add_blanks(struct buf *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_add_u8(out, ' ');
}

/* How lines are made. */
struct layout {
    size_t indent;
    size_t width;
    bool cuts_words; /* that are longer than a line */
};

static void add_word(struct buf *word, struct bytes text, const struct layout *layout)
{
    struct buf whole;
    buf_init(&whole, WORD_MAX);
    display_add(&whole, text);
    buf_reset(word);
    if (layout->cuts_words)
        (void)display_cut_middle(word, buf_bytes(&whole), layout->width - layout->indent);
    else
        buf_add(word, buf_bytes(&whole));
    buf_release(&whole);
}

/* One line of the text, which becomes one line or several. */
static void add_line(struct buf *out, struct bytes line, const struct layout *layout)
{
    struct buf word;
    buf_init(&word, WORD_MAX);
    size_t column = 0; /* of this line of the output; 0: nothing is there yet */
    size_t at = 0;
    while (at < line.len) {
        const uint8_t *const blank = memchr(line.data + at, ' ', line.len - at);
        const size_t end = blank == NULL ? line.len : (size_t)(blank - line.data);
        add_word(&word, bytes_slice(line, at, end - at), layout);
        at = end + 1;
        if (word.len == 0)
            continue;
        const size_t columns = display_columns(buf_bytes(&word));
        if (column > 0 && column + 1 + columns > layout->width) {
            buf_add_u8(out, '\n');
            column = 0;
        }
        add_blanks(out, column == 0 ? layout->indent : 1);
        buf_add(out, buf_bytes(&word));
        column = (column == 0 ? layout->indent : column + 1) + columns;
    }
    buf_add_u8(out, '\n');
    buf_release(&word);
}

static void add_lines(struct buf *out, struct bytes text, const struct layout *layout)
{
    while (text.len > 0) {
        const uint8_t *const found = memchr(text.data, '\n', text.len);
        const size_t end = found == NULL ? text.len : (size_t)(found - text.data);
        add_line(out, bytes_slice(text, 0, end), layout);
        text = bytes_slice(text, end + 1, text.len);
    }
}

void prose_add(struct buf *out, struct bytes text, size_t indent, size_t width)
{
    add_lines(out, text, &(struct layout){.indent = indent, .width = width});
}

void prose_add_cut(struct buf *out, struct bytes text, size_t indent, size_t width)
{
    add_lines(out, text, &(struct layout){.indent = indent, .width = width, .cuts_words = true});
}
