#include "query/commands/query_command.h"

#include <string.h>
#include <unistd.h>

#include "core/base/macros.h"
#include "query/answers/clause_counts.h"
#include "query/answers/explain.h"
#include "query/answers/printing.h"
#include "query/answers/terminal.h"
#include "query/commands/help.h"
#include "query/questions/question.h"
#include "query/questions/settings.h"
#include "query/questions/survey.h"
#include "query/questions/time_range.h"
#include "query/records/messages.h"

/* Octets of an explanation. */
#define EXPLANATION_MAX ((size_t)64 * 1024 * 1024)

/* One run of the command. */
struct query {
    const struct command_line *line;
    struct settings settings;
    struct question question;
    const struct kql_node *tree; /* the expression within the range of time */
    struct messages messages;
    struct survey *survey;
    struct printing printing;
};

static enum exit_status say_wrong(struct query *q, const struct error *err)
{
    message_failure(&q->messages, "%s", err->text);
    return EXIT_WRONG;
}

static bool wants_json(const struct query *q)
{
    return q->settings.format == PRINT_JSON || q->settings.format == PRINT_NDJSON;
}

static enum exit_status say_wrong_expression(struct query *q, const struct kql_error *fault)
{
    question_say_fault(q->question.text, fault, wants_json(q), q->line->out, q->line->err);
    return EXIT_WRONG;
}

static enum status open_survey(struct query *q, const struct operands *operands)
{
    const struct survey_options options = {.question = &q->question,
                                           .messages = &q->messages,
                                           .out = q->line->out,
                                           .faults_as_json = wants_json(q),
                                           .timeout_s = q->settings.timeout_s};
    return survey_open(&options, operands->words + 1, operands->count - 1, &q->survey);
}

/* Counts what the clauses of the expression select, if a source is named. */
static enum exit_status count_clauses(struct query *q, const struct operands *operands,
                                      const struct time_range *range, struct buf *out)
{
    if (operands->count == 1)
        return EXIT_MATCHED;
    if (open_survey(q, operands) != ST_OK)
        return EXIT_SOURCE;
    const enum status status = clause_counts(q->survey, &q->question, range, out);
    if (status == ST_NO_MEMORY)
        message_failure(&q->messages, "memory is exhausted");
    if (status == ST_INVALID)
        return EXIT_WRONG;
    return q->messages.has_failure ? EXIT_SOURCE : EXIT_MATCHED;
}

static enum exit_status say_explanation(struct query *q, const struct operands *operands,
                                        const struct time_range *range)
{
    struct buf text;
    buf_init(&text, EXPLANATION_MAX);
    struct kql_error fault = {.kind = KQL_ERROR_NONE};
    enum exit_status exit_status = EXIT_MATCHED;
    const enum status status = explain(&q->question, &text, &fault);
    if (status == ST_OK)
        exit_status = count_clauses(q, operands, range, &text);
    (void)fwrite(text.data, 1, text.len, q->line->out);
    if (status != ST_OK && fault.kind != KQL_ERROR_NONE) {
        exit_status = say_wrong_expression(q, &fault);
    } else if (status != ST_OK) {
        message_failure(&q->messages, "%s", status_text(status));
        exit_status = EXIT_WRONG;
    }
    buf_release(&text);
    return exit_status;
}

static void say_warning(void *context, const char *warning)
{
    message_note(context, "warning: %s", warning);
}

static struct time_range range_of(const struct query *q)
{
    return (struct time_range){.since = q->settings.since,
                               .until = q->settings.until,
                               .now_ns = q->question.now_ns,
                               .zone = q->question.zone};
}

/* An old capture has nothing of the last hour. */
static void say_times(struct query *q)
{
    const struct time_range range = range_of(q);
    struct time_span span;
    if (time_range_span(&range, &q->question.arena, &span, NULL) == ST_OK)
        survey_say_times(q->survey, &span);
}

