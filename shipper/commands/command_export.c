#include "shipper/commands/command_export.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/options.h"
#include "kibana/objects.h"
#include "shipper/base/message.h"
#include "shipper/settings/example_config.h"
#include "shipper/setup/template.h"

/* Octets of both templates together; they take some 30 kB. */
#define EXPORT_MAX ((size_t)1024 * 1024)

struct export_settings {
    bool wants_help;
    bool for_opensearch;
};

static enum status set_help(void *settings, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    ((struct export_settings *)settings)->wants_help = true;
    return ST_OK;
}

static enum status set_opensearch(void *settings, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    ((struct export_settings *)settings)->for_opensearch = true;
    return ST_OK;
}

static const struct option ROWS[] = {
    {.name = "opensearch", .help = "for OpenSearch Dashboards", .set = set_opensearch},
    {.name = "help", .help = "this text", .letter = 'h', .set = set_help},
};
static const struct option_table OPTIONS = {ROWS, ARRAY_LEN(ROWS)};

static const char HELP[] =
    "usage: dnsightd export template|config\n"
    "       dnsightd export kibana [--opensearch]\n"
    "\n"
    "  template      what setup would install into a complete Elasticsearch, as JSON\n"
    "  kibana        the data view, saved searches and dashboard that setup would import, one\n"
    "                object a line\n"
    "  config        a configuration file with every key and what it means\n"
    "\n"
    "  --opensearch  the objects for OpenSearch Dashboards\n"
    "\n"
    "examples:\n"
    "  dnsightd export template | jq .index_templates\n"
    "  dnsightd export kibana > dnsight.ndjson\n"
    "  dnsightd export config > dnsightd.yml\n";

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

static enum status export_kibana(void)
{
    (void)fwrite(kibana_dnsight.data, 1, kibana_dnsight.len, stdout);
    return ST_OK;
}

static enum status export_dashboards(void)
{
    (void)fwrite(kibana_opensearch.data, 1, kibana_opensearch.len, stdout);
    return ST_OK;
}

static enum status export_config(void)
{
    (void)fwrite(example_dnsightd.data, 1, example_dnsightd.len, stdout);
    return ST_OK;
}

static int export(const struct export_settings *settings, const struct operands *operands)
{
    static const struct {
        const char *name;
        bool for_opensearch;
        enum status (*print)(void);
    } things[] = {{"template", false, export_template},
                  {"kibana", false, export_kibana},
                  {"kibana", true, export_dashboards},
                  {"config", false, export_config}};
    const char *const what = operands->count == 1 ? operands->words[0] : "";
    for (size_t i = 0; i < ARRAY_LEN(things); i++) {
        if (strcmp(what, things[i].name) == 0 &&
            things[i].for_opensearch == settings->for_opensearch)
            return exit_status_of(things[i].print());
    }
    message_say("export: say what to print: dnsightd export template, kibana [--opensearch], or "
                "config");
    return EXIT_USAGE;
}

int command_export(const struct command_line *line)
{
    struct export_settings settings = {.wants_help = false};
    struct operands operands = {.words = NULL};
    struct error error = {.status = ST_OK};
    int exit_status = EXIT_USAGE;
    if (operands_init(&operands, line->word_count, line->words, &error) != ST_OK ||
        options_parse(&OPTIONS, &settings, &operands, &error) != ST_OK) {
        message_say("export: %s", error.text);
    } else if (settings.wants_help) {
        (void)fputs(HELP, stdout);
        exit_status = EXIT_DONE;
    } else {
        exit_status = export(&settings, &operands);
    }
    operands_release(&operands);
    return exit_status;
}
