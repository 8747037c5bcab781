#include "query/commands/tail_command.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/time_text.h"
#include "query/answers/explain.h"
#include "query/answers/tail_feed.h"
#include "query/answers/tail_printer.h"
#include "query/commands/help.h"
#include "query/questions/question.h"
#include "query/questions/settings.h"
#include "query/questions/time_range.h"
#include "query/records/messages.h"
#include "query/sources/source.h"

/* How often a server is asked, and how long lines are waited for, milliseconds. */
#define SERVER_PAUSE_MS 1000
#define LINE_PAUSE_MS   100

/* How far back a server is asked again: a lookup gets there when it has ended and its batch was
 * sent, later than it began. */
#define OVERLAP_NS (INT64_C(60) * NS_PER_S)

/* Where dnsightd writes when nobody says otherwise. */
#define LOG_DIRECTORY "/var/log/dnsight"

/* Rows of the first batch, and rows a second on a terminal. */
#define LINES 10
#define RATE  50

/* `--lines` was not given. */
#define NO_LINES (UINT64_MAX - 1)

/* One run of the command. */
struct tail {
    const struct command_line *line;
    struct settings settings;
    struct question question;
    const struct kql_node *tree;
    struct messages messages;
    struct tail_feed *feed;
    struct source *server; /* instead of the feed */
    struct matcher *matcher;
    struct tail_printer *printer;
    uint64_t lines;     /* that were read, */
    uint64_t bad_lines; /* and of them those that were left out */
    bool has_document;  /* one of them was a document */
};

static enum exit_status say_wrong(struct tail *t, const struct error *err)
{
    message_failure(&t->messages, "%s", err->text);
    return EXIT_WRONG;
}

static enum exit_status say_failure(struct tail *t, const struct error *err)
{
    message_failure(&t->messages, "%s", err->text);
    return EXIT_SOURCE;
}

static enum exit_status say_wrong_expression(struct tail *t, const struct kql_error *fault)
{
    question_say_fault(t->question.text, fault, t->settings.format != PRINT_TABLE, t->line->out,
                       t->line->err);
    return EXIT_WRONG;
}

/* --- Lines ------------------------------------------------------------------------------------ */

/* True if it cannot be a line of text: control characters are written otherwise in JSON. */
static bool is_binary(struct bytes line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.data[i] < ' ' && line.data[i] != '\t' && line.data[i] != '\r')
            return true;
    }
    return false;
}

/* Only the first bad line is said, the others are counted. */
static void note_bad_line(struct tail *t, const struct error *fault)
{
    if (t->bad_lines++ == 0)
        message_failure(&t->messages, "line %" PRIu64 " is left out: %s", t->lines, fault->text);
}

static enum status take_line(struct tail *t, struct bytes text, struct error *err)
{
    struct hit hit = {0};
    bool is_hit = false;
    struct error fault = {.status = ST_OK};
    t->lines++;
    if (text.len == 0)
        return ST_OK;
    if (!t->has_document && is_binary(text))
        return error_set(err, ST_UNSUPPORTED,
                         "what is to be followed is no NDJSON; dnsight query reads captures and "
                         "compressed files");
    const bool is_document = matcher_json(t->matcher, text, &is_hit, &hit, &fault) == ST_OK;
    t->has_document = t->has_document || is_document;
    if (!is_document)
        note_bad_line(t, &fault);
    else if (is_hit && !tail_printer_take(t->printer, &hit))
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    return ST_OK;
}

/* The lines that have come. Returns ST_OK, ST_END, or another status with *err. */
static enum status take_lines(struct tail *t, struct error *err)
{
    enum status status = ST_OK;
    while (status == ST_OK) {
        struct bytes text = {0};
        status = tail_feed_line(t->feed, &text, err);
        if (status == ST_OK)
            status = take_line(t, text, err);
    }
    return status == ST_NOT_FOUND ? ST_OK : status;
}

static enum exit_status follow_lines(struct tail *t)
{
    struct error err = {.status = ST_OK};
    enum status status = ST_OK;
    while (status == ST_OK && !messages_are_interrupted(&t->messages)) {
        status = take_lines(t, &err);
        if (status == ST_OK || status == ST_END) {
            const enum status flushed = tail_printer_flush(t->printer, status == ST_END, &err);
            status = flushed == ST_OK ? status : flushed;
        }
        if (status == ST_OK)
            tail_feed_wait(t->feed, LINE_PAUSE_MS);
    }
    if (t->bad_lines > 1)
        message_failure(&t->messages, "%" PRIu64 " lines were left out", t->bad_lines);
    if (status != ST_END && status != ST_OK)
        return say_failure(t, &err);
    if (t->messages.has_failure)
        return EXIT_SOURCE;
    return tail_printer_count(t->printer) > 0 ? EXIT_MATCHED : EXIT_NOTHING;
}

