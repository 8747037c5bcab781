/* `dnsightd setup` and `dnsightd export`: what Elasticsearch needs, installed or printed. */
#ifndef DNSIGHT_SHIPPER_COMMAND_SETUP_H
#define DNSIGHT_SHIPPER_COMMAND_SETUP_H

#include "shipper/command.h"

/* Installs the templates. Returns an enum exit_status. */
int command_setup(const struct command_line *line);

/* Prints what setup would install. Returns an enum exit_status. */
int command_export(const struct command_line *line);

#endif
