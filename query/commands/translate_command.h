/* dnsight translate: the Elasticsearch query for an expression. */
#ifndef DNSIGHT_QUERY_COMMANDS_TRANSLATE_COMMAND_H
#define DNSIGHT_QUERY_COMMANDS_TRANSLATE_COMMAND_H

#include "query/base/command.h"

enum exit_status translate_command(const struct command *command, const struct command_line *line);

#endif
