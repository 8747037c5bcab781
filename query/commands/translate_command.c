#include "query/commands/translate_command.h"

#include "query/answers/explain.h"
#include "query/commands/help.h"
#include "query/printing/pretty.h"
#include "query/questions/question.h"
#include "query/questions/settings.h"
#include "query/sources/translate.h"

/* Octets of a query. */
#define QUERY_MAX ((size_t)256 * 1024 * 1024)

static enum exit_status say_error(const struct command_line *line, const char *text)
{
    (void)fprintf(line->err, "dnsight: %s\n", text);
    return EXIT_WRONG;
}

static enum status print(struct question *question, const struct settings *settings, FILE *out,
                         struct kql_error *fault)
{
    const struct translate_options options = {
        .view = question->has_no_view ? NULL : question_view(question),
        .time_zone = question_zone(question),
        .es_query = settings->is_wrapped,
    };
    struct buf query;
    struct buf pretty;
    buf_init(&query, QUERY_MAX);
    buf_init(&pretty, QUERY_MAX);
    enum status status = translate(question->tree, &options, &query, fault);
    if (status == ST_OK && settings->is_pretty)
        pretty_print(buf_bytes(&query), &pretty);
    const struct buf *const shown = settings->is_pretty ? &pretty : &query;
    if (status == ST_OK && !buf_ok(shown))
        status = ST_NO_MEMORY;
    if (status == ST_OK) {
        (void)fwrite(shown->data, 1, shown->len, out);
        (void)fputc('\n', out);
    }
    buf_release(&pretty);
    buf_release(&query);
    return status;
}

static void say_warning(void *context, const char *warning)
{
    (void)fprintf(context, "dnsight: warning: %s\n", warning);
}

static enum exit_status run(const struct command_line *line, const struct settings *settings,
                            const char *expression)
{
    struct question question;
    struct question_fault fault;
    enum status status = question_init(&question, settings, expression, &fault);
    if (status == ST_OK)
        status = print(&question, settings, line->out, &fault.kql);
    enum exit_status exit_status = EXIT_MATCHED;
    if (status == ST_OK)
        explain_warnings(&question, false, say_warning, line->err);
    if (status != ST_OK && fault.kql.kind != KQL_ERROR_NONE) {
        const bool as_json = settings->format == PRINT_JSON;
        question_say_fault(question.text, &fault.kql, as_json, line->out, line->err);
        exit_status = EXIT_WRONG;
    } else if (status != ST_OK) {
        const char *const known = fault.other.text;
        exit_status = say_error(line, known[0] == '\0' ? status_text(status) : known);
    }
    question_release(&question);
    return exit_status;
}

enum exit_status translate_command(const struct command *command, const struct command_line *line)
{
    struct settings settings = {0};
    struct operands operands = {.words = NULL};
    struct error err = {.status = ST_OK};
    enum exit_status exit_status = EXIT_WRONG;
    if (operands_init(&operands, line->word_count, line->words, &err) == ST_OK &&
        options_parse(command->options, &settings, &operands, &err) == ST_OK &&
        operands.count != 1 && !settings.wants_help)
        (void)error_set(&err, ST_INVALID, "one expression is needed: dnsight translate 'KQL'");
    if (settings.wants_help) {
        help_print(command, line->out);
        exit_status = EXIT_MATCHED;
    } else if (err.status != ST_OK) {
        exit_status = say_error(line, err.text);
    } else {
        exit_status = run(line, &settings, operands.words[0]);
    }
    operands_release(&operands);
    return exit_status;
}
