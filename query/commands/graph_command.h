/* `dnsight graph`: who asks whom, and who fails. */
#ifndef DNSIGHT_QUERY_COMMANDS_GRAPH_COMMAND_H
#define DNSIGHT_QUERY_COMMANDS_GRAPH_COMMAND_H

#include "query/base/command.h"

enum exit_status graph_command(const struct command *command, const struct command_line *line);

#endif
