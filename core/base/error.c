#include "core/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum status error_set(struct error *error, enum status status, const char *format, ...)
{
    if (error == NULL)
        return status;
    va_list values;
    va_start(values, format);
    (void)vsnprintf(error->text, sizeof error->text, format, values);
    va_end(values);
    error->status = status;
    return status;
}

enum status error_set_os(struct error *error, enum status status, int os_error, const char *format,
                         ...)
{
    if (error == NULL)
        return status;
    char what[ERROR_TEXT_SIZE];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(what, sizeof what, format, values);
    va_end(values);
    char space[128];
    /* The GNU form: the text is static or in `space`, and there always is one. */
    return error_set(error, status, "%s: %s", what, strerror_r(os_error, space, sizeof space));
}

void error_prefix(struct error *error, const char *format, ...)
{
    if (error == NULL)
        return;
    char prefix[ERROR_TEXT_SIZE];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(prefix, sizeof prefix, format, values);
    va_end(values);
    char text[ERROR_TEXT_SIZE];
    memcpy(text, error->text, sizeof text);
    (void)error_set(error, error->status, "%s: %s", prefix, text);
}
