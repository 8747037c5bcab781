/* `dnsightd run`: live packets to documents. */
#ifndef DNSIGHT_SHIPPER_COMMANDS_COMMAND_RUN_H
#define DNSIGHT_SHIPPER_COMMANDS_COMMAND_RUN_H

#include "shipper/base/command.h"

/* Runs the command with the words behind its name. Returns an enum exit_status. */
int command_run(const struct command_line *line);

/* The text of `dnsightd run --help`; static storage. */
const char *command_run_help(void);

#endif
