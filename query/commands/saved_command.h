/* `dnsight list` and `dnsight show`: which saved queries there are, and what one of them does. */
#ifndef DNSIGHT_QUERY_COMMANDS_SAVED_COMMAND_H
#define DNSIGHT_QUERY_COMMANDS_SAVED_COMMAND_H

#include "query/base/command.h"

enum exit_status list_command(const struct command *command, const struct command_line *line);
enum exit_status show_command(const struct command *command, const struct command_line *line);

#endif
