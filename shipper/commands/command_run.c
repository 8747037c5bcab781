#include "shipper/commands/command_run.h"

#include <stdio.h>

#include "shipper/base/message.h"
#include "shipper/commands/command_config.h"
#include "shipper/service/daemon.h"
#include "shipper/settings/common_options.h"
#include "shipper/settings/config.h"
#include "shipper/settings/config_rows.h"

static const struct option ROWS[] = {
    {.name = "interface",
     .value = "IFACE",
     .help = "an interface to capture on; may be repeated",
     .letter = 'i',
     .set = config_set_interface},
    {.name = "config",
     .value = "FILE",
     .help = "the configuration file",
     .letter = 'c',
     .set = command_set_config},
    COMMON_OPTION_ROWS,
};
static const struct option_table OPTIONS = {ROWS, ARRAY_LEN(ROWS)};

const char *command_run_help(void)
{
    return "usage: dnsightd run [-c FILE] [-i IFACE]... [OPTION...]\n"
           "\n"
           "Records the lookups that pass on the interfaces until SIGTERM or SIGINT. SIGHUP reads\n"
           "the configuration again. What an option says wins over the configuration.\n"
           "\n"
           "  -c, --config FILE       the configuration (default: $DNSIGHT_CONFIG, else\n"
           "                          " CONFIG_PATH " if there is one)\n"
           "  -i, --interface IFACE   an interface to capture on; may be repeated (default: any)\n"
           "  --output DIR|URL|-      a log directory (default: $DNSIGHT_LOG_DIR, else\n"
           "                          " CONFIG_LOG_DIRECTORY
           "), Elasticsearch, or standard output\n"
           "  --filter KQL            store only the lookups that match\n"
           "  --port N                another port that carries DNS besides 53; may be repeated\n"
           "  --any-port              DNS between any ports, recognised by its octets: every "
           "packet\n"
           "                          is looked at\n"
           "  --host NAME             the name of this machine (default: its host name)\n"
           "  --search-domain NAME    a suffix of the resolvers' search lists; may be repeated\n"
           "  --internal-domain NAME  names below it are internal; may be repeated\n"
           "  --quiet                 no figures\n"
           "\n"
           "examples:\n"
           "  dnsightd run -i eth0\n"
           "  dnsightd run -c dnsightd.yml --output /tmp/lookups\n"
           "  dnsightd run -i eth0 --output - | dnsight tail 'lookup.result: servfail' -\n";
}

int command_run(const struct command_line *line)
{
    struct config given;
    struct operands operands = {.words = NULL};
    struct error error = {.status = ST_OK};
    int exit_status = EXIT_USAGE;
    config_init(&given);
    if (operands_init(&operands, line->word_count, line->words, &error) != ST_OK ||
        options_parse(&OPTIONS, &given, &operands, &error) != ST_OK) {
        message_say("run: %s", error.text);
    } else if (given.common.wants_help) {
        (void)fputs(command_run_help(), stdout);
        exit_status = EXIT_DONE;
    } else if (operands.count > 0) {
        message_say("run: \"%s\" is too much; interfaces are named with -i", operands.words[0]);
    } else {
        struct config config;
        enum status status = command_load_config(&config, &given);
        if (status == ST_OK)
            status = daemon_run(line, &config, &given);
        config_release(&config);
        exit_status = exit_status_of(status);
    }
    operands_release(&operands);
    config_release(&given);
    return exit_status;
}
