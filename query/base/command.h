/* What every command of dnsight gets and returns. */
#ifndef DNSIGHT_QUERY_BASE_COMMAND_H
#define DNSIGHT_QUERY_BASE_COMMAND_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>

#include "core/base/options.h"

/* Exit statuses, those of grep as far as grep has them. */
enum exit_status {
    EXIT_MATCHED = 0,
    EXIT_NOTHING = 1, /* nothing matched */
    EXIT_WRONG = 2,   /* the expression or the command line */
    EXIT_SOURCE = 3,  /* a source could not be read; what could be read was used */
};

/* The words behind the name of the command. */
struct command_line {
    size_t word_count;
    char *const *words;
    FILE *out;
    FILE *err;
    const atomic_bool *stop; /* a signal asks to end with what there is; may be NULL */
};

struct command {
    const char *name;
    const char *summary; /* sentences; help breaks them into lines */
    const char *usage;   /* behind the name */
    const struct option_table *options;
    const char *examples; /* lines, each a command that works */
    enum exit_status (*run)(const struct command *command, const struct command_line *line);
};

#endif
