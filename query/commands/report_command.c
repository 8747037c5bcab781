#include "query/commands/report_command.h"

#include <string.h>
#include <unistd.h>

#include "core/base/nearest.h"
#include "query/answers/report.h"
#include "query/answers/report_html.h"
#include "query/answers/report_print.h"
#include "query/answers/saved_warnings.h"
#include "query/commands/help.h"
#include "query/questions/saved_folder.h"

/* Octets of a report. */
#define OUT_MAX ((size_t)1024 * 1024 * 1024)

/* Lookups that each finding shows unless --samples says otherwise. */
#define SAMPLES 3

/* One run of the command. */
struct reporting {
    const struct command_line *line;
    struct settings settings;
    struct messages messages;
    struct buf failures; /* what was not read */
    struct question question;
    struct report report;
    struct survey *survey;
    struct saved_names names; /* of all saved queries */
};

static enum exit_status say_wrong(struct reporting *r, const struct error *err)
{
    message_failure(&r->messages, "%s", err->text);
    return EXIT_WRONG;
}

static bool is_source(const char *word)
{
    return strcmp(word, "-") == 0 || strncmp(word, "http://", 7) == 0 ||
           strncmp(word, "https://", 8) == 0 || access(word, F_OK) == 0;
}

/* A file is known by its ending, as sources have slashes, too. */
static bool is_query_file(const char *word)
{
    static const char ending[] = ".yaml";
    const size_t len = strlen(word);
    return strchr(word, '/') != NULL && len >= sizeof ending &&
           strcmp(word + len + 1 - sizeof ending, ending) == 0;
}

static bool is_query(const struct reporting *r, const char *word, struct nearest *nearest)
{
    if (is_query_file(word))
        return true;
    for (size_t i = 0; i < r->names.count; i++) {
        nearest_offer(nearest, r->names.names[i]);
        if (strcmp(r->names.names[i], word) == 0)
            return true;
    }
    return false;
}

/* How many of the words name queries: all up to the first source. */
static enum status count_queries(const struct reporting *r, const struct operands *operands,
                                 size_t *count, struct error *err)
{
    for (*count = 0; *count < operands->count; ++*count) {
        const char *const word = operands->words[*count];
        struct nearest nearest = nearest_to(bytes_of(word));
        if (is_query(r, word, &nearest))
            continue;
        if (is_source(word))
            return ST_OK;
        return error_set(err, ST_INVALID, "%.64s is neither a saved query nor a source%s%s", word,
                         nearest.name == NULL ? "; dnsight list names the queries"
                                              : "; did you mean ",
                         nearest.name == NULL ? "" : nearest.name);
    }
    return ST_OK;
}

static enum status add_query(struct reporting *r, const char *name, bool with_overviews)
{
    struct saved_query *query = NULL;
    struct error err = {.status = ST_OK};
    if (saved_find(r->settings.saved_folder, name, &query, &err) != ST_OK) {
        message_failure(&r->messages, "%s", err.text);
        return ST_INVALID;
    }
    const bool needs_window = query->steps[0].filter.is_new && r->settings.since == NULL;
    if (!with_overviews && (query->severity == SAVED_OVERVIEW || needs_window)) {
        saved_query_free(query);
        return ST_OK;
    }
    saved_warnings_say(query, &r->settings.values,
                       r->question.has_no_view ? NULL : question_view(&r->question), &r->messages);
    return report_add(&r->report, query);
}

/* Those that were named; without names all that look for faults and can be asked. */
static enum status add_queries(struct reporting *r, const char *const *names, size_t count)
{
    enum status status = ST_OK;
    for (size_t i = 0; status == ST_OK && i < count; i++)
        status = add_query(r, names[i], true);
    for (size_t i = 0; status == ST_OK && count == 0 && i < r->names.count; i++)
        status = add_query(r, r->names.names[i], false);
    return status;
}

