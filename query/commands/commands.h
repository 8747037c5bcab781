/* The commands of dnsight, one row each. */
#ifndef DNSIGHT_QUERY_COMMANDS_COMMANDS_H
#define DNSIGHT_QUERY_COMMANDS_COMMANDS_H

#include "query/base/command.h"

/* All commands; *count of them. Static storage. */
const struct command *commands(size_t *count);

/* Runs the command that the words begin with and returns its exit status. */
enum exit_status commands_run(const struct command_line *line);

#endif
