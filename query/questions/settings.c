#include "query/questions/settings.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/macros.h"
#include "query/questions/graph_settings.h"

/* Longest time of one request to a server, seconds: a day. */
#define TIMEOUT_MAX_S 86400U

static enum status set_since(void *settings, const char *value, struct error *err)
{
    (void)err;
    ((struct settings *)settings)->since = value;
    return ST_OK;
}

static enum status set_until(void *settings, const char *value, struct error *err)
{
    (void)err;
    ((struct settings *)settings)->until = value;
    return ST_OK;
}

static enum status set_limit(void *settings, const char *value, struct error *err)
{
    struct settings *const s = settings;
    char *end = NULL;
    errno = 0;
    const unsigned long long limit = strtoull(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0)
        return error_set(err, ST_INVALID, "\"%.64s\" is no number from 0 to %llu", value,
                         ULLONG_MAX);
    s->limit = limit;
    s->has_limit = true;
    return ST_OK;
}

static enum status set_sort(void *settings, const char *value, struct error *err)
{
    return order_read(value, &((struct settings *)settings)->order, err);
}

static enum status set_fields(void *settings, const char *value, struct error *err)
{
    return field_names_split(bytes_of(value), &((struct settings *)settings)->fields, err);
}

static enum status set_by(void *settings, const char *value, struct error *err)
{
    return field_names_split(bytes_of(value), &((struct settings *)settings)->by, err);
}

/* Finds one of a few words; its index, or `count`. */
static size_t find_word(const char *const *words, size_t count, const char *value)
{
    size_t i = 0;
    while (i < count && strcmp(words[i], value) != 0)
        i++;
    return i;
}

static enum status set_format(void *settings, const char *value, struct error *err)
{
    static const char *const words[] = {"table", "ndjson", "json", "csv"};
    static const enum printer_format formats[] = {PRINT_TABLE, PRINT_NDJSON, PRINT_JSON, PRINT_CSV};
    const size_t i = find_word(words, ARRAY_LEN(words), value);
    if (i == ARRAY_LEN(words))
        return error_set(err, ST_INVALID, "\"%s\" is none of table, ndjson, json, csv", value);
    ((struct settings *)settings)->format = formats[i];
    return ST_OK;
}

static enum status set_data_view(void *settings, const char *value, struct error *err)
{
    (void)err;
    ((struct settings *)settings)->data_view = value;
    return ST_OK;
}

static enum status set_time_zone(void *settings, const char *value, struct error *err)
{
    (void)err;
    ((struct settings *)settings)->time_zone = value;
    return ST_OK;
}

static enum status set_colour(void *settings, const char *value, struct error *err)
{
    static const char *const words[] = {"auto", "always", "never"};
    static const enum colour_choice choices[] = {COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER};
    const size_t i = find_word(words, ARRAY_LEN(words), value);
    if (i == ARRAY_LEN(words))
        return error_set(err, ST_INVALID, "\"%s\" is none of auto, always, never", value);
    ((struct settings *)settings)->colour = choices[i];
    return ST_OK;
}

static enum status set_parameter(void *settings, const char *value, struct error *err)
{
    return saved_values_add(&((struct settings *)settings)->values, value, err);
}

static enum status set_saved_folder(void *settings, const char *value, struct error *err)
{
    (void)err;
    ((struct settings *)settings)->saved_folder = value;
    return ST_OK;
}

static enum status set_samples(void *settings, const char *value, struct error *err)
{
    struct settings limit = {0};
    const enum status status = set_limit(&limit, value, err);
    ((struct settings *)settings)->samples = limit.limit;
    return status;
}

static enum status set_lines(void *settings, const char *value, struct error *err)
{
    struct settings limit = {0};
    const enum status status = set_limit(&limit, value, err);
    ((struct settings *)settings)->lines = limit.limit;
    return status;
}

static enum status set_rate(void *settings, const char *value, struct error *err)
{
    struct settings limit = {0};
    const enum status status = set_limit(&limit, value, err);
    ((struct settings *)settings)->rate = limit.limit;
    return status;
}