/* Guesses about what was meant help only who found nothing. */
static void say_warnings(struct query *q)
{
    const bool is_nothing = q->printing.part.matched == 0;
    if (is_nothing && terminal_width(q->line->out) > 0 && !q->settings.wants_count)
        message_note(&q->messages, "nothing matched");
    if (is_nothing)
        say_times(q);
    explain_warnings(&q->question, is_nothing, say_warning, &q->messages);
}

static enum exit_status run(struct query *q)
{
    struct error err = {.status = ST_OK};
    if (printing_check(&q->settings, q->survey, &err) != ST_OK ||
        printing_init(&q->printing, &q->question, &q->settings, q->line->out, &err) != ST_OK)
        return say_wrong(q, &err);
    q->printing.part.text = q->question.text;
    q->printing.part.tree = q->tree;
    q->printing.paged = q->line->out;
    if (survey_read(q->survey, &q->printing.part, 1) != ST_OK)
        return EXIT_WRONG;
    if (!survey_has_read(q->survey))
        return EXIT_SOURCE;
    (void)printing_finish(&q->printing, &q->messages);
    say_warnings(q);
    if (q->messages.has_failure)
        return EXIT_SOURCE;
    return q->printing.part.matched > 0 ? EXIT_MATCHED : EXIT_NOTHING;
}

static enum exit_status ask(struct query *q, const struct operands *operands)
{
    struct question_fault fault;
    if (question_init(&q->question, &q->settings, operands->words[0], &fault) != ST_OK)
        return fault.kql.kind == KQL_ERROR_NONE ? say_wrong(q, &fault.other)
                                                : say_wrong_expression(q, &fault.kql);
    const struct time_range range = range_of(q);
    struct error err = {.status = ST_OK};
    if (time_range_apply(&range, &q->question.arena, q->question.tree, &q->tree, &err) != ST_OK)
        return say_wrong(q, &err);
    if (q->settings.wants_explanation)
        return say_explanation(q, operands, &range);
    return open_survey(q, operands) == ST_OK ? run(q) : EXIT_SOURCE;
}

static void release(struct query *q)
{
    printing_release(&q->printing);
    survey_free(q->survey);
    question_release(&q->question);
}

/* True if a word looks much more like a source than like an expression. */
static bool is_source_name(const char *word)
{
    return strcmp(word, "-") == 0 || strncmp(word, "http://", 7) == 0 ||
           strncmp(word, "https://", 8) == 0 || access(word, F_OK) == 0;
}

/* The first operand is the expression; a source in its place would be searched for as a text. An
 * explanation needs no source, so its only operand is hardly one. */
static enum status check_operands(const struct query *q, const struct command *command,
                                  const struct operands *operands, struct error *err)
{
    if (operands->count == 0)
        return error_set(err, ST_INVALID, "an expression is missing: dnsight %s %s", command->name,
                         command->usage);
    const char *const word = operands->words[0];
    if (operands->count == 1 && !q->settings.wants_explanation && is_source_name(word))
        return error_set(err, ST_INVALID,
                         "an expression is missing; did you mean: dnsight %s '*' %s", command->name,
                         word);
    return ST_OK;
}

enum exit_status query_command(const struct command *command, const struct command_line *line)
{
    struct query q = {.line = line, .messages = {.to = line->err, .stop = line->stop}};
    struct operands operands = {.words = NULL};
    struct error err = {.status = ST_OK};
    enum exit_status exit_status = EXIT_WRONG;
    if (operands_init(&operands, line->word_count, line->words, &err) == ST_OK &&
        options_parse(command->options, &q.settings, &operands, &err) == ST_OK &&
        settings_check(&q.settings, &err) == ST_OK)
        (void)check_operands(&q, command, &operands, &err);
    q.messages.is_quiet = q.settings.is_quiet;
    q.messages.progress = progress_begin(q.settings.is_quiet);
    if (q.settings.wants_help) {
        help_print(command, line->out);
        exit_status = EXIT_MATCHED;
    } else if (err.status != ST_OK) {
        message_failure(&q.messages, "%s", err.text);
    } else {
        exit_status = ask(&q, &operands);
    }
    release(&q);
    operands_release(&operands);
    return exit_status;
}
