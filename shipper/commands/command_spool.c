#include "shipper/commands/command_spool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/options.h"
#include "shipper/base/message.h"
#include "shipper/commands/command_config.h"
#include "shipper/delivery/spool_files.h"

struct spool_options {
    struct command_settings common; /* the first member: options write to it */
    const char *path;
    bool with_dead_letters;
};

static enum status set_path(void *settings, const char *value, struct error *err)
{
    (void)err;
    ((struct spool_options *)settings)->path = value;
    return ST_OK;
}

static enum status set_dead_letters(void *settings, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    ((struct spool_options *)settings)->with_dead_letters = true;
    return ST_OK;
}

static const struct option ROWS[] = {
    COMMAND_CONFIG_ROW,
    {.name = "spool", .value = "DIR", .help = "the folder of the spool", .set = set_path},
    {.name = "dead-letters", .help = "refused documents as well", .set = set_dead_letters},
    COMMAND_HELP_ROW,
};
static const struct option_table OPTIONS = {ROWS, ARRAY_LEN(ROWS)};

static const char HELP[] =
    "usage: dnsightd spool list [OPTION...]\n"
    "       dnsightd spool show [OPTION...] FILE...\n"
    "       dnsightd spool retry [OPTION...] [URL]\n"
    "       dnsightd spool drop [OPTION...] [FILE...]\n"
    "\n"
    "Looks after batches that wait on disk to be stored. list and show only read; retry sends\n"
    "what is there, drop deletes it; both need a spool that no dnsightd uses.\n"
    "\n"
    "  --spool DIR        the spool (default: that of the configuration, $DNSIGHT_SPOOL_DIR, else\n"
    "                     " ELASTIC_SPOOL_PATH ")\n"
    "  --dead-letters     retry, drop: also the documents that the server refused\n"
    "  -c, --config FILE  the configuration (default: $DNSIGHT_CONFIG, else\n"
    "                     " CONFIG_PATH " if there is one)\n"
    "\n"
    "examples:\n"
    "  dnsightd spool list --spool /var/lib/dnsight/spool\n"
    "  dnsightd spool show 0000000000000001.failures-12.bulk.gz\n"
    "  dnsightd spool retry --dead-letters http://127.0.0.1:9200\n";

/* What the words behind the name of the action are for. */
struct spool_run {
    const struct spool_options *options;
    const struct config *config;
    const char *path;
    struct spool_selection words;
};

static enum status run_list(const struct spool_run *run, struct error *err)
{
    if (run->words.count > 0)
        return error_set(err, ST_INVALID, "list takes no names");
    return spool_files_list(run->path, stdout, err);
}

static enum status run_show(const struct spool_run *run, struct error *err)
{
    if (run->words.count == 0)
        return error_set(err, ST_INVALID, "name the files to show; `dnsightd spool list` has them");
    return spool_files_show(run->path, &run->words, stdout, err);
}

static enum status run_drop(const struct spool_run *run, struct error *err)
{
    if (run->words.count == 0 && !run->options->with_dead_letters)
        return error_set(err, ST_INVALID, "name the files to drop, or --dead-letters");
    return spool_files_drop(run->path, &run->words, run->options->with_dead_letters, stdout, err);
}

static enum status run_retry(const struct spool_run *run, struct error *err)
{
    struct elastic_output_options options = {.settings = run->config->elastic, .messages = stderr};
    options.settings.spool.path = run->path;
    if (run->words.count > 1)
        return error_set(err, ST_INVALID, "retry takes one address");
    if (run->words.count == 1)
        options.settings.host_count = 0;
    options.target = run->words.count == 1 ? run->words.names[0] : http_default_url();
    if (options.target == NULL && options.settings.host_count == 0)
        return error_set(err, ST_INVALID,
                         "name an address, for example http://127.0.0.1:9200, or a configuration "
                         "that has one");
    return spool_files_retry(&options, run->options->with_dead_letters, stdout, err);
}

static const struct {
    const char *name;
    enum status (*run)(const struct spool_run *run, struct error *err);
} ACTIONS[] = {
    {"list", run_list},
    {"show", run_show},
    {"retry", run_retry},
    {"drop", run_drop},
};

static const char *choose_path(const struct spool_options *options, const struct config *config)
{
    const char *const environment = getenv("DNSIGHT_SPOOL_DIR");
    if (options->path != NULL)
        return options->path;
    if (config->elastic.spool.path != NULL)
        return config->elastic.spool.path;
    return environment != NULL && environment[0] != '\0' ? environment : ELASTIC_SPOOL_PATH;
}

static enum status run_action(const struct spool_options *options, const struct operands *words,
                              struct error *err)
{
    struct config config;
    const enum status status = command_load_config(&config, &options->common.given);
    struct spool_run run = {.options = options, .config = &config};
    run.path = choose_path(options, &config);
    run.words = (struct spool_selection){words->words + 1, words->count - 1};
    enum status done = error_set(err, ST_INVALID, "expected list, show, retry or drop, not \"%s\"",
                                 words->words[0]);
    for (size_t i = 0; i < ARRAY_LEN(ACTIONS) && status == ST_OK; i++) {
        if (strcmp(words->words[0], ACTIONS[i].name) == 0)
            done = ACTIONS[i].run(&run, err);
    }
    config_release(&config);
    return status == ST_OK ? done : status;
}

int command_spool(const struct command_line *line)
{
    struct spool_options options = {.path = NULL};
    struct operands words = {.words = NULL};
    struct error error = {.status = ST_OK};
    int exit_status = EXIT_USAGE;
    config_init(&options.common.given);
    if (operands_init(&words, line->word_count, line->words, &error) != ST_OK ||
        options_parse(&OPTIONS, &options, &words, &error) != ST_OK) {
        message_say("spool: %s", error.text);
    } else if (options.common.wants_help) {
        (void)fputs(HELP, stdout);
        exit_status = EXIT_DONE;
    } else if (words.count == 0) {
        message_say("spool: expected list, show, retry or drop; see dnsightd spool --help");
    } else {
        const enum status status = run_action(&options, &words, &error);
        if (status != ST_OK)
            message_say("spool: %s", error.text);
        exit_status = exit_status_of(status);
    }
    operands_release(&words);
    config_release(&options.common.given);
    return exit_status;
}
