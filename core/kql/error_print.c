#include "core/kql/error_print.h"

#include <stdint.h>

#include "core/base/utf8.h"
#include "core/kql/syntax_error.h"

/* Octets of an expression that are shown, and of what stands before the place if not all of it
 * fits. */
#define SHOWN_MAX    100
#define SHOWN_BEFORE 60

/* First and last code of characters that take no column, two columns, or must not reach a
 * terminal as they are (controls, line separators, direction marks). */
struct code_range {
    uint32_t first;
    uint32_t last;
};

static const struct code_range unsafe_codes[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},   {0x180e, 0x180e},
    {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb},
};
static const struct code_range narrow_codes[] = {
    {0x300, 0x36f}, {0x1ab0, 0x1aff}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};
static const struct code_range wide_codes[] = {
    {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},  {0xac00, 0xd7a3},
    {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},  {0xffe0, 0xffe6},
    {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

static bool is_in(uint32_t code, const struct code_range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    }
    return false;
}

/* Appends one character in a form that is safe on a terminal; returns the columns it takes. White
 * space of any kind is a blank: it is that to KQL as well. */
static size_t add_safe(struct bytes text, struct utf8_char next, struct buf *out)
{
    const size_t before = out->len;
    if (!next.is_valid) {
        buf_add_format(out, "\\x%02x", text.data[0]);
        return out->len - before;
    }
    if (next.code == '\t' || next.code == '\n' || next.code == '\r') {
        buf_add_u8(out, ' ');
        return 1;
    }
    if (is_in(next.code, unsafe_codes, ARRAY_LEN(unsafe_codes))) {
        buf_add_format(out, "\\u%04x", (unsigned)next.code);
        return out->len - before;
    }
    buf_add(out, bytes_slice(text, 0, next.len));
    if (is_in(next.code, narrow_codes, ARRAY_LEN(narrow_codes)))
        return 0;
    return is_in(next.code, wide_codes, ARRAY_LEN(wide_codes)) ? 2 : 1;
}

static void add_safe_text(struct bytes text, struct buf *out)
{
    while (text.len > 0) {
        const struct utf8_char next = utf8_next(text);
        (void)add_safe(text, next, out);
        text = bytes_slice(text, next.len, text.len);
    }
}

/* The part of an expression that is shown, and its carets. */
struct excerpt {
    size_t from; /* offset of the first character shown */
    size_t to;   /* offset behind the last */
};

static size_t width_of(struct bytes text, size_t from, size_t to)
{
    struct buf scratch;
    buf_init(&scratch, KQL_TEXT_MAX);
    size_t width = 0;
    while (from < to && from < text.len) {
        const struct bytes rest = bytes_slice(text, from, text.len);
        const struct utf8_char next = utf8_next(rest);
        buf_reset(&scratch);
        width += add_safe(rest, next, &scratch);
        from += next.len;
    }
    buf_release(&scratch);
    return width;
}

/* The start of a character that lies `width` octets or a little more to the left of `at`. */
static size_t go_left(struct bytes text, size_t at, size_t width)
{
    size_t pos = at;
    while (pos > 0 && at - pos < width) {
        pos--;
        while (pos > 0 && (text.data[pos] & 0xc0) == 0x80)
            pos--;
    }
    return pos;
}

/* The same to the right. */
static size_t go_right(struct bytes text, size_t at, size_t width)
{
    size_t pos = at;
    while (pos < text.len && pos - at < width)
        pos += utf8_next(bytes_slice(text, pos, text.len)).len;
    return pos;
}

static struct excerpt choose(struct bytes text, size_t at)
{
    if (text.len <= SHOWN_MAX)
        return (struct excerpt){0, text.len};
    const size_t from = go_left(text, at < text.len ? at : text.len, SHOWN_BEFORE);
    return (struct excerpt){from, go_right(text, from, SHOWN_MAX)};
}

static void add_blanks(size_t count, struct buf *out)
{
    for (size_t i = 0; i < count; i++)
        buf_add_u8(out, ' ');
}

static void add_lines(struct bytes text, const struct kql_error *error, struct buf *out)
{
    const struct excerpt shown = choose(text, error->at);
    const char *const start = shown.from > 0 ? "  ..." : "  ";
    buf_add_text(out, start);
    add_safe_text(bytes_slice(text, shown.from, shown.to - shown.from), out);
    buf_add_text(out, shown.to < text.len ? "...\n" : "\n");

    size_t first = error->at;
    size_t second = error->related_at;
    if (second < first) {
        first = error->related_at;
        second = error->at;
    }
    size_t column = strlen(start);
    add_blanks(column, out);
    if (first >= shown.from && first <= shown.to) {
        const size_t width = width_of(text, shown.from, first);
        add_blanks(width, out);
        buf_add_u8(out, '^');
        column += width + 1;
    }
    if (second != first && second >= shown.from && second <= shown.to) {
        const size_t width = strlen(start) + width_of(text, shown.from, second);
        add_blanks(width > column ? width - column : 0, out);
        buf_add_u8(out, '^');
    }
    buf_add_u8(out, '\n');
}

void kql_error_print(struct bytes text, const struct kql_error *error, struct buf *out)
{
    const char *const kind = error->kind == KQL_ERROR_SYNTAX ? "syntax error" : "error";
    buf_add_format(out, "%s at column %zu: ", kind, kql_column(text, error->at));
    add_safe_text(bytes_of(error->message), out);
    buf_add_u8(out, '\n');
    add_lines(text, error, out);
    if (error->hint[0] == '\0')
        return;
    buf_add_text(out, "  hint: ");
    add_safe_text(bytes_of(error->hint), out);
    buf_add_u8(out, '\n');
}
