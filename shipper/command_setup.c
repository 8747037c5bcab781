#include "shipper/command_setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/options.h"
#include "core/elastic/http.h"
#include "shipper/example_config.h"
#include "shipper/message.h"
#include "shipper/setup.h"
#include "shipper/template.h"

/* Octets of both templates together; they take some 30 kB. */
#define EXPORT_MAX ((size_t)1024 * 1024)

struct setup_settings {
    bool is_dry_run;
    bool overwrites;
    bool wants_help;
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

static enum status set_help(void *settings, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    ((struct setup_settings *)settings)->wants_help = true;
    return ST_OK;
}

static const struct option ROWS[] = {
    {.name = "dry-run",
     .help = "print the requests that would change the server",
     .set = set_dry_run},
    {.name = "overwrite", .help = "install also what is there already", .set = set_overwrite},
    {.name = "help", .help = "this text", .letter = 'h', .set = set_help},
};
static const struct option_table OPTIONS = {ROWS, ARRAY_LEN(ROWS)};

static const char SETUP_HELP[] =
    "usage: dnsightd setup [OPTION...] [URL]\n"
    "\n"
    "Installs the templates for lookups into Elasticsearch or OpenSearch. Running it again "
    "changes\n"
    "nothing. URL defaults to $ELASTICSEARCH_URL.\n"
    "\n"
    "  --dry-run    print the requests that would change the server, send only questions\n"
    "  --overwrite  install also what is there already, or came from a newer version\n"
    "\n"
    "examples:\n"
    "  dnsightd setup http://127.0.0.1:9200\n"
    "  dnsightd setup --dry-run https://elastic.example:9200\n";

static const char EXPORT_HELP[] =
    "usage: dnsightd export template|config\n"
    "\n"
    "  template  what setup would install into a complete Elasticsearch, as JSON\n"
    "  config    a configuration file with every key and what it means\n"
    "\n"
    "examples:\n"
    "  dnsightd export template | jq .index_templates\n"
    "  dnsightd export config > dnsightd.yml\n";

static enum status install(const struct setup_settings *settings, const char *url,
                           struct error *err)
{
    const struct http_options http = {.url = url};
    const struct setup_options options = {
        .overwrite = settings->overwrites,
        .dry_run = settings->is_dry_run,
        .log = stdout,
    };
    struct http_client *client = NULL;
    enum status status = http_client_new(&http, &client, err);
    if (status == ST_OK)
        status = setup_run(client, &options, NULL, err);
    http_client_free(client);
    return status;
}

int command_setup(const struct command_line *line)
{
    struct setup_settings settings = {.wants_help = false};
    struct operands operands = {.words = NULL};
    struct error error = {.status = ST_OK};
    int exit_status = EXIT_USAGE;
    const char *url = http_default_url();
    if (operands_init(&operands, line->word_count, line->words, &error) != ST_OK ||
        options_parse(&OPTIONS, &settings, &operands, &error) != ST_OK) {
        message_say("setup: %s", error.text);
    } else if (settings.wants_help) {
        (void)fputs(SETUP_HELP, stdout);
        exit_status = EXIT_DONE;
    } else if (operands.count > 1 || (operands.count == 0 && url == NULL)) {
        message_say("setup: name one address, for example http://127.0.0.1:9200");
    } else {
        url = operands.count == 1 ? operands.words[0] : url;
        exit_status = exit_status_of(install(&settings, url, &error));
        if (error.status != ST_OK)
            message_say("setup: %s", error.text);
    }
    operands_release(&operands);
    return exit_status;
}

static enum status export_template(void)
{
    struct buf text;
    buf_init(&text, EXPORT_MAX);
    const enum status status = template_export(&text);
    if (status == ST_OK)
        (void)fwrite(text.data, 1, text.len, stdout);
    else
        message_say("export: %s", status_text(status));
    buf_release(&text);
    return status;
}

static enum status export_config(void)
{
    (void)fwrite(example_dnsightd.data, 1, example_dnsightd.len, stdout);
    return ST_OK;
}

int command_export(const struct command_line *line)
{
    static const struct {
        const char *name;
        enum status (*print)(void);
    } things[] = {{"template", export_template}, {"config", export_config}};
    const char *const what = line->word_count == 1 ? line->words[0] : "";
    if (strcmp(what, "--help") == 0 || strcmp(what, "-h") == 0) {
        (void)fputs(EXPORT_HELP, stdout);
        return EXIT_DONE;
    }
    for (size_t i = 0; i < ARRAY_LEN(things); i++) {
        if (strcmp(what, things[i].name) == 0)
            return exit_status_of(things[i].print());
    }
    message_say("export: say what to print: dnsightd export template, or config");
    return EXIT_USAGE;
}