static enum exit_status open_feed(struct tail *t, const char *path)
{
    struct error err = {.status = ST_OK};
    struct kql_error fault = {.kind = KQL_ERROR_NONE};
    const struct field_names no_fields = {.count = 0};
    const struct matcher_options options = {
        .tree = t->tree,
        .kql = {.view = question_view(&t->question),
                .now_ns = t->question.now_ns,
                .time_zone = question_zone(&t->question)},
        .fields = &no_fields,
        .wants_json = true,
    };
    if (matcher_new(&options, &t->matcher, &fault) != ST_OK)
        return say_wrong_expression(t, &fault);
    if (tail_feed_open(path, &t->feed, &err) != ST_OK ||
        tail_printer_new(&t->settings, &t->question, options.kql.view, t->line->out, &t->printer) !=
            ST_OK)
        return say_failure(t, &err);
    return follow_lines(t);
}

/* --- A server --------------------------------------------------------------------------------- */

/* The expression from a time on, on an arena of its own. */
static enum status later_than(const struct tail *t, int64_t time_ns, struct arena *arena,
                              const struct kql_node **tree, struct error *err)
{
    struct buf text;
    buf_init(&text, 64);
    time_print(time_ns, 3, &text);
    const struct time_range range = {
        .since = buf_text(&text), .now_ns = t->question.now_ns, .zone = t->question.zone};
    const enum status status = time_range_apply(&range, arena, t->tree, tree, err);
    buf_release(&text);
    return status;
}

static enum status ask_server(struct tail *t, const struct data_view *view, struct error *err)
{
    const int64_t newest_ns = tail_printer_newest(t->printer);
    const bool is_first = newest_ns == INT64_MIN;
    const struct field_names no_fields = {.count = 0};
    struct arena arena;
    arena_init(&arena, (size_t)1024 * 1024);
    struct source_listener listener = {
        .take = tail_printer_take, .context = t->printer, .messages = &t->messages};
    struct source_request request = {
        .tree = t->tree,
        .view = t->question.has_no_view ? NULL : view,
        .time_zone = question_zone(&t->question),
        .fields = &no_fields,
        .wants_json = true,
        .limit = is_first ? t->settings.lines : UINT64_MAX,
    };
    enum status status = ST_OK;
    if (!is_first)
        status = later_than(t, newest_ns - OVERLAP_NS, &arena, &request.tree, err);
    if (status == ST_OK)
        status = t->server->kind->read(t->server, &request, &listener, err);
    arena_release(&arena);
    return status;
}

/* The newest lookups; those that began within the overlap before them are there already. */
static enum status begin_server(struct tail *t, const struct data_view *view, struct error *err)
{
    enum status status = ask_server(t, view, err);
    if (status == ST_OK)
        status = tail_printer_flush(t->printer, false, err);
    tail_printer_expect_repeats(t->printer, true);
    if (status == ST_OK)
        status = ask_server(t, view, err);
    tail_printer_expect_repeats(t->printer, false);
    return status;
}

/* Asks for what is new. A server that cannot answer now is asked again later; that it is away, and
 * that it is back, is said once. */
static enum status follow_on(struct tail *t, const struct data_view *view, struct error *err)
{
    bool is_away = false;
    enum status status = ST_OK;
    while (status == ST_OK && !messages_are_interrupted(&t->messages)) {
        status = ask_server(t, view, err);
        if (status == ST_OK)
            status = tail_printer_flush(t->printer, false, err);
        if (status == ST_UNREACHABLE && !is_away)
            message_note(&t->messages, "%s; asking again until it answers", err->text);
        else if (status == ST_OK && is_away)
            message_note(&t->messages, "the server answers again");
        is_away = status == ST_UNREACHABLE;
        if (is_away)
            status = ST_OK;
        if (status == ST_OK)
            (void)usleep(SERVER_PAUSE_MS * 1000);
    }
    return status;
}

