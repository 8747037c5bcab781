/* dnsight completion: scripts for shells, made from the tables of commands and options. */
#ifndef DNSIGHT_QUERY_COMMANDS_COMPLETION_H
#define DNSIGHT_QUERY_COMMANDS_COMPLETION_H

#include "query/base/command.h"

enum exit_status completion_command(const struct command *command, const struct command_line *line);

#endif
