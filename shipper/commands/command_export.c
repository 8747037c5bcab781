#include "shipper/commands/command_export.h"

#include <stdio.h>
#include <string.h>

#include "core/base/buf.h"
#include "kibana/objects.h"
#include "shipper/base/message.h"
#include "shipper/settings/example_config.h"
#include "shipper/setup/template.h"

/* Octets of both templates together; they take some 30 kB. */
#define EXPORT_MAX ((size_t)1024 * 1024)

static const char EXPORT_HELP[] =
    "usage: dnsightd export template|kibana|config\n"
    "\n"
    "  template  what setup would install into a complete Elasticsearch, as JSON\n"
    "  kibana    the saved objects that setup would import, one a line\n"
    "  config    a configuration file with every key and what it means\n"
    "\n"
    "examples:\n"
    "  dnsightd export template | jq .index_templates\n"
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
    } things[] = {
        {"template", export_template}, {"kibana", export_kibana}, {"config", export_config}};
    const char *const what = line->word_count == 1 ? line->words[0] : "";
    if (strcmp(what, "--help") == 0 || strcmp(what, "-h") == 0) {
        (void)fputs(EXPORT_HELP, stdout);
        return EXIT_DONE;
    }
    for (size_t i = 0; i < ARRAY_LEN(things); i++) {
        if (strcmp(what, things[i].name) == 0)
            return exit_status_of(things[i].print());
    }
    message_say("export: say what to print: dnsightd export template, kibana, or config");
    return EXIT_USAGE;
}