static enum status set_tail_format(void *settings, const char *value, struct error *err)
{
    if (strcmp(value, "table") != 0 && strcmp(value, "ndjson") != 0)
        return error_set(err, ST_INVALID, "\"%s\" is none of table, ndjson", value);
    return set_format(settings, value, err);
}

static enum status set_report_format(void *settings, const char *value, struct error *err)
{
    static const char *const words[] = {"text", "html", "json"};
    static const enum printer_format formats[] = {PRINT_TABLE, PRINT_HTML, PRINT_JSON};
    const size_t i = find_word(words, ARRAY_LEN(words), value);
    if (i == ARRAY_LEN(words))
        return error_set(err, ST_INVALID, "\"%s\" is none of text, html, json", value);
    ((struct settings *)settings)->format = formats[i];
    return ST_OK;
}

static enum status set_step(void *settings, const char *value, struct error *err)
{
    if (value[0] < '1' || value[0] > '9' || value[1] != '\0')
        return error_set(err, ST_INVALID, "\"%.64s\" is no number from 1 to 9", value);
    ((struct settings *)settings)->step = (uint64_t)(value[0] - '0');
    return ST_OK;
}

static enum status set_timeout(void *settings, const char *value, struct error *err)
{
    struct settings limit = {0};
    if (set_limit(&limit, value, NULL) != ST_OK || limit.limit == 0 || limit.limit > TIMEOUT_MAX_S)
        return error_set(err, ST_INVALID, "\"%.64s\" is no number of seconds from 1 to %u", value,
                         TIMEOUT_MAX_S);
    ((struct settings *)settings)->timeout_s = (unsigned)limit.limit;
    return ST_OK;
}

/* Setters of options without a value: the table gives them no other way to know their member. */
#define FLAG_SETTER(function, member)                                                 \
    static enum status function(void *settings, const char *value, struct error *err) \
    {                                                                                 \
        (void)value;                                                                  \
        (void)err;                                                                    \
        ((struct settings *)settings)->member = true;                                 \
        return ST_OK;                                                                 \
    }
FLAG_SETTER(set_count, wants_count)
FLAG_SETTER(set_explain, wants_explanation)
FLAG_SETTER(set_quiet, is_quiet)
FLAG_SETTER(set_pretty, is_pretty)
FLAG_SETTER(set_es_query, is_wrapped)
FLAG_SETTER(set_quiet_if_empty, is_quiet_if_empty)
FLAG_SETTER(set_exit_code, wants_exit_code)
FLAG_SETTER(set_help, wants_help)
FLAG_SETTER(set_no_pager, has_no_pager)
#undef FLAG_SETTER

/* Rows that several commands have. */
#define DATA_VIEW_ROW                                                                     \
    {                                                                                     \
        .name = "data-view", .value = "FILE|none",                                        \
        .help = "fields and types: a mapping, a _field_caps answer, a Kibana field list", \
        .set = set_data_view                                                              \
    }
#define TIME_ZONE_ROW                                                                   \
    {                                                                                   \
        .name = "time-zone", .value = "ZONE",                                           \
        .help = "of dates without one: Europe/Berlin, +02:00 (default: the machine's)", \
        .set = set_time_zone                                                            \
    }
#define HELP_ROW                                                            \
    {                                                                       \
        .name = "help", .help = "this text", .set = set_help, .letter = 'h' \
    }

#define SINCE_ROW                                                                             \
    {                                                                                         \
        .name = "since", .value = "T",                                                        \
        .help = "not before: 15m, 24h, 7d, now-1d/d, 2026-11-23T07:00:00Z", .set = set_since, \
        .habits = "--from --after --start"                                                    \
    }
#define UNTIL_ROW                                                                 \
    {                                                                             \
        .name = "until", .value = "T", .help = "not after; written like --since", \
        .set = set_until, .habits = "--to --before --end"                         \
    }
#define LIMIT_ROW                                                                               \
    {                                                                                           \
        .name = "limit", .value = "N",                                                          \
        .help = "the newest N (default: 100 on a terminal, all into a pipe)", .set = set_limit, \
        .habits = "-n --head --tail --max --size --top"                                         \
    }
#define SORT_ROW                                                                     \
    {                                                                                \
        .name = "sort", .value = "FIELD[:asc|desc]",                                 \
        .help = "order by a field; --limit then keeps the first N", .set = set_sort, \
        .habits = "--order --order-by"                                               \
    }
