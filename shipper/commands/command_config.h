/* The configuration of a command: read, checked, with the options of the command line over it. */
#ifndef DNSIGHT_SHIPPER_COMMANDS_COMMAND_CONFIG_H
#define DNSIGHT_SHIPPER_COMMANDS_COMMAND_CONFIG_H

#include <stdbool.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "shipper/settings/config.h"

/* The option -c of a command whose settings are, or begin with, a struct config: see struct option.
 */
enum status command_set_config(void *config, const char *value, struct error *err);

/* What the settings of commands with a configuration and --help begin with. */
struct command_settings {
    struct config given; /* the first member: command_set_config writes to it */
    bool wants_help;
};

/* The option --help of a command whose settings begin with a struct command_settings. */
enum status command_set_help(void *settings, const char *value, struct error *err);

/* The rows of both options. */
#define COMMAND_CONFIG_ROW                                                                  \
    {                                                                                       \
        .name = "config", .value = "FILE", .help = "the configuration file", .letter = 'c', \
        .set = command_set_config                                                           \
    }
#define COMMAND_HELP_ROW                                                            \
    {                                                                               \
        .name = "help", .help = "this text", .letter = 'h', .set = command_set_help \
    }

/* Makes *config (released by the caller in any case) from the file that `given` names or that is
 * found, and from what `given` says besides. Problems are said, each with its place. Returns ST_OK;
 * ST_INVALID (there are problems), ST_IO or ST_NO_MEMORY. */
MUST_CHECK enum status command_load_config(struct config *config, const struct config *given);

/* Says the warnings about the filter (filter.h), if there is one. */
void command_say_filter(const struct config *config);

#endif
