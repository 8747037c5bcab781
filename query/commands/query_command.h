/* dnsight query: the lookups that match an expression. */
#ifndef DNSIGHT_QUERY_COMMANDS_QUERY_COMMAND_H
#define DNSIGHT_QUERY_COMMANDS_QUERY_COMMAND_H

#include "query/base/command.h"

enum exit_status query_command(const struct command *command, const struct command_line *line);

#endif