#define FIELDS_ROW                                                                           \
    {                                                                                        \
        .name = "fields", .value = "F,...", .help = "print these fields", .set = set_fields, \
        .habits = "--columns --select"                                                       \
    }
#define COUNT_ROW                                                                      \
    {                                                                                  \
        .name = "count", .help = "print only the number of lookups", .set = set_count, \
        .habits = "-c"                                                                 \
    }
#define BY_ROW                                                                           \
    {                                                                                    \
        .name = "by", .value = "F,...",                                                  \
        .help = "count by the values of fields, with share and latency (p50, p95, p99)", \
        .set = set_by, .habits = "--group --group-by"                                    \
    }
#define FORMAT_ROW                                                                           \
    {                                                                                        \
        .name = "format", .value = "table|ndjson|json|csv",                                  \
        .help = "ndjson and json print the documents as they are stored", .set = set_format, \
        .habits = "--output -o --json --ndjson --csv"                                        \
    }
#define TIMEOUT_ROW                                                                            \
    {                                                                                          \
        .name = "timeout", .value = "SECONDS",                                                 \
        .help = "how long one request to a server may take (default: 90)", .set = set_timeout, \
        .habits = "--max-time --wait"                                                          \
    }
#define COLOR_ROW                                                                             \
    {                                                                                         \
        .name = "color", .value = "auto|always|never",                                        \
        .help = "colours (default: on a terminal, unless NO_COLOR is set)", .set = set_colour \
    }
#define QUIET_ROW                                                                                \
    {                                                                                            \
        .name = "quiet", .help = "no notes and no progress on standard error", .set = set_quiet, \
        .habits = "-q -s --silent"                                                               \
    }
#define NO_PAGER_ROW                                                                         \
    {                                                                                        \
        .name = "no-pager", .help = "no pager for a table that is higher than the terminal", \
        .set = set_no_pager                                                                  \
    }
#define PARAM_ROW                                                                \
    {                                                                            \
        .name = "param", .value = "NAME=VALUE",                                  \
        .help = "a parameter, as often as needed; dnsight show NAME lists them", \
        .set = set_parameter, .habits = "--parameter --set -p"                   \
    }
#define SAVED_QUERIES_ROW                                                    \
    {                                                                        \
        .name = "saved-queries", .value = "DIR",                             \
        .help = "your own saved queries (default: ~/.config/dnsight/saved)", \
        .set = set_saved_folder                                              \
    }

static const struct option query_rows[] = {
    SINCE_ROW,
    UNTIL_ROW,
    LIMIT_ROW,
    SORT_ROW,
    FIELDS_ROW,
    COUNT_ROW,
    BY_ROW,
    FORMAT_ROW,
    DATA_VIEW_ROW,
    TIME_ZONE_ROW,
    TIMEOUT_ROW,
    {.name = "explain",
     .help = "do not run: say how the expression is read, and what is odd about it",
     .set = set_explain},
    COLOR_ROW,
    NO_PAGER_ROW,
    QUIET_ROW,
    HELP_ROW,
};

static const struct option run_rows[] = {
    PARAM_ROW,
    {.name = "step", .value = "N", .help = "only this step of the query", .set = set_step},
    SINCE_ROW,
    UNTIL_ROW,
    LIMIT_ROW,
    SORT_ROW,
    FIELDS_ROW,
    COUNT_ROW,
    BY_ROW,
    FORMAT_ROW,
    SAVED_QUERIES_ROW,
    DATA_VIEW_ROW,
    TIME_ZONE_ROW,
    TIMEOUT_ROW,
    COLOR_ROW,
    NO_PAGER_ROW,
    QUIET_ROW,
    HELP_ROW,
};

static const struct option list_rows[] = {
    {.name = "format",
     .value = "table|json",
     .help = "for people, or one JSON array",
     .set = set_format},
    SAVED_QUERIES_ROW,
    HELP_ROW,
};

