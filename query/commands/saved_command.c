#include "query/commands/saved_command.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/base/buf.h"
#include "core/base/macros.h"
#include "core/json/writer.h"
#include "query/answers/saved_warnings.h"
#include "query/answers/terminal.h"
#include "query/base/prose.h"
#include "query/commands/help.h"
#include "query/printing/table.h"
#include "query/questions/saved_folder.h"
#include "query/questions/saved_kql.h"
#include "query/questions/settings.h"
#include "query/records/messages.h"

/* Octets of the output, and columns of its lines. */
#define OUT_MAX     ((size_t)16 * 1024 * 1024)
#define PROSE_WIDTH 80

/* One run of a command. */
struct listing {
    const struct command_line *line;
    struct settings settings;
    struct messages messages;
    struct operands operands;
    struct buf out;
};

/* Reads the command line; the status to end with, or -1: there is work to do. */
static int begin(struct listing *l, const struct command *command, size_t operands_max)
{
    struct error err = {.status = ST_OK};
    buf_init(&l->out, OUT_MAX);
    if (operands_init(&l->operands, l->line->word_count, l->line->words, &err) == ST_OK &&
        options_parse(command->options, &l->settings, &l->operands, &err) == ST_OK &&
        !l->settings.wants_help && l->operands.count != operands_max)
        (void)error_set(&err, ST_INVALID, "usage: dnsight %s %s", command->name, command->usage);
    l->messages.is_quiet = l->settings.is_quiet;
    if (l->settings.wants_help) {
        help_print(command, l->line->out);
        return EXIT_MATCHED;
    }
    if (err.status == ST_OK)
        return -1;
    message_failure(&l->messages, "%s", err.text);
    return EXIT_WRONG;
}

static enum exit_status finish(struct listing *l, enum exit_status exit_status)
{
    if (l->out.len > 0)
        (void)fwrite(l->out.data, 1, l->out.len, l->line->out);
    buf_release(&l->out);
    operands_release(&l->operands);
    return exit_status;
}

/* --- list ------------------------------------------------------------------------------------- */

static void list_json(struct json_writer *w, const struct saved_query *query)
{
    json_begin_object(w);
    json_key(w, "name");
    json_text(w, query->name);
    json_key(w, "severity");
    json_text(w, saved_severity_name(query->severity));
    json_key(w, "title");
    json_text(w, query->title);
    json_key(w, "question");
    json_text(w, query->question);
    json_end_object(w);
}

static void list_row(struct table *table, const struct saved_query *query)
{
    table_cell(table, bytes_of(query->name), TONE_PLAIN);
    table_cell(table, bytes_of(saved_severity_name(query->severity)), TONE_PLAIN);
    table_cell(table, bytes_of(query->question), TONE_PLAIN);
}

/* A file that cannot be read is said, and the others are listed. */
static void list_all(struct listing *l, const struct saved_names *names, struct table *table,
                     struct json_writer *w)
{
    for (size_t i = 0; i < names->count; i++) {
        struct saved_query *query = NULL;
        struct error err = {.status = ST_OK};
        if (saved_find(l->settings.saved_folder, names->names[i], &query, &err) != ST_OK)
            message_failure(&l->messages, "%s", err.text);
        else if (l->settings.format == PRINT_TABLE)
            list_row(table, query);
        else
            list_json(w, query);
        saved_query_free(query);
    }
}

static enum exit_status list(struct listing *l)
{
    static const struct table_column columns[] = {
        {.heading = "NAME"}, {.heading = "SEVERITY"}, {.heading = "QUESTION", .width_min = 20}};
    const struct table_options options = {.columns = columns,
                                          .column_count = ARRAY_LEN(columns),
                                          .width = terminal_width(l->line->out)};
    struct saved_names names;
    struct error err = {.status = ST_OK};
    struct table *table = NULL;
    if (saved_names_list(l->settings.saved_folder, &names, &err) != ST_OK) {
        message_failure(&l->messages, "%s", err.text);
        return EXIT_SOURCE;
    }
    struct json_writer w = json_writer_of(&l->out);
    const bool is_json = l->settings.format != PRINT_TABLE;
    enum status status = table_new(&options, &l->out, &table);
    if (is_json)
        json_begin_array(&w);
    if (status == ST_OK)
        list_all(l, &names, table, &w);
    if (is_json) {
        json_end_array(&w);
        buf_add_u8(&l->out, '\n');
    }
    if (status == ST_OK)
        status = table_finish(table);
    if (status != ST_OK)
        message_failure(&l->messages, "%s", status_text(status));
    table_free(table);
    saved_names_release(&names);
    return l->messages.has_failure ? EXIT_SOURCE : EXIT_MATCHED;
}