static enum exit_status follow_server(struct tail *t)
{
    struct error err = {.status = ST_OK};
    const struct data_view *const own = t->server->kind->view(t->server);
    const struct data_view *const view =
        own == NULL || t->question.read_view != NULL ? question_view(&t->question) : own;
    if (tail_printer_new(&t->settings, &t->question, view, t->line->out, &t->printer) != ST_OK)
        return say_failure(t, &(struct error){.text = "memory is exhausted"});
    tail_printer_expect_repeats(t->printer, false);
    enum status status = begin_server(t, view, &err);
    if (status == ST_OK)
        status = follow_on(t, view, &err);
    const bool is_over = status == ST_OK || messages_are_interrupted(&t->messages);
    return is_over ? EXIT_MATCHED : say_failure(t, &err);
}

/* --- The command ------------------------------------------------------------------------------ */

static bool is_server(const char *word)
{
    return strncmp(word, "http://", 7) == 0 || strncmp(word, "https://", 8) == 0;
}

static bool is_source(const char *word)
{
    return strcmp(word, "-") == 0 || is_server(word) || access(word, F_OK) == 0;
}

static const char *default_source(void)
{
    const char *const url = getenv("ELASTICSEARCH_URL");
    const char *const folder = getenv("DNSIGHT_LOG_DIR");
    if (url != NULL && url[0] != '\0')
        return url;
    return folder == NULL || folder[0] == '\0' ? LOG_DIRECTORY : folder;
}

static void say_warning(void *context, const char *warning)
{
    message_note(context, "warning: %s", warning);
}

static enum exit_status follow(struct tail *t, const char *expression, const char *source)
{
    struct question_fault fault;
    struct error err = {.status = ST_OK};
    if (question_init(&t->question, &t->settings, expression, &fault) != ST_OK)
        return fault.kql.kind == KQL_ERROR_NONE ? say_wrong(t, &fault.other)
                                                : say_wrong_expression(t, &fault.kql);
    t->tree = t->question.tree;
    explain_warnings(&t->question, true, say_warning, &t->messages);
    /* What is on standard input was sent to be read. */
    if (t->settings.lines == NO_LINES)
        t->settings.lines = strcmp(source, "-") == 0 ? UINT64_MAX : LINES;
    if (!is_server(source))
        return open_feed(t, source);
    const struct source_patience patience = {.timeout_s = t->settings.timeout_s,
                                             .stop = t->messages.stop};
    if (source_open(source, &patience, &t->server, &err) != ST_OK)
        return say_failure(t, &err);
    return follow_server(t);
}

/* The expression and the source, either of which may be left out. */
static enum status read_operands(const struct operands *operands, const char **expression,
                                 const char **source, struct error *err)
{
    *expression = "*";
    *source = default_source();
    if (operands->count > 2)
        return error_set(err, ST_INVALID, "one expression and one source at most");
    if (operands->count == 2) {
        *expression = operands->words[0];
        *source = operands->words[1];
    } else if (operands->count == 1 && is_source(operands->words[0])) {
        *source = operands->words[0];
    } else if (operands->count == 1) {
        *expression = operands->words[0];
    }
    return ST_OK;
}

static void release(struct tail *t)
{
    tail_printer_free(t->printer);
    matcher_free(t->matcher);
    tail_feed_free(t->feed);
    source_close(t->server);
    question_release(&t->question);
}

enum exit_status tail_command(const struct command *command, const struct command_line *line)
{
    struct tail t = {.line = line,
                     .messages = {.to = line->err, .stop = line->stop},
                     .settings = {.lines = NO_LINES, .rate = RATE}};
    struct operands operands = {.words = NULL};
    struct error err = {.status = ST_OK};
    const char *expression = NULL;
    const char *source = NULL;
    enum exit_status exit_status = EXIT_WRONG;
    enum status status = operands_init(&operands, line->word_count, line->words, &err);
    if (status == ST_OK)
        status = options_parse(command->options, &t.settings, &operands, &err);
    if (status == ST_OK)
        status = read_operands(&operands, &expression, &source, &err);
    if (t.settings.wants_help) {
        help_print(command, line->out);
        exit_status = EXIT_MATCHED;
    } else if (status != ST_OK) {
        exit_status = say_wrong(&t, &err);
    } else {
        exit_status = follow(&t, expression, source);
    }
    release(&t);
    operands_release(&operands);
    return exit_status;
}
