#include "query/commands/commands.h"

#include <string.h>

#include "core/base/display.h"
#include "core/base/macros.h"
#include "core/base/nearest.h"
#include "query/commands/completion.h"
#include "query/commands/graph_command.h"
#include "query/commands/help.h"
#include "query/commands/query_command.h"
#include "query/commands/report_command.h"
#include "query/commands/run_command.h"
#include "query/commands/saved_command.h"
#include "query/commands/tail_command.h"
#include "query/commands/translate_command.h"
#include "query/commands/version.h"
#include "query/questions/settings.h"

static enum exit_status help_command(const struct command *command,
                                     const struct command_line *line);

static const struct command table[] = {
    {
        .name = "query",
        .summary = "Prints the lookups that match a KQL expression. SOURCE is a capture (pcap, "
                   "pcapng), an NDJSON\n"
                   "file, either of them gzip or zstd, a log directory, - for standard input, or "
                   "an Elasticsearch\n"
                   "or OpenSearch address. Without one: ELASTICSEARCH_URL if it is set, else the "
                   "log directory\n"
                   "(DNSIGHT_LOG_DIR, /var/log/dnsight). Exit status: 0 something matched, 1 "
                   "nothing, 2 the expression\n"
                   "or the command line is wrong, 3 a source could not be read.",
        .usage = "'KQL' [SOURCE...]",
        .options = &query_option_table,
        .examples = "  dnsight query 'dns.question.type: A and rrsets:{type:\"CNAME\"} and not "
                    "rrsets:{type:\"A\"}' lookups.pcap\n"
                    "  dnsight query 'lookup.result: no_response' --since 15m\n"
                    "  dnsight query '*' --by lookup.result,dns.question.type lookups.ndjson.zst\n"
                    "  dnsight query 'event.duration > 1000000000' --sort event.duration:desc "
                    "--limit 10 http://127.0.0.1:9200\n",
        .run = query_command,
    },
    {
        .name = "run",
        .summary = "Asks what a saved query asks. Sources and exit status are those of query.",
        .usage = "NAME [SOURCE...]",
        .options = &run_option_table,
        .examples = "  dnsight run missing-records lookups.pcap\n"
                    "  dnsight run slow --param slow=200ms --since 24h\n"
                    "  dnsight run nxdomain --param client=10.53.0.11 lookups.pcap\n"
                    "  dnsight run servfail-silent-upstream --format ndjson lookups.pcap\n",
        .run = run_command,
    },
    {
        .name = "report",
        .summary = "Asks several saved queries and prints one report, for a mail, as a page or as "
                   "JSON. Without "
                   "a NAME: all that\nlook for faults. Exit status: 0 the report was made (1 with "
                   "--exit-code if something was found), 2 the\ncommand line is wrong, 3 a source "
                   "could not be read.",
        .usage = "[NAME...] [SOURCE...]",
        .options = &report_option_table,
        .examples = "  dnsight report lookups.pcap\n"
                    "  dnsight report missing-records --since 24h --quiet-if-empty\n"
                    "  dnsight report missing-records no-response --format json lookups.pcap\n"
                    "  dnsight report --format html lookups.pcap > report.html\n",
        .run = report_command,
    },
    {
        .name = "graph",
        .summary = "Draws who asks whom and who fails. Clients (their workloads where known), "
                   "resolvers, upstream\nservers and external domains are its nodes. Sources and "
                   "exit status are those of query.",
        .usage = "['KQL'] [SOURCE...]",
        .options = &graph_option_table,
        .examples = "  dnsight graph --format html lookups.pcap > graph.html\n"
                    "  dnsight graph --format svg --since 1h > graph.svg\n"
                    "  dnsight graph 'not lookup.result: answer' lookups.pcap > graph.dot\n",
        .run = graph_command,
    },
    {
        .name = "tail",
        .summary =
            "Prints lookups as they come, until it is interrupted. SOURCE is the log directory "
            "(default), -, a file\nthat grows, or an Elasticsearch or OpenSearch address.",
        .usage = "['KQL'] [SOURCE]",
        .options = &tail_option_table,
        .examples = "  dnsight tail 'not lookup.result: answer' - < lookups.ndjson\n"
                    "  dnsightd read lookups.pcap | dnsight tail --format ndjson 'lookup.result: "
                    "nxdomain' -\n",
        .run = tail_command,
    },
    {
        .name = "list",
        .summary = "Lists the saved queries: those that come with the program and your own.",
        .usage = "",
        .options = &list_option_table,
        .examples = "  dnsight list\n"
                    "  dnsight list --format json\n",
        .run = list_command,
    },
    {
        .name = "show",
        .summary = "Shows a saved query: what it asks, what a hit means, what to look at next.",
        .usage = "NAME",
        .options = &show_option_table,
        .examples = "  dnsight show missing-records\n",
        .run = show_command,
    },
    {
        .name = "translate",
        .summary = "Prints the Elasticsearch query that Kibana would send for a KQL expression.",
        .usage = "'KQL'",
        .options = &translate_option_table,
        .examples = "  dnsight translate 'rrsets:{type:\"CNAME\"}'\n"
                    "  dnsight translate --pretty --data-view none 'dns.response_code: NXDOMAIN'\n",
        .run = translate_command,
    },
    {
        .name = "completion",
        .summary = "Prints a completion script for a shell.",
        .usage = "bash|zsh|fish",
        .options = &plain_option_table,
        .examples = "  dnsight completion bash > /etc/bash_completion.d/dnsight\n"
                    "  dnsight completion fish > ~/.config/fish/completions/dnsight.fish\n",
        .run = completion_command,
    },
    {
        .name = "version",
        .summary = "Prints the version of the program.",
        .usage = "",
        .options = &plain_option_table,
        .examples = "  dnsight version\n",
        .run = version_command,
    },
    {
        .name = "help",
        .summary = "Says what the commands do, or one of them.",
        .usage = "[COMMAND]",
        .options = &plain_option_table,
        .examples = "  dnsight help query\n",
        .run = help_command,
    },
};

