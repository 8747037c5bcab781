#include "core/base/display.h"

#include <stdbool.h>
#include <stdint.h>

#include "core/base/macros.h"
#include "core/base/utf8.h"

#define ELLIPSIS "\xe2\x80\xa6"

static bool is_harmless(struct utf8_char c)
{
    static const struct {
        uint32_t first, last;
    } harmful[] = {{0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},      {0x61c, 0x61c},
                   {0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e},  {0x2060, 0x206f},
                   {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff}};
    if (!c.is_valid)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(harmful); i++) {
        if (c.code >= harmful[i].first && c.code <= harmful[i].last)
            return false;
    }
    return true;
}

static void add_octet(struct buf *out, uint8_t octet)
{
    const uint8_t escaped[4] = {'\\', (uint8_t)('0' + octet / 100),
                                (uint8_t)('0' + octet / 10 % 10), (uint8_t)('0' + octet % 10)};
    buf_add(out, (struct bytes){escaped, sizeof escaped});
}

void display_add(struct buf *out, struct bytes text)
{
    size_t plain_from = 0;
    size_t at = 0;
    while (at < text.len) {
        const struct utf8_char c = utf8_next(bytes_slice(text, at, text.len));
        if (is_harmless(c)) {
            at += c.len;
            continue;
        }
        buf_add(out, bytes_slice(text, plain_from, at - plain_from));
        for (const size_t end = at + c.len; at < end; at++)
            add_octet(out, text.data[at]);
        plain_from = at;
    }
    buf_add(out, bytes_slice(text, plain_from, at - plain_from));
}

/* \uXXXX, two of them for a character beyond U+FFFF (RFC 8259, 7). */
static void add_json_escape(struct buf *out, uint32_t code)
{
    if (code < 0x10000) {
        buf_add_format(out, "\\u%04x", (unsigned)code);
        return;
    }
    const uint32_t beyond = code - 0x10000;
    buf_add_format(out, "\\u%04x\\u%04x", (unsigned)(0xd800 + (beyond >> 10)),
                   (unsigned)(0xdc00 + (beyond & 0x3ff)));
}

static void add_json(struct buf *out, struct bytes json)
{
    for (size_t at = 0; at < json.len;) {
        const struct utf8_char c = utf8_next(bytes_slice(json, at, json.len));
        /* Below a blank there is only white space between the strings of JSON. */
        if (is_harmless(c) || c.code < ' ')
            buf_add(out, bytes_slice(json, at, c.len));
        else
            add_json_escape(out, c.code);
        at += c.len;
    }
}

void display_escape_json(struct buf *text, size_t from)
{
    struct buf plain;
    buf_init(&plain, text->max);
    buf_add(&plain, bytes_slice(buf_bytes(text), from, text->len));
    text->len = from;
    text->failed = text->failed || !buf_ok(&plain);
    if (plain.data != NULL)
        add_json(text, buf_bytes(&plain));
    buf_release(&plain);
}

static bool begins_character(uint8_t octet)
{
    return (octet & 0xc0U) != 0x80;
}

size_t display_columns(struct bytes escaped)
{
    size_t columns = 0;
    for (size_t i = 0; i < escaped.len; i++)
        columns += begins_character(escaped.data[i]) ? 1 : 0;
    return columns;
}

/* The offset of the character that stands behind `columns` others. */
static size_t offset_of(struct bytes escaped, size_t columns)
{
    size_t at = 0;
    for (size_t seen = 0; at < escaped.len; at++) {
        seen += begins_character(escaped.data[at]) ? 1 : 0;
        if (seen > columns)
            break;
    }
    return at;
}

size_t display_cut(struct buf *out, struct bytes escaped, size_t columns)
{
    const size_t all = display_columns(escaped);
    if (all <= columns) {
        buf_add(out, escaped);
        return all;
    }
    buf_add(out, bytes_slice(escaped, 0, offset_of(escaped, columns - 1)));
    buf_add_text(out, ELLIPSIS);
    return columns;
}

size_t display_cut_middle(struct buf *out, struct bytes escaped, size_t columns)
{
    const size_t all = display_columns(escaped);
    size_t word_at = escaped.len;
    while (word_at > 0 && escaped.data[word_at - 1] != ' ')
        word_at--;
    /* The last word and the blank before it. */
    const size_t word =
        word_at == 0 ? 0 : display_columns(bytes_slice(escaped, word_at, escaped.len)) + 1;
    if (all <= columns || word + 2 > columns)
        return display_cut(out, escaped, columns);
    const size_t head = (columns - word) / 2;
    const size_t tail = columns - head - 1;
    buf_add(out, bytes_slice(escaped, 0, offset_of(escaped, head)));
    buf_add_text(out, ELLIPSIS);
    buf_add(out, bytes_slice(escaped, offset_of(escaped, all - tail), escaped.len));
    return columns;
}
