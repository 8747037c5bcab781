/* What is said on standard error: what went wrong, what was left out, how far the work has come.
 * Never a lookup. */
#ifndef DNSIGHT_QUERY_RECORDS_MESSAGES_H
#define DNSIGHT_QUERY_RECORDS_MESSAGES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#include "core/base/buf.h"
#include "core/base/macros.h"
#include "core/base/progress.h"

struct messages {
    FILE *to;                 /* borrowed */
    struct progress progress; /* its line is taken away before anything else is written */
    bool is_quiet;            /* only failures are said */
    bool has_failure;         /* message_failure was called */
    struct buf *failures;     /* borrowed: gets the texts of failures as well, a line each; may be
                                 NULL */
    const atomic_bool *stop;  /* a signal asks to end with what there is; may be NULL */
};

static inline bool messages_are_interrupted(const struct messages *messages)
{
    return messages->stop != NULL && atomic_load(messages->stop);
}

/* Says, behind "dnsight: ", what could not be done and why. */
void message_failure(struct messages *messages, const char *format, ...) PRINTF_LIKE(2, 3);

/* Says something worth knowing, unless it is to be quiet. */
void message_note(struct messages *messages, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