const struct command *commands(size_t *count)
{
    *count = ARRAY_LEN(table);
    return table;
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (strcmp(name, table[i].name) == 0)
            return &table[i];
    }
    return NULL;
}

/* The first line of a summary, as far as its first sentence goes. */
static int first_sentence(const char *summary)
{
    return (int)(strcspn(summary, ".") + 1);
}

static void print_overview(FILE *out)
{
    (void)fputs("dnsight COMMAND [OPTION...] ...\n\nAsks about recorded DNS lookups, in KQL.\n\n",
                out);
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        (void)fprintf(out, "  %-12s%.*s\n", table[i].name, first_sentence(table[i].summary),
                      table[i].summary);
    (void)fputs("\ndnsight COMMAND --help says more. For example:\n", out);
    (void)fputs(table[0].examples, out);
}

static enum exit_status unknown_command(const char *name, FILE *err)
{
    struct nearest nearest = nearest_to(bytes_of(name));
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        nearest_offer(&nearest, table[i].name);
    struct buf shown;
    buf_init(&shown, 4096);
    display_add(&shown, bytes_slice(bytes_of(name), 0, 256));
    (void)fprintf(err, "dnsight: unknown command %s", buf_text(&shown));
    if (nearest.name != NULL)
        (void)fprintf(err, "; did you mean %s?\n", nearest.name);
    else
        (void)fputs("; dnsight help lists the commands\n", err);
    buf_release(&shown);
    return EXIT_WRONG;
}

static enum exit_status help_command(const struct command *command, const struct command_line *line)
{
    (void)command;
    if (line->word_count == 0 || line->words[0][0] == '-') {
        print_overview(line->out);
        return EXIT_MATCHED;
    }
    const struct command *const found = find(line->words[0]);
    if (found == NULL)
        return unknown_command(line->words[0], line->err);
    help_print(found, line->out);
    return EXIT_MATCHED;
}

enum exit_status commands_run(const struct command_line *line)
{
    if (line->word_count == 0) {
        print_overview(line->err);
        return EXIT_WRONG;
    }
    const char *name = line->words[0];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    if (strcmp(name, "--version") == 0)
        name = "version";
    const struct command *const command = find(name);
    if (command == NULL)
        return unknown_command(name, line->err);
    struct command_line rest = *line;
    rest.word_count--;
    rest.words++;
    return command->run(command, &rest);
}
