/* What failed, on what, and why, in words for the person who must mend it. */
#ifndef DNSIGHT_BASE_ERROR_H
#define DNSIGHT_BASE_ERROR_H

#include "core/base/macros.h"
#include "core/base/status.h"

/* Octets of an error's text, the final NUL included; longer texts are cut. */
#define ERROR_TEXT_SIZE 1024

struct error {
    enum status status;
    char text[ERROR_TEXT_SIZE]; /* one sentence without a final dot; "" while status is ST_OK */
};

/* Fills *error (which may be NULL) and returns `status`, so that a failing function can end with
 * `return error_set(err, ST_IO, "...")`. */
enum status error_set(struct error *error, enum status status, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* Like error_set, and ends the text with ": " and the operating system's words for `os_error`
 * (an errno value). */
enum status error_set_os(struct error *error, enum status status, int os_error, const char *format,
                         ...) PRINTF_LIKE(4, 5);

/* Puts "<prefix>: " before the text that is already there; for callers who know more. */
void error_prefix(struct error *error, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
