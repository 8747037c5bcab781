/* `dnsightd test config` and `dnsightd test output`. */
#ifndef DNSIGHT_SHIPPER_COMMAND_TEST_H
#define DNSIGHT_SHIPPER_COMMAND_TEST_H

#include "shipper/command.h"

/* Returns the exit status. */
int command_test(const struct command_line *line);

#endif
