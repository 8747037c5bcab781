/* The configuration of a command: read, checked, with the options of the command line over it. */
#ifndef DNSIGHT_SHIPPER_COMMAND_CONFIG_H
#define DNSIGHT_SHIPPER_COMMAND_CONFIG_H

#include "core/base/error.h"
#include "core/base/macros.h"
#include "shipper/config.h"

/* The option -c of a command whose settings are a struct config: see struct option. */
enum status command_set_config(void *config, const char *value, struct error *err);

/* Makes *config (released by the caller in any case) from the file that `given` names or that is
 * found, and from what `given` says besides. Problems are said, each with its place. Returns ST_OK;
 * ST_INVALID (there are problems), ST_IO or ST_NO_MEMORY. */
MUST_CHECK enum status command_load_config(struct config *config, const struct config *given);

#endif
