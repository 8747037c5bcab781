/* `dnsight run`: asks what a saved query asks. */
#ifndef DNSIGHT_QUERY_COMMANDS_RUN_COMMAND_H
#define DNSIGHT_QUERY_COMMANDS_RUN_COMMAND_H

#include "query/base/command.h"

enum exit_status run_command(const struct command *command, const struct command_line *line);

#endif
