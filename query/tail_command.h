/* `dnsight tail`: lookups as they come. */
#ifndef DNSIGHT_QUERY_TAIL_COMMAND_H
#define DNSIGHT_QUERY_TAIL_COMMAND_H

#include "query/command.h"

enum exit_status tail_command(const struct command *command, const struct command_line *line);

#endif
