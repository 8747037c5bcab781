/* --help: what a command does, its options, and examples that work. */
#ifndef DNSIGHT_QUERY_COMMANDS_HELP_H
#define DNSIGHT_QUERY_COMMANDS_HELP_H

#include <stdio.h>

#include "query/base/command.h"

void help_print(const struct command *command, FILE *out);

#endif
