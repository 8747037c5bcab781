#include "query/query_command.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/macros.h"
#include "query/capture_reader.h"
#include "query/collector.h"
#include "query/explain.h"
#include "query/file_source.h"
#include "query/help.h"
#include "query/matcher.h"
#include "query/messages.h"
#include "query/question.h"
#include "query/settings.h"
#include "query/source.h"
#include "query/terminal.h"
#include "query/time_range.h"

/* Where dnsightd writes when nobody says otherwise. */
#define LOG_DIRECTORY "/var/log/dnsight"

/* Lookups on a terminal when no limit is given. */
#define TERMINAL_LIMIT 100

/* Octets of an explanation. */
#define EXPLANATION_MAX ((size_t)64 * 1024 * 1024)

/* One run of the command. */
struct query {
    const struct command_line *line;
    struct settings settings;
    struct question question;
    const struct kql_node *tree; /* the expression within the range of time */
    struct messages messages;
    struct source **sources; /* owned: those that could be opened */
    size_t source_count;
    struct collector *collector;
    struct matcher *matcher; /* of local sources; NULL until one needs it */
    struct capture_reader *captures;
    struct source_listener listener;
    bool is_wrong; /* a server refused the expression */
};

static enum exit_status say_wrong(struct query *q, const struct error *err)
{
    message_failure(&q->messages, "%s", err->text);
    return EXIT_WRONG;
}

static enum exit_status say_wrong_expression(struct query *q, const struct kql_error *fault)
{
    const enum printer_format format = q->settings.format;
    const bool as_json = format == PRINT_JSON || format == PRINT_NDJSON;
    question_say_fault(q->question.text, fault, as_json, q->line->out, q->line->err);
    return EXIT_WRONG;
}

