/* `dnsightd export`: what setup would install, and an annotated configuration. */
#ifndef DNSIGHT_SHIPPER_COMMANDS_COMMAND_EXPORT_H
#define DNSIGHT_SHIPPER_COMMANDS_COMMAND_EXPORT_H

#include "shipper/base/command.h"

/* Returns the exit status. */
int command_export(const struct command_line *line);

#endif
