/* `dnsightd setup`: what Elasticsearch and Kibana need, installed. */
#ifndef DNSIGHT_SHIPPER_COMMANDS_COMMAND_SETUP_H
#define DNSIGHT_SHIPPER_COMMANDS_COMMAND_SETUP_H

#include "shipper/base/command.h"

/* Returns an enum exit_status. */
int command_setup(const struct command_line *line);

#endif
