#include "query/printing/markup.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/base/display.h"

/* Octets of one text. */
#define TEXT_MAX ((size_t)16 * 1024 * 1024)

/* U+202F, a narrow space that breaks no line. */
#define THIN_SPACE "\xe2\x80\xaf"

struct markup markup_of(struct buf *out)
{
    return (struct markup){.out = out};
}

static void close_tag(struct markup *m)
{
    if (m->in_tag)
        buf_add_u8(m->out, '>');
    m->in_tag = false;
}

void markup_begin(struct markup *m, const char *name)
{
    assert(m->depth < MARKUP_DEPTH_MAX);
    close_tag(m);
    m->open[m->depth++] = name;
    buf_add_u8(m->out, '<');
    buf_add_text(m->out, name);
    m->in_tag = true;
}

void markup_end(struct markup *m)
{
    assert(m->depth > 0);
    close_tag(m);
    buf_add_text(m->out, "</");
    buf_add_text(m->out, m->open[--m->depth]);
    buf_add_u8(m->out, '>');
}

void markup_empty(struct markup *m)
{
    assert(m->in_tag);
    m->depth--;
    m->in_tag = false;
    buf_add_text(m->out, "/>");
}

/* XML has no way to write U+FFFE and U+FFFF. */
static bool is_no_character(struct bytes text, size_t at)
{
    return text.len - at >= 3 && text.data[at] == 0xef && text.data[at + 1] == 0xbf &&
           text.data[at + 2] >= 0xbe;
}

/* What stands for an octet that has a meaning in markup; NULL for any other. */
static const char *entity_of(uint8_t octet)
{
    switch (octet) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* Text without harmful characters. */
static void add_escaped(struct buf *out, struct bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char *const entity = entity_of(text.data[i]);
        if (entity != NULL) {
            buf_add_text(out, entity);
        } else if (is_no_character(text, i)) {
            buf_add_text(out, "\xef\xbf\xbd");
            i += 2;
        } else {
            buf_add_u8(out, text.data[i]);
        }
    }
}

void markup_escape(struct buf *out, struct bytes text)
{
    struct buf plain;
    buf_init(&plain, TEXT_MAX);
    display_add(&plain, text);
    if (buf_ok(&plain))
        add_escaped(out, buf_bytes(&plain));
    else
        out->failed = true;
    buf_release(&plain);
}

void markup_attribute(struct markup *m, const char *name, struct bytes value)
{
    assert(m->in_tag);
    buf_add_u8(m->out, ' ');
    buf_add_text(m->out, name);
    buf_add_text(m->out, "=\"");
    markup_escape(m->out, value);
    buf_add_u8(m->out, '"');
}

void markup_word(struct markup *m, const char *name, const char *value)
{
    markup_attribute(m, name, bytes_of(value));
}

void markup_number(struct markup *m, const char *name, double value)
{
    markup_format(m, name, "%.1f", value);
}

static PRINTF_LIKE(2, 0) void add_format(struct buf *out, const char *format, va_list values)
{
    char text[1024];
    const int len = vsnprintf(text, sizeof text, format, values);
    assert(len >= 0);
    buf_add(out, (struct bytes){(const uint8_t *)text,
                                (size_t)len < sizeof text ? (size_t)len : sizeof text - 1});
}

void markup_format(struct markup *m, const char *name, const char *format, ...)
{
    struct buf text;
    buf_init(&text, TEXT_MAX);
    va_list values;
    va_start(values, format);
    add_format(&text, format, values);
    va_end(values);
    markup_attribute(m, name, buf_bytes(&text));
    buf_release(&text);
}

void markup_text(struct markup *m, struct bytes text)
{
    close_tag(m);
    markup_escape(m->out, text);
}

void markup_print(struct markup *m, const char *format, ...)
{
    struct buf text;
    buf_init(&text, TEXT_MAX);
    va_list values;
    va_start(values, format);
    add_format(&text, format, values);
    va_end(values);
    markup_text(m, buf_bytes(&text));
    buf_release(&text);
}

void count_text(uint64_t count, struct buf *out)
{
    char digits[32];
    const int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)count);
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            buf_add_text(out, THIN_SPACE);
        buf_add_u8(out, (uint8_t)digits[i]);
    }
}

void markup_count(struct markup *m, uint64_t count)
{
    struct buf text;
    buf_init(&text, 64);
    count_text(count, &text);
    markup_text(m, buf_bytes(&text));
    buf_release(&text);
}

void markup_element(struct markup *m, const char *name, const char *css_class, struct bytes text)
{
    markup_begin(m, name);
    if (css_class != NULL)
        markup_word(m, "class", css_class);
    markup_text(m, text);
    markup_end(m);
}

void markup_raw(struct markup *m, struct bytes markup)
{
    close_tag(m);
    buf_add(m->out, markup);
}
