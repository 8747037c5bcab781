/* `dnsightd read`: captures to documents. */
#ifndef DNSIGHT_SHIPPER_COMMANDS_COMMAND_READ_H
#define DNSIGHT_SHIPPER_COMMANDS_COMMAND_READ_H

#include "shipper/base/command.h"

/* Runs the command with the words behind its name. Returns an enum exit_status. */
int command_read(const struct command_line *line);

/* The text of `dnsightd read --help`; static storage. */
const char *command_read_help(void);

#endif
