#include "shipper/commands/command_setup.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/options.h"
#include "core/elastic/http.h"
#include "shipper/base/message.h"
#include "shipper/commands/command_config.h"
#include "shipper/setup/setup.h"
#include "shipper/setup/setup_kibana.h"

/* Which of the two is set up. */
enum part { PART_BOTH, PART_ELASTICSEARCH, PART_KIBANA };

struct setup_settings {
    struct command_settings common; /* the first member: options write to it */
    enum part only;
    bool is_dry_run;
    bool overwrites;
    bool with_ilm;
};

static enum status set_dry_run(void *settings, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    ((struct setup_settings *)settings)->is_dry_run = true;
    return ST_OK;
}

static enum status set_overwrite(void *settings, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    ((struct setup_settings *)settings)->overwrites = true;
    return ST_OK;
}

static enum status set_ilm(void *settings, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    ((struct setup_settings *)settings)->with_ilm = true;
    return ST_OK;
}

static enum status set_only(void *settings, const char *value, struct error *err)
{
    enum part *const only = &((struct setup_settings *)settings)->only;
    if (strcmp(value, "elasticsearch") == 0)
        *only = PART_ELASTICSEARCH;
    else if (strcmp(value, "kibana") == 0)
        *only = PART_KIBANA;
    else
        return error_set(err, ST_INVALID, "\"%s\" is not elasticsearch or kibana", value);
    return ST_OK;
}

static const struct option ROWS[] = {
    COMMAND_CONFIG_ROW,
    {.name = "dry-run",
     .help = "print the requests that would change a server",
     .set = set_dry_run},
    {.name = "overwrite", .help = "install also what is there already", .set = set_overwrite},
    {.name = "ilm", .help = "with index lifecycle management", .set = set_ilm},
    {.name = "only",
     .value = "elasticsearch|kibana",
     .help = "set up one of the two",
     .set = set_only},
    COMMAND_HELP_ROW,
};
static const struct option_table OPTIONS = {ROWS, ARRAY_LEN(ROWS)};

static const char HELP[] =
    "usage: dnsightd setup [OPTION...] [URL]\n"
    "\n"
    "Installs the templates for lookups into Elasticsearch or OpenSearch, and the data view, "
    "saved\n"
    "searches and dashboard into Kibana or OpenSearch Dashboards if the configuration names one\n"
    "(setup.kibana.host, or KIBANA_URL).\n"
    "Running it again changes nothing. With a URL no configuration is read; without one it comes\n"
    "from the configuration, else from $ELASTICSEARCH_URL.\n"
    "\n"
    "  -c, --config FILE  the configuration (default: $DNSIGHT_CONFIG, else\n"
    "                     " CONFIG_PATH " if there is one)\n"
    "  --dry-run          print the requests that would change a server, send only questions\n"
    "  --overwrite        install also what is there already, or came from a newer version\n"
    "  --ilm              index lifecycle management instead of the data stream lifecycle\n"
    "  --only elasticsearch|kibana\n"
    "\n"
    "examples:\n"
    "  dnsightd setup http://127.0.0.1:9200\n"
    "  dnsightd setup --dry-run -c dnsightd.yml\n";

/* Both addresses with their credentials; a url that is NULL is not to be set up. */
struct targets {
    struct http_options elastic;
    struct http_options kibana;
    const char *space;
};

static struct targets targets_of(const struct config *config, enum part only)
{
    struct targets t = {
        .elastic = config->elastic.http, .kibana = config->kibana, .space = config->kibana_space};
    t.elastic.url = config->host_count > 0 ? config->hosts[0] : http_default_url();
    if (t.kibana.url == NULL)
        t.kibana.url = getenv("KIBANA_URL");
    if (t.kibana.api_key == NULL)
        t.kibana.api_key = getenv("KIBANA_API_KEY");
    if (t.space == NULL)
        t.space = getenv("KIBANA_SPACE");
    if (only == PART_KIBANA)
        t.elastic.url = NULL;
    if (only == PART_ELASTICSEARCH)
        t.kibana.url = NULL;
    return t;
}

static enum status set_up(const struct targets *targets, const struct setup_options *options,
                          struct error *err)
{
    struct http_client *client = NULL;
    enum status status = ST_OK;
    if (targets->elastic.url != NULL) {
        status = http_client_new(&targets->elastic, &client, err);
        if (status == ST_OK)
            status = setup_run(client, options, NULL, err);
        http_client_free(client);
        client = NULL;
    }
    if (status == ST_OK && targets->kibana.url != NULL) {
        status = http_client_new(&targets->kibana, &client, err);
        if (status == ST_OK)
            status = setup_kibana(client, targets->space, options, err);
        http_client_free(client);
    }
    return status;
}

/* Kibana that took only some of the objects is a failure, not a partial success of documents. */
static int run(const struct setup_settings *settings, const struct config *config,
               const atomic_bool *stop)
{
    const struct setup_options options = {
        .overwrite = settings->overwrites,
        .with_ilm = settings->with_ilm,
        .dry_run = settings->is_dry_run,
        .log = stdout,
    };
    struct targets targets = targets_of(config, settings->only);
    targets.elastic.is_ended = stop;
    targets.kibana.is_ended = stop;
    if (targets.elastic.url == NULL && targets.kibana.url == NULL) {
        message_say("setup: name an address, for example http://127.0.0.1:9200, or a configuration "
                    "that has one");
        return EXIT_USAGE;
    }
    struct error error = {.status = ST_OK};
    const enum status status = set_up(&targets, &options, &error);
    if (status != ST_OK)
        message_say("setup: %s", error.text);
    if (status != ST_OK && atomic_load(stop))
        return EXIT_INTERRUPTED;
    return status == ST_REFUSED ? EXIT_FAILED : exit_status_of(status);
}

static int run_with(const struct setup_settings *settings, const struct operands *operands,
                    const atomic_bool *stop)
{
    struct config config;
    config_init(&config);
    enum status status = ST_OK;
    if (operands->count == 1) {
        config.hosts[config.host_count++] = operands->words[0];
    } else {
        config_release(&config);
        status = command_load_config(&config, &settings->common.given);
    }
    const int exit_status = status == ST_OK ? run(settings, &config, stop) : exit_status_of(status);
    config_release(&config);
    return exit_status;
}

int command_setup(const struct command_line *line)
{
    struct setup_settings settings = {.common.wants_help = false};
    struct operands operands = {.words = NULL};
    struct error error = {.status = ST_OK};
    int exit_status = EXIT_USAGE;
    config_init(&settings.common.given);
    if (operands_init(&operands, line->word_count, line->words, &error) != ST_OK ||
        options_parse(&OPTIONS, &settings, &operands, &error) != ST_OK) {
        message_say("setup: %s", error.text);
    } else if (settings.common.wants_help) {
        (void)fputs(HELP, stdout);
        exit_status = EXIT_DONE;
    } else if (operands.count > 1 || (operands.count == 1 && settings.common.given.path != NULL)) {
        message_say("setup: name one address or a configuration, not more");
    } else {
        exit_status = run_with(&settings, &operands, line->stop);
    }
    operands_release(&operands);
    config_release(&settings.common.given);
    return exit_status;
}
