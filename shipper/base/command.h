/* What every command of dnsightd gets and returns. */
#ifndef DNSIGHT_SHIPPER_BASE_COMMAND_H
#define DNSIGHT_SHIPPER_BASE_COMMAND_H

#include <stdatomic.h>
#include <stddef.h>

#include "core/base/status.h"

/* Exit statuses (cli.md). */
enum exit_status {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,        /* something failed while running */
    EXIT_USAGE = 2,         /* wrong configuration or command line */
    EXIT_PARTLY = 3,        /* finished, but a capture was cut or documents were refused */
    EXIT_UNAUTHORISED = 4,  /* no permission: from the server, or to capture */
    EXIT_KEPT = 75,         /* documents stay in the spool */
    EXIT_INTERRUPTED = 130, /* stopped before the end: main() ends by the signal */
};

struct command_line {
    const char *name; /* of the command, for messages */
    size_t word_count;
    char *const *words;
    const atomic_bool *stop; /* a signal asked the program to end */
    atomic_bool *reload;     /* the configuration is to be read again; `run` resets it */
};

/* The exit status that a status of a finished command means. */
int exit_status_of(enum status status);

#endif
