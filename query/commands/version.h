/* dnsight version. */
#ifndef DNSIGHT_QUERY_COMMANDS_VERSION_H
#define DNSIGHT_QUERY_COMMANDS_VERSION_H

#include "query/base/command.h"

enum exit_status version_command(const struct command *command, const struct command_line *line);

#endif
