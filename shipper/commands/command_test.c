#include "shipper/commands/command_test.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "core/base/options.h"
#include "shipper/base/message.h"
#include "shipper/commands/command_config.h"
#include "shipper/output/output_steps.h"
#include "shipper/setup/template.h"

static const struct option ROWS[] = {
    COMMAND_CONFIG_ROW,
    COMMAND_HELP_ROW,
};
static const struct option_table OPTIONS = {ROWS, ARRAY_LEN(ROWS)};

static const char HELP[] =
    "usage: dnsightd test config|output [-c FILE]\n"
    "\n"
    "  config  says everything that is wrong with the configuration, with its place\n"
    "  output  goes the way of a document, step by step, and says what to do about the first\n"
    "          step that fails; stores nothing\n"
    "\n"
    "  -c, --config FILE  the configuration (default: $DNSIGHT_CONFIG, else\n"
    "                     " CONFIG_PATH ")\n"
    "\n"
    "examples:\n"
    "  dnsightd test config -c dnsightd.yml\n"
    "  dnsightd test output\n";

static enum status test_config(const struct config *given)
{
    struct config config;
    const enum status status = command_load_config(&config, given);
    if (status == ST_OK && config.path == NULL)
        (void)printf("there is no configuration file: every setting has its default\n");
    else if (status == ST_OK)
        (void)printf("%s: nothing is wrong with it\n", config.path);
    if (status == ST_OK)
        command_say_filter(&config);
    if (status == ST_OK)
        (void)printf("lookups go to %s\n", config.common.output);
    config_release(&config);
    return status == ST_IO ? ST_INVALID : status;
}

/* Every host of the cluster; the first failure is the result. */
static enum status test_hosts(const struct config *config, const atomic_bool *stop)
{
    enum status status = ST_OK;
    for (size_t i = 0; i < config->host_count && !atomic_load(stop); i++) {
        struct http_options http = config->elastic.http;
        http.url = config->hosts[i];
        http.is_ended = stop;
        const char *const stream = config->elastic.data_stream;
        const enum status of_host =
            output_steps_elastic(&http, stream != NULL ? stream : TEMPLATE_DATA_STREAM, stdout);
        if (status == ST_OK)
            status = of_host;
    }
    return status;
}

static enum status test_output(const struct config *given, const atomic_bool *stop)
{
    struct config config;
    enum status status = command_load_config(&config, given);
    if (status == ST_OK && config.host_count > 0)
        status = test_hosts(&config, stop);
    else if (status == ST_OK)
        status = output_steps_directory(config.common.output, config.files.total_max, stdout);
    config_release(&config);
    return status;
}

static int run_test(const struct command_settings *settings, const char *what,
                    const atomic_bool *stop)
{
    if (strcmp(what, "config") == 0)
        return exit_status_of(test_config(&settings->given));
    if (strcmp(what, "output") == 0) {
        const enum status status = test_output(&settings->given, stop);
        return atomic_load(stop) ? EXIT_INTERRUPTED : exit_status_of(status);
    }
    message_say("test: \"%s\" is not config or output", what);
    return EXIT_USAGE;
}

int command_test(const struct command_line *line)
{
    struct command_settings settings = {.wants_help = false};
    struct operands operands = {.words = NULL};
    struct error error = {.status = ST_OK};
    int exit_status = EXIT_USAGE;
    config_init(&settings.given);
    if (operands_init(&operands, line->word_count, line->words, &error) != ST_OK ||
        options_parse(&OPTIONS, &settings, &operands, &error) != ST_OK) {
        message_say("test: %s", error.text);
    } else if (settings.wants_help) {
        (void)fputs(HELP, stdout);
        exit_status = EXIT_DONE;
    } else if (operands.count != 1) {
        message_say("test: say what to test: dnsightd test config, or output");
    } else {
        exit_status = run_test(&settings, operands.words[0], line->stop);
    }
    operands_release(&operands);
    config_release(&settings.given);
    return exit_status;
}