static enum status check_values(const struct reporting *r, struct error *err)
{
    /* A parameter is for the queries that have it; one of them must. */
    for (size_t i = 0; i < r->settings.values.count; i++) {
        const struct saved_values one = {.values = {r->settings.values.values[i]}, .count = 1};
        enum status status = ST_INVALID;
        for (size_t q = 0; status != ST_OK && q < r->report.finding_count; q++)
            status = saved_values_check(r->report.findings[q].query, &one, err);
        if (status != ST_OK)
            return status;
    }
    return ST_OK;
}

static enum exit_status print(struct reporting *r, const struct report_head *head)
{
    struct buf out;
    buf_init(&out, OUT_MAX);
    if (r->settings.format == PRINT_TABLE)
        report_print_text(&r->report, head, &out);
    else if (r->settings.format == PRINT_HTML)
        report_print_html(&r->report, head, &out);
    else
        report_print_json(&r->report, head, &out);
    /* A time in which nothing at all was recorded is no good news: nobody may have recorded. */
    const bool is_empty = r->report.found_count == 0 && r->report.lookups > 0 &&
                          r->settings.is_quiet_if_empty && !r->messages.has_failure;
    if (!is_empty && buf_ok(&out))
        (void)fwrite(out.data, 1, out.len, r->line->out);
    if (!buf_ok(&out))
        message_failure(&r->messages, "the report is too large");
    buf_release(&out);
    if (r->messages.has_failure)
        return EXIT_SOURCE;
    return r->report.found_count > 0 && r->settings.wants_exit_code ? EXIT_NOTHING : EXIT_MATCHED;
}

static enum exit_status ask(struct reporting *r, const struct operands *operands)
{
    struct error err = {.status = ST_OK};
    struct question_fault fault;
    size_t count = 0;
    if (saved_names_list(r->settings.saved_folder, &r->names, &err) != ST_OK ||
        count_queries(r, operands, &count, &err) != ST_OK)
        return say_wrong(r, &err);
    if (question_init(&r->question, &r->settings, "*", &fault) != ST_OK)
        return say_wrong(r, &fault.other);
    if (report_init(&r->report, &r->settings, &r->question, &r->messages) != ST_OK ||
        add_queries(r, operands->words, count) != ST_OK)
        return EXIT_WRONG;
    if (check_values(r, &err) != ST_OK)
        return say_wrong(r, &err);
    const struct report_head head = {operands->words + count, operands->count - count};
    r->messages.failures = &r->failures;
    const struct survey_options options = {
        .question = &r->question, .messages = &r->messages, .timeout_s = r->settings.timeout_s};
    if (survey_open(&options, head.sources, head.source_count, &r->survey) != ST_OK)
        return EXIT_SOURCE;
    if (report_ask(&r->report, r->survey) != ST_OK)
        return EXIT_WRONG;
    return print(r, &head);
}

static void release(struct reporting *r)
{
    report_release(&r->report);
    survey_free(r->survey);
    question_release(&r->question);
    saved_names_release(&r->names);
    buf_release(&r->failures);
}

enum exit_status report_command(const struct command *command, const struct command_line *line)
{
    struct reporting r = {.line = line,
                          .messages = {.to = line->err, .stop = line->stop},
                          .settings = {.samples = SAMPLES}};
    struct operands operands = {.words = NULL};
    struct error err = {.status = ST_OK};
    enum exit_status exit_status = EXIT_WRONG;
    buf_init(&r.failures, OUT_MAX);
    enum status status = operands_init(&operands, line->word_count, line->words, &err);
    if (status == ST_OK)
        status = options_parse(command->options, &r.settings, &operands, &err);
    r.messages.is_quiet = r.settings.is_quiet;
    r.messages.progress = progress_begin(r.settings.is_quiet);
    if (r.settings.wants_help) {
        help_print(command, line->out);
        exit_status = EXIT_MATCHED;
    } else if (status != ST_OK) {
        message_failure(&r.messages, "%s", err.text);
    } else {
        exit_status = ask(&r, &operands);
    }
    release(&r);
    operands_release(&operands);
    return exit_status;
}
