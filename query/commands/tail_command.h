/* `dnsight tail`: lookups as they come. */
#ifndef DNSIGHT_QUERY_COMMANDS_TAIL_COMMAND_H
#define DNSIGHT_QUERY_COMMANDS_TAIL_COMMAND_H

#include "query/base/command.h"

enum exit_status tail_command(const struct command *command, const struct command_line *line);

#endif
