#include "query/records/messages.h"

#include <stdarg.h>

#include "core/base/buf.h"
#include "core/base/display.h"

/* Octets of one message. */
#define MESSAGE_MAX ((size_t)16 * 1024)

/* The text may name files and repeat what servers said: it is escaped like a lookup. */
static void PRINTF_LIKE(3, 0)
    say(struct messages *messages, struct buf *also, const char *format, va_list values)
{
    char text[MESSAGE_MAX];
    (void)vsnprintf(text, sizeof text, format, values);
    struct buf escaped;
    buf_init(&escaped, 4 * MESSAGE_MAX + 1);
    display_add(&escaped, bytes_of(text));
    progress_clear(&messages->progress);
    (void)fprintf(messages->to, "dnsight: %s\n", buf_text(&escaped));
    if (also != NULL)
        buf_add_format(also, "%s\n", buf_text(&escaped));
    buf_release(&escaped);
}

void message_failure(struct messages *messages, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    say(messages, messages->failures, format, values);
    va_end(values);
    messages->has_failure = true;
}

void message_note(struct messages *messages, const char *format, ...)
{
    if (messages->is_quiet)
        return;
    va_list values;
    va_start(values, format);
    say(messages, NULL, format, values);
    va_end(values);
}
