#include "shipper/base/message.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/base/buf.h"
#include "core/base/display.h"

/* Octets of one message. */
#define MESSAGE_MAX ((size_t)4 * 1024)

/* Octets up to a line end that two blanks follow, or to the end. */
static size_t line_len(struct bytes text)
{
    for (size_t at = 0; at + 2 < text.len; at++) {
        if (text.data[at] == '\n' && text.data[at + 1] == ' ' && text.data[at + 2] == ' ')
            return at;
    }
    return text.len;
}

void message_say(const char *format, ...)
{
    char text[MESSAGE_MAX];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(text, sizeof text, format, values);
    va_end(values);
    struct buf out;
    buf_init(&out, 4 * MESSAGE_MAX + 1);
    struct bytes rest = bytes_of(text);
    while (rest.len > 0) {
        const size_t len = line_len(rest);
        display_add(&out, bytes_slice(rest, 0, len));
        if (len < rest.len)
            buf_add_u8(&out, '\n');
        rest = bytes_slice(rest, len + 1, rest.len);
    }
    (void)fprintf(stderr, "dnsightd: %s\n", buf_text(&out));
    buf_release(&out);
}
