/* `dnsight report`: several saved queries as one report, for cron and for mail. */
#ifndef DNSIGHT_QUERY_COMMANDS_REPORT_COMMAND_H
#define DNSIGHT_QUERY_COMMANDS_REPORT_COMMAND_H

#include "query/base/command.h"

enum exit_status report_command(const struct command *command, const struct command_line *line);

#endif
