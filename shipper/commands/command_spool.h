/* `dnsightd spool`: for people who look after a spool. */
#ifndef DNSIGHT_SHIPPER_COMMANDS_COMMAND_SPOOL_H
#define DNSIGHT_SHIPPER_COMMANDS_COMMAND_SPOOL_H

#include "shipper/base/command.h"

/* Returns an enum exit_status. */
int command_spool(const struct command_line *line);

#endif
