#include "query/commands/run_command.h"

#include <string.h>

#include "query/answers/printing.h"
#include "query/answers/saved_warnings.h"
#include "query/answers/terminal.h"
#include "query/commands/help.h"
#include "query/questions/question.h"
#include "query/questions/saved_folder.h"
#include "query/questions/saved_step.h"
#include "query/questions/settings.h"
#include "query/questions/survey.h"
#include "query/records/messages.h"

/* One run of the command. */
struct run {
    const struct command_line *line;
    struct settings settings;
    struct question question;
    struct messages messages;
    struct saved_query *query;
    struct survey *survey;
    size_t first; /* the steps that are asked: [first, first + count) */
    size_t count;
    struct saved_asked asked[SAVED_STEPS_MAX];
    struct printing printings[SAVED_STEPS_MAX];
    struct survey_part parts[SAVED_STEPS_MAX];
};

static bool is_for_people(const struct run *r)
{
    return r->settings.format == PRINT_TABLE;
}

static enum exit_status say_wrong(struct run *r, const struct error *err)
{
    message_failure(&r->messages, "%s", err->text);
    return EXIT_WRONG;
}

static enum exit_status say_fault(struct run *r, const struct saved_asked *asked)
{
    if (asked->fault.kind == KQL_ERROR_NONE)
        return say_wrong(r, &asked->other);
    question_say_fault(asked->text, &asked->fault, !is_for_people(r), r->line->out, r->line->err);
    return EXIT_WRONG;
}

/* All steps for people, who see their titles; otherwise one, so that the output has one form. */
static enum status choose_steps(struct run *r, struct error *err)
{
    const uint64_t step = r->settings.step;
    if (step > r->query->step_count)
        return error_set(err, ST_INVALID, "--step %llu: %s has %zu", (unsigned long long)step,
                         r->query->name, r->query->step_count);
    r->first = step == 0 ? 0 : (size_t)step - 1;
    r->count = step == 0 && is_for_people(r) ? r->query->step_count : 1;
    return ST_OK;
}

static enum status make_parts(struct run *r, struct error *err)
{
    enum status status = ST_OK;
    for (size_t i = 0; status == ST_OK && i < r->count; i++) {
        const struct saved_asked *const asked = &r->asked[i];
        status = printing_check(&asked->settings, r->survey, err);
        if (status == ST_OK)
            status =
                printing_init(&r->printings[i], &r->question, &asked->settings, r->line->out, err);
        r->parts[i] = r->printings[i].part;
        r->parts[i].text = asked->text;
        r->parts[i].tree = asked->tree;
    }
    return status;
}

/* Prints one answer; the hits in it. */
static uint64_t print_step(struct run *r, size_t i)
{
    const bool has_title = r->count > 1;
    if (has_title)
        (void)fprintf(r->line->out, "%s%s\n", i == 0 ? "" : "\n",
                      r->query->steps[r->first + i].title);
    r->printings[i].part.matched = r->parts[i].matched;
    const uint64_t hits = printing_finish(&r->printings[i], &r->messages);
    if (has_title && hits == 0)
        (void)fputs("nothing\n", r->line->out);
    return hits;
}

static enum exit_status ask_sources(struct run *r)
{
    struct error err = {.status = ST_OK};
    if (make_parts(r, &err) != ST_OK)
        return say_wrong(r, &err);
    if (survey_read(r->survey, r->parts, r->count) != ST_OK)
        return EXIT_WRONG;
    if (!survey_has_read(r->survey))
        return EXIT_SOURCE;
    r->printings[0].paged = r->count == 1 ? r->line->out : NULL;
    uint64_t hits = print_step(r, 0);
    for (size_t i = 1; i < r->count; i++)
        (void)print_step(r, i);
    if (r->messages.has_failure)
        return EXIT_SOURCE;
    if (hits == 0 && r->count == 1 && terminal_width(r->line->out) > 0)
        message_note(&r->messages, "nothing matched");
    return hits > 0 ? EXIT_MATCHED : EXIT_NOTHING;
}

static enum exit_status ask(struct run *r, const struct operands *operands)
{
    struct error err = {.status = ST_OK};
    struct question_fault fault;
    if (saved_find(r->settings.saved_folder, operands->words[0], &r->query, &err) != ST_OK ||
        saved_values_check(r->query, &r->settings.values, &err) != ST_OK ||
        choose_steps(r, &err) != ST_OK)
        return say_wrong(r, &err);
    if (question_init(&r->question, &r->settings, "*", &fault) != ST_OK)
        return say_wrong(r, &fault.other);
    for (size_t i = 0; i < r->count; i++) {
        const struct saved_step *const step = &r->query->steps[r->first + i];
        if (saved_step_ask(r->query, step, &r->settings, &r->question, &r->asked[i]) != ST_OK)
            return say_fault(r, &r->asked[i]);
    }
    saved_warnings_say(r->query, &r->settings.values,
                       r->question.has_no_view ? NULL : question_view(&r->question), &r->messages);
    const struct survey_options options = {.question = &r->question,
                                           .messages = &r->messages,
                                           .out = r->line->out,
                                           .faults_as_json = !is_for_people(r),
                                           .timeout_s = r->settings.timeout_s};
    const enum status status =
        survey_open(&options, operands->words + 1, operands->count - 1, &r->survey);
    return status == ST_OK ? ask_sources(r) : EXIT_SOURCE;
}

static void release(struct run *r)
{
    for (size_t i = 0; i < r->count; i++)
        printing_release(&r->printings[i]);
    survey_free(r->survey);
    question_release(&r->question);
    saved_query_free(r->query);
}

enum exit_status run_command(const struct command *command, const struct command_line *line)
{
    struct run r = {.line = line, .messages = {.to = line->err, .stop = line->stop}};
    struct operands operands = {.words = NULL};
    struct error err = {.status = ST_OK};
    enum exit_status exit_status = EXIT_WRONG;
    if (operands_init(&operands, line->word_count, line->words, &err) == ST_OK &&
        options_parse(command->options, &r.settings, &operands, &err) == ST_OK &&
        settings_check(&r.settings, &err) == ST_OK && operands.count == 0)
        (void)error_set(&err, ST_INVALID,
                        "the name of a saved query is missing; dnsight list names them");
    r.messages.is_quiet = r.settings.is_quiet;
    r.messages.progress = progress_begin(r.settings.is_quiet);
    if (r.settings.wants_help) {
        help_print(command, line->out);
        exit_status = EXIT_MATCHED;
    } else if (err.status != ST_OK) {
        message_failure(&r.messages, "%s", err.text);
    } else {
        exit_status = ask(&r, &operands);
    }
    release(&r);
    operands_release(&operands);
    return exit_status;
}