static const struct option report_rows[] = {
    SINCE_ROW,
    UNTIL_ROW,
    PARAM_ROW,
    {.name = "format",
     .value = "text|html|json",
     .help = "text for a mail, 80 columns wide; html: a page with charts and the service graph",
     .set = set_report_format,
     .habits = "--output -o --json --html"},
    {.name = "samples",
     .value = "N",
     .help = "lookups shown for each finding (default: 3)",
     .set = set_samples},
    {.name = "quiet-if-empty",
     .help = "print nothing if nothing was found, so that cron stays silent",
     .set = set_quiet_if_empty},
    {.name = "exit-code", .help = "end with status 1 if something was found", .set = set_exit_code},
    SAVED_QUERIES_ROW,
    DATA_VIEW_ROW,
    TIME_ZONE_ROW,
    TIMEOUT_ROW,
    QUIET_ROW,
    HELP_ROW,
};

static const struct option graph_rows[] = {
    SINCE_ROW,
    UNTIL_ROW,
    {.name = "format",
     .value = "dot|svg|html|json",
     .help = "html has the numbers of every node beside the picture (default: dot)",
     .set = graph_set_format,
     .habits = "--output -o -T --json --html --svg"},
    {.name = "nodes",
     .value = "N",
     .help = "nodes of one kind, the rest is folded into one (default: 16; json: all)",
     .set = graph_set_nodes,
     .habits = "--limit --max -n"},
    {.name = "layout",
     .value = "auto|graphviz|own",
     .help = "of svg (default: graphviz if it is installed)",
     .set = graph_set_layout},
    DATA_VIEW_ROW,
    TIME_ZONE_ROW,
    TIMEOUT_ROW,
    QUIET_ROW,
    HELP_ROW,
};

static const struct option tail_rows[] = {
    {.name = "lines",
     .value = "N",
     .help = "begin with the newest N lookups (default: 10)",
     .set = set_lines,
     .habits = "-n --limit"},
    {.name = "rate",
     .value = "N",
     .help = "rows a second on a terminal, the rest is counted (default: 50; 0: all)",
     .set = set_rate},
    {.name = "format",
     .value = "table|ndjson",
     .help = "ndjson prints the documents as they are stored",
     .set = set_tail_format,
     .habits = "--output -o --json --ndjson"},
    DATA_VIEW_ROW,
    TIME_ZONE_ROW,
    TIMEOUT_ROW,
    COLOR_ROW,
    HELP_ROW,
};

static const struct option show_rows[] = {SAVED_QUERIES_ROW, HELP_ROW};

static const struct option translate_rows[] = {
    {.name = "pretty", .help = "several lines, for people", .set = set_pretty},
    {.name = "es-query", .help = "with what Discover wraps around a query", .set = set_es_query},
    DATA_VIEW_ROW,
    TIME_ZONE_ROW,
    {.name = "format",
     .value = "json",
     .help = "json: an error goes to standard output as JSON",
     .set = set_format},
    HELP_ROW,
};

static const struct option plain_rows[] = {HELP_ROW};

const struct option_table query_option_table = {query_rows, ARRAY_LEN(query_rows)};
const struct option_table run_option_table = {run_rows, ARRAY_LEN(run_rows)};
const struct option_table list_option_table = {list_rows, ARRAY_LEN(list_rows)};
const struct option_table show_option_table = {show_rows, ARRAY_LEN(show_rows)};
const struct option_table report_option_table = {report_rows, ARRAY_LEN(report_rows)};
const struct option_table graph_option_table = {graph_rows, ARRAY_LEN(graph_rows)};
const struct option_table tail_option_table = {tail_rows, ARRAY_LEN(tail_rows)};
const struct option_table translate_option_table = {translate_rows, ARRAY_LEN(translate_rows)};
const struct option_table plain_option_table = {plain_rows, ARRAY_LEN(plain_rows)};

enum status settings_check(const struct settings *settings, struct error *err)
{
    if (settings->wants_count && settings->by.count > 0)
        return error_set(err, ST_INVALID, "--count and --by exclude each other");
    if (settings->by.count > 0 && settings->order.field.len > 0)
        return error_set(err, ST_INVALID, "--by has its own order, --sort cannot change it");
    if (settings->by.count > 0 && settings->fields.count > 0)
        return error_set(err, ST_INVALID, "--by and --fields exclude each other");
    return ST_OK;
}