enum exit_status list_command(const struct command *command, const struct command_line *line)
{
    struct listing l = {.line = line, .messages = {.to = line->err}};
    const int ended = begin(&l, command, 0);
    return finish(&l, ended >= 0 ? (enum exit_status)ended : list(&l));
}

/* --- show ------------------------------------------------------------------------------------- */

static void add_heading(struct buf *out, const char *heading)
{
    buf_add_format(out, "\n%s\n", heading);
}

static void add_prose(struct buf *out, const char *text)
{
    prose_add(out, bytes_of(text), 2, PROSE_WIDTH);
}

static void add_names(struct buf *out, const char *word, const struct field_names *names)
{
    if (names->count == 0)
        return;
    buf_add_format(out, "  %s ", word);
    for (size_t i = 0; i < names->count; i++) {
        buf_add_text(out, i > 0 ? ", " : "");
        buf_add(out, names->names[i]);
    }
    buf_add_u8(out, '\n');
}

static void add_filter(struct buf *out, const struct group_filter *filter)
{
    if (filter->count_min > 0)
        buf_add_format(out, "  groups of %" PRIu64 " lookups or more\n", filter->count_min);
    if (filter->uneven_percent > 0)
        buf_add_format(out, "  groups with %" PRIu64 " %% or more of an even share\n",
                       filter->uneven_percent);
    if (filter->is_new)
        buf_add_text(out, "  groups that were not there before the window (--since)\n");
    if (filter->distinct.len == 0)
        return;
    const int len = (int)filter->distinct.len;
    const char *const name = (const char *)filter->distinct.data;
    buf_add_format(out, "  counting different values of %.*s", len, name);
    if (filter->distinct_min > 0)
        buf_add_format(out, ", %" PRIu64 " or more", filter->distinct_min);
    if (filter->distinct_max > 0)
        buf_add_format(out, ", %" PRIu64 " at most", filter->distinct_max);
    buf_add_u8(out, '\n');
}

static void add_step(struct buf *out, struct saved_query *query, const struct saved_step *step)
{
    const struct saved_values no_values = {.count = 0};
    struct error err = {.status = ST_OK};
    struct bytes text = {0};
    add_heading(out, step->title);
    if (saved_kql(query, step, &no_values, &text, &err) == ST_OK)
        prose_add(out, text, 2, PROSE_WIDTH);
    add_names(out, "columns", &step->columns);
    add_names(out, "counted by", &step->by);
    add_filter(out, &step->filter);
}

static void add_parameters(struct buf *out, const struct saved_query *query)
{
    add_heading(out, "Parameters");
    for (size_t i = 0; i < query->parameter_count; i++) {
        const struct saved_parameter *const p = &query->parameters[i];
        buf_add_format(out, "  %-10s %s (default: %s)\n", p->name, p->help, p->value);
    }
    for (size_t i = 0; saved_filters[i].name != NULL; i++)
        buf_add_format(out, "  %-10s only lookups with this %s\n", saved_filters[i].name,
                       saved_filters[i].field);
}

static void print_query(struct buf *out, struct saved_query *query)
{
    buf_add_format(out, "%s: %s (severity: %s)\n\n", query->name, query->title,
                   saved_severity_name(query->severity));
    add_prose(out, query->question);
    add_heading(out, "What a hit means");
    add_prose(out, query->meaning);
    add_heading(out, "What to look at next");
    add_prose(out, query->next);
    for (size_t i = 0; i < query->step_count; i++)
        add_step(out, query, &query->steps[i]);
    add_parameters(out, query);
    buf_add_format(out, "\n%s\n", query->path);
}

static enum exit_status show(struct listing *l)
{
    struct saved_query *query = NULL;
    struct error err = {.status = ST_OK};
    if (saved_find(l->settings.saved_folder, l->operands.words[0], &query, &err) != ST_OK) {
        message_failure(&l->messages, "%s", err.text);
        return err.status == ST_IO ? EXIT_SOURCE : EXIT_WRONG;
    }
    print_query(&l->out, query);
    const struct saved_values no_values = {.count = 0};
    saved_warnings_say(query, &no_values, data_view_builtin(), &l->messages);
    saved_query_free(query);
    return EXIT_MATCHED;
}

enum exit_status show_command(const struct command *command, const struct command_line *line)
{
    struct listing l = {.line = line, .messages = {.to = line->err}};
    const int ended = begin(&l, command, 1);
    return finish(&l, ended >= 0 ? (enum exit_status)ended : show(&l));
}