static enum exit_status say_explanation(struct query *q)
{
    struct buf text;
    buf_init(&text, EXPLANATION_MAX);
    struct kql_error fault = {.kind = KQL_ERROR_NONE};
    enum exit_status exit_status = EXIT_MATCHED;
    const enum status status = explain(&q->question, &text, &fault);
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

static void open_source(struct query *q, const char *name)
{
    struct error err = {.status = ST_OK};
    if (source_open(name, &q->sources[q->source_count], &err) == ST_OK)
        q->source_count++;
    else
        message_failure(&q->messages, "%s", err.text);
}

/* Without a source: the server that the environment names, else the log directory. */
static void open_default(struct query *q)
{
    const char *const url = getenv("ELASTICSEARCH_URL");
    if (url != NULL && url[0] != '\0') {
        open_source(q, url);
        return;
    }
    const char *folder = getenv("DNSIGHT_LOG_DIR");
    if (folder == NULL || folder[0] == '\0')
        folder = LOG_DIRECTORY;
    struct error err = {.status = ST_OK};
    if (directory_source_open(folder, &q->sources[0], &err) == ST_OK)
        q->source_count++;
    else
        message_failure(&q->messages,
                        "no source is named and ELASTICSEARCH_URL is not set, so the log directory "
                        "was looked at: %s",
                        err.text);
}

static enum status open_sources(struct query *q, const struct operands *operands)
{
    q->sources = calloc(operands->count + 1, sizeof(struct source *));
    if (q->sources == NULL)
        return ST_NO_MEMORY;
    for (size_t i = 1; i < operands->count; i++)
        open_source(q, operands->words[i]);
    if (operands->count == 1)
        open_default(q);
    return ST_OK;
}

/* The data view of a source's documents. */
static const struct data_view *view_of(const struct query *q, const struct source *source)
{
    const struct data_view *const own = source->kind->view(source);
    return own == NULL || q->question.read_view != NULL ? question_view(&q->question) : own;
}

/* A name must be known to one of the sources. */
static enum status check_name(const struct query *q, const char *option, struct bytes name,
                              struct error *err)
{
    enum status status = ST_OK;
    for (size_t i = 0; i < q->source_count; i++) {
        status = field_check(view_of(q, q->sources[i]), name, err);
        if (status == ST_OK)
            return ST_OK;
    }
    if (status != ST_OK)
        error_prefix(err, "%s", option);
    return status;
}

static enum status check_names(const struct query *q, struct error *err)
{
    const struct settings *const settings = &q->settings;
    enum status status = ST_OK;
    for (size_t i = 0; status == ST_OK && i < settings->fields.count; i++)
        status = check_name(q, "--fields", settings->fields.names[i], err);
    for (size_t i = 0; status == ST_OK && i < settings->by.count; i++)
        status = check_name(q, "--by", settings->by.names[i], err);
    if (status == ST_OK && settings->order.field.len > 0)
        status = check_name(q, "--sort", settings->order.field, err);
    return status;
}

static uint64_t limit_of(const struct query *q)
{
    if (q->settings.has_limit)
        return q->settings.limit;
    return terminal_width(q->line->out) > 0 ? TERMINAL_LIMIT : UINT64_MAX;
}

static enum status make_collector(struct query *q, struct error *err)
{
    const bool has_groups = q->settings.by.count > 0;
    const struct collector_options options = {
        .settings = &q->settings,
        .printer = {.format = q->settings.format,
                    .fields = has_groups ? &q->settings.by : &q->settings.fields,
                    .zone = q->question.zone,
                    .zone_name = question_zone_shown(&q->question),
                    .width = terminal_width(q->line->out),
                    .has_colour = terminal_has_colour(q->line->out, q->settings.colour)},
        .limit = limit_of(q),
        .to = q->line->out,
    };
    const enum status status = collector_new(&options, &q->collector, err);
    q->listener.context = q->collector;
    return status;
}

/* What local sources share: the compiled expression, and the pairing of all captures. */
static enum status make_matcher(struct query *q, struct kql_error *fault, struct error *err)
{
    const struct matcher_options options = {
        .tree = q->tree,
        .kql = {.view = question_view(&q->question),
                .now_ns = q->question.now_ns,
                .time_zone = question_zone(&q->question)},
        .fields = collector_fields(q->collector),
        .wants_json = collector_wants_json(q->collector),
    };
    const enum status status = matcher_new(&options, &q->matcher, fault);
    if (status != ST_OK)
        return error_set(err, status, "%s", status_text(status));
    return capture_reader_new(q->matcher, &q->listener, &q->captures, err);
}

static enum status prepare(struct query *q, struct kql_error *fault, struct error *err)
{
    enum status status = check_names(q, err);
    if (status == ST_OK)
        status = make_collector(q, err);
    bool needs_matcher = false;
    for (size_t i = 0; i < q->source_count; i++)
        needs_matcher = needs_matcher || q->sources[i]->kind->needs_matcher;
    if (status == ST_OK && needs_matcher && q->question.has_no_view)
        status = error_set(err, ST_INVALID,
                           "--data-view none: files have no mapping that could take its place; it "
                           "is for servers and for translate");
    if (status == ST_OK && needs_matcher)
        status = make_matcher(q, fault, err);
    return status;
}

/* Of what a server refuses: the fault in the expression, if we can find it, with its place. */
static bool find_fault(struct query *q, const struct data_view *view, struct kql_error *fault)
{
    const struct kql_options options = {
        .view = view, .now_ns = q->question.now_ns, .time_zone = question_zone(&q->question)};
    const struct kql_program *program = NULL;
    const enum status status =
        kql_compile(q->question.tree, &options, &q->question.arena, &program, fault);
    return status == ST_INVALID;
}

static void say_source_failure(struct query *q, const struct source *source, enum status status,
                               const struct error *err)
{
    struct kql_error fault = {.kind = KQL_ERROR_NONE};
    const bool is_refused = status == ST_REFUSED || status == ST_INVALID;
    const bool is_server = !source->kind->needs_matcher;
    if (is_refused && is_server && !q->question.has_no_view &&
        find_fault(q, view_of(q, source), &fault)) {
        (void)say_wrong_expression(q, &fault);
        q->is_wrong = true;
    } else {
        message_failure(&q->messages, "%s", err->text);
        q->is_wrong = q->is_wrong || status == ST_INVALID;
    }
}

static void read_source(struct query *q, struct source *source)
{
    const struct data_view *const view = view_of(q, source);
    const struct source_request request = {
        .tree = q->tree,
        .view = q->question.has_no_view ? NULL : view,
        .time_zone = question_zone(&q->question),
        .matcher = q->matcher,
        .captures = q->captures,
        .fields = collector_fields(q->collector),
        .wants_json = collector_wants_json(q->collector),
        .wants_count = q->settings.wants_count,
        .order = q->settings.order,
        .limit = q->settings.by.count > 0 ? UINT64_MAX : limit_of(q),
    };
    struct error err = {.status = ST_OK};
    enum status status = collector_begin(q->collector, view, &err);
    if (status == ST_OK)
        status = source->kind->read(source, &request, &q->listener, &err);
    if (status != ST_OK)
        say_source_failure(q, source, status, &err);
}

/* Reads the captures among the sources: as one, once all of them are known. */
static void read_captures(struct query *q)
{
    struct error err = {.status = ST_OK};
    if (collector_begin(q->collector, question_view(&q->question), &err) == ST_OK)
        capture_reader_read(q->captures);
    else
        message_failure(&q->messages, "%s", err.text);
}

/* What is not on standard output although it matched. */
static void say_left_out(struct query *q, const struct collector_totals *totals)
{
    const uint64_t matched = q->listener.matched;
    if (totals->left_out > 0)
        message_note(&q->messages,
                     "%" PRIu64 " lookups are in none of the groups: there are too many",
                     totals->left_out);
    if (q->settings.wants_count && q->settings.has_limit)
        message_note(&q->messages, "--limit does not change what --count counts");
    if (totals->groups > totals->printed)
        message_note(&q->messages,
                     "the first %" PRIu64 " of %" PRIu64 " groups; --limit shows more",
                     totals->printed, totals->groups);
    if (q->settings.by.count > 0 || q->settings.wants_count || matched <= totals->printed)
        return;
    const char *const which = q->settings.order.field.len > 0 ? "first" : "newest";
    message_note(&q->messages, "the %s %" PRIu64 " of %" PRIu64 " lookups; --limit shows more",
                 which, totals->printed, matched);
}

static void say_warning(void *context, const char *warning)
{
    message_note(context, "warning: %s", warning);
}

static void say_nothing_matched(struct query *q)
{
    if (terminal_width(q->line->out) > 0 && !q->settings.wants_count)
        message_note(&q->messages, "nothing matched");
    explain_warnings(&q->question, say_warning, &q->messages);
}

static enum exit_status run(struct query *q)
{
    struct error err = {.status = ST_OK};
    struct kql_error fault = {.kind = KQL_ERROR_NONE};
    if (q->source_count == 0)
        return EXIT_SOURCE;
    if (prepare(q, &fault, &err) != ST_OK)
        return fault.kind == KQL_ERROR_NONE ? say_wrong(q, &err) : say_wrong_expression(q, &fault);
    for (size_t i = 0; i < q->source_count && !q->listener.is_stopped; i++)
        read_source(q, q->sources[i]);
    if (q->captures != NULL && !q->listener.is_stopped)
        read_captures(q);
    progress_clear(&q->messages.progress);
    if (q->is_wrong)
        return EXIT_WRONG;
    struct collector_totals totals;
    if (collector_finish(q->collector, q->listener.matched, &totals, &err) != ST_OK)
        message_failure(&q->messages, "%s", err.text);
    else
        say_left_out(q, &totals);
    if (q->messages.has_failure)
        return EXIT_SOURCE;
    if (q->listener.matched > 0)
        return EXIT_MATCHED;
    say_nothing_matched(q);
    return EXIT_NOTHING;
}

static enum exit_status ask(struct query *q, const struct operands *operands)
{
    struct question_fault fault;
    if (question_init(&q->question, &q->settings, operands->words[0], &fault) != ST_OK)
        return fault.kql.kind == KQL_ERROR_NONE ? say_wrong(q, &fault.other)
                                                : say_wrong_expression(q, &fault.kql);
    const struct time_range range = {.since = q->settings.since,
                                     .until = q->settings.until,
                                     .now_ns = q->question.now_ns,
                                     .zone = q->question.zone};
    struct error err = {.status = ST_OK};
    if (time_range_apply(&range, &q->question.arena, q->question.tree, &q->tree, &err) != ST_OK)
        return say_wrong(q, &err);
    if (q->settings.wants_explanation)
        return say_explanation(q);
    if (open_sources(q, operands) != ST_OK) {
        message_failure(&q->messages, "memory is exhausted");
        return EXIT_SOURCE;
    }
    return run(q);
}

static void release(struct query *q)
{
    capture_reader_free(q->captures);
    matcher_free(q->matcher);
    collector_free(q->collector);
    for (size_t i = 0; i < q->source_count; i++)
        source_close(q->sources[i]);
    free(q->sources);
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

/* Options that contradict each other. */
static enum status check_settings(const struct settings *settings, struct error *err)
{
    if (settings->wants_count && settings->by.count > 0)
        return error_set(err, ST_INVALID, "--count and --by exclude each other");
    if (settings->by.count > 0 && settings->order.field.len > 0)
        return error_set(err, ST_INVALID, "--by has its own order, --sort cannot change it");
    if (settings->by.count > 0 && settings->fields.count > 0)
        return error_set(err, ST_INVALID, "--by and --fields exclude each other");
    return ST_OK;
}

enum exit_status query_command(const struct command *command, const struct command_line *line)
{
    struct query q = {.line = line, .messages = {.to = line->err}};
    q.listener = (struct source_listener){.take = collector_take, .messages = &q.messages};
    struct operands operands = {.words = NULL};
    struct error err = {.status = ST_OK};
    enum exit_status exit_status = EXIT_WRONG;
    if (operands_init(&operands, line->word_count, line->words, &err) == ST_OK &&
        options_parse(command->options, &q.settings, &operands, &err) == ST_OK &&
        check_settings(&q.settings, &err) == ST_OK)
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
