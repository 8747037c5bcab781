/* The daemon: from interfaces to documents until a signal ends it. */
#ifndef DNSIGHT_SHIPPER_SERVICE_DAEMON_H
#define DNSIGHT_SHIPPER_SERVICE_DAEMON_H

#include "shipper/base/command.h"
#include "shipper/settings/config.h"

/* Records until line->stop is set, and reloads the configuration whenever line->reload is. `config`
 * is finished (config_finish) and was read from config->path, if that is not NULL; `given` is what
 * the command line said, which wins over reloaded files too. What happens is said in the log on
 * standard error. Returns ST_OK; ST_REFUSED (documents were refused); or the status of what failed,
 * which has been said. */
MUST_CHECK enum status daemon_run(const struct command_line *line, struct config *config,
                                  const struct config *given);

#endif
