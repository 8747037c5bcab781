/* `dnsightd test config` and `dnsightd test output`. */
#ifndef DNSIGHT_SHIPPER_COMMANDS_COMMAND_TEST_H
#define DNSIGHT_SHIPPER_COMMANDS_COMMAND_TEST_H

#include "shipper/base/command.h"

/* Returns the exit status. */
int command_test(const struct command_line *line);

#endif
