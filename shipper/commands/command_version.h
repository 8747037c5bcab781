/* `dnsightd version`. */
#ifndef DNSIGHT_SHIPPER_COMMANDS_COMMAND_VERSION_H
#define DNSIGHT_SHIPPER_COMMANDS_COMMAND_VERSION_H

#include "shipper/base/command.h"

/* Prints the version of the program and of the libraries it runs with. Returns EXIT_DONE. */
int command_version(const struct command_line *line);

#endif
