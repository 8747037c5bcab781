/* `dnsight run`: asks what a saved query asks. */
#ifndef DNSIGHT_QUERY_RUN_COMMAND_H
#define DNSIGHT_QUERY_RUN_COMMAND_H

#include "query/command.h"

enum exit_status run_command(const struct command *command, const struct command_line *line);

#endif
