#include "shipper/command_read.h"

#include <stdio.h>

#include "core/base/progress.h"
#include "core/capture/capture_file.h"
#include "core/capture/input.h"
#include "shipper/common_options.h"
#include "shipper/message_lines.h"
#include "shipper/shipping.h"

struct read_options {
    struct common_options common; /* the first member: see COMMON_OPTION_ROWS */
    bool wants_messages;
};

static enum status set_messages(void *settings, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    ((struct read_options *)settings)->wants_messages = true;
    return ST_OK;
}

static const struct option ROWS[] = {
    COMMON_OPTION_ROWS,
    {.name = "messages", .help = "every DNS message instead of lookups", .set = set_messages},
};
static const struct option_table OPTIONS = {ROWS, ARRAY_LEN(ROWS)};

/* One run of the command. */
struct reading {
    const struct command_line *line;
    struct read_options options;
    struct shipping *shipping; /* one of the two is in use */
    struct message_lines *lines;
    struct progress progress;
    int64_t last_ns; /* packet time of the frame before; INT64_MIN before the first */
    bool has_failed; /* a file could not be read to its end */
};

const char *command_read_help(void)
{
    return "usage: dnsightd read [OPTION...] FILE...\n"
           "\n"
           "Reads captures (pcap, pcapng, plain or .gz or .zst, - for standard input) and writes\n"
           "one JSON document a lookup.\n"
           "\n"
           "  --output -|DIR|URL      standard output (the default), a log directory, or\n"
           "                          Elasticsearch\n"
           "  --filter KQL            store only the lookups that match\n"
           "  --port N                another port that carries DNS besides 53; may be repeated\n"
           "  --host NAME             the machine that captured (host.name)\n"
           "  --search-domain NAME    a suffix of the resolvers' search lists; may be repeated\n"
           "  --internal-domain NAME  names below it are internal; may be repeated\n"
           "  --messages              every DNS message, not paired, instead of lookups: one JSON\n"
           "                          object a message on standard output\n"
           "  --quiet                 no progress and no summary\n"
           "\n"
           "examples:\n"
           "  dnsightd read lookups.pcap > lookups.ndjson\n"
           "  dnsightd read --filter 'not lookup.result: answer' lookups.pcap\n"
           "  dnsightd read --output http://127.0.0.1:9200 lookups.pcap.gz\n"
           "  dnsightd read --messages lookups.pcap\n";
}

static void complain(struct reading *reading, const struct error *error)
{
    progress_clear(&reading->progress);
    (void)fprintf(stderr, "dnsightd: %s\n", error->text);
}

/* --- What frames become: documents, or lines for their messages ----------------------------- */

static enum status sink_open(struct reading *reading, struct error *err)
{
    const struct common_options *const common = &reading->options.common;
    if (reading->options.wants_messages)
        return message_lines_open(common->ports, common->port_count, &reading->lines, err);
    const struct shipping_options options = common_shipping_options(common);
    return shipping_open(&options, &reading->shipping, err);
}

static enum status sink_frame(struct reading *reading, const struct frame *frame, struct error *err)
{
    return reading->lines != NULL ? message_lines_frame(reading->lines, frame, err)
                                  : shipping_frame(reading->shipping, frame, err);
}

static enum status sink_finish(struct reading *reading, struct error *err)
{
    return reading->lines != NULL ? message_lines_finish(reading->lines, err)
                                  : shipping_finish(reading->shipping, err);
}

static uint64_t sink_count(const struct reading *reading)
{
    return reading->lines != NULL ? message_lines_count(reading->lines)
                                  : shipping_counters(reading->shipping).lookups.documents;
}

static void sink_summary(const struct reading *reading, struct buf *out)
{
    if (reading->lines != NULL)
        message_lines_summary(reading->lines, out);
    else
        shipping_summary(reading->shipping, out);
}

static enum status sink_close(struct reading *reading, struct error *err)
{
    return reading->lines != NULL
               ? message_lines_close(reading->lines, err)
               : shipping_close(reading->shipping, reading->options.common.is_quiet, err);
}

/* --- Files ------------------------------------------------------------------------------------ */

static void show_progress(struct reading *reading, const struct input *input)
{
    if (!progress_is_due(&reading->progress))
        return;
    struct progress_state state = {
        .what = input_name(input),
        .lookups = sink_count(reading),
    };
    input_progress(input, &state.done, &state.total);
    progress_show(&reading->progress, &state);
}

/* Takes all frames of one file. Returns ST_OK, or the failure of the output; what is wrong with
 * the file itself has been said. */
static enum status read_frames(struct reading *reading, struct input *input,
                               struct capture_file *file, struct error *err)
{
    bool is_first = true;
    while (*reading->line->stop == 0) {
        struct frame frame;
        const enum status status = capture_file_next(file, &frame, err);
        if (status == ST_END)
            return ST_OK;
        if (status != ST_OK) {
            complain(reading, err);
            reading->has_failed = true;
            return ST_OK;
        }
        /* A file that starts before the last one ended is no continuation of it. */
        enum status stored = ST_OK;
        if (is_first && frame.time_ns < reading->last_ns)
            stored = sink_finish(reading, err);
        is_first = false;
        if (stored == ST_OK)
            stored = sink_frame(reading, &frame, err);
        if (stored != ST_OK)
            return stored;
        reading->last_ns = frame.time_ns;
        show_progress(reading, input);
    }
    return ST_OK;
}

static enum status not_a_capture(const struct input *input, struct error *err)
{
    if (input_kind(input) == INPUT_EMPTY)
        return error_set(err, ST_MALFORMED, "%s is empty, there is nothing to read",
                         input_name(input));
    if (input_kind(input) == INPUT_JSON)
        return error_set(err, ST_UNSUPPORTED,
                         "%s holds documents already; ask about them with dnsight query",
                         input_name(input));
    return error_set(err, ST_UNSUPPORTED,
                     "%s is neither a pcap nor a pcapng capture (looked at its first octets)",
                     input_name(input));
}

/* Reads one file. Returns as read_frames. */
static enum status read_file(struct reading *reading, const char *path, struct error *err)
{
    struct input *input = NULL;
    struct capture_file *file = NULL;
    enum status status = input_open(path, &input, err);
    if (status == ST_OK && input_kind(input) != INPUT_CAPTURE)
        status = not_a_capture(input, err);
    else if (status == ST_OK)
        status = capture_file_open(input, &file, err);
    if (status != ST_OK) {
        complain(reading, err);
        reading->has_failed = true;
        status = ST_OK;
    } else {
        status = read_frames(reading, input, file, err);
    }
    capture_file_close(file);
    input_close(input);
    return status;
}

static void say_summary(struct reading *reading)
{
    progress_clear(&reading->progress);
    if (reading->options.common.is_quiet)
        return;
    struct buf text;
    buf_init(&text, ERROR_TEXT_SIZE);
    sink_summary(reading, &text);
    (void)fprintf(stderr, "dnsightd: %s\n", buf_text(&text));
    buf_release(&text);
}

static int read_all(struct reading *reading, const struct operands *files)
{
    struct error error = {.status = ST_OK};
    enum status status = sink_open(reading, &error);
    if (status != ST_OK) {
        complain(reading, &error);
        return exit_status_of(status);
    }
    for (size_t i = 0; i < files->count && status == ST_OK; i++)
        status = read_file(reading, files->words[i], &error);
    if (status == ST_OK)
        status = sink_finish(reading, &error);
    say_summary(reading);
    const enum status closed = sink_close(reading, &error);
    if (closed != ST_OK)
        status = closed;
    if (status != ST_OK && status != ST_REFUSED)
        complain(reading, &error);
    if (status != ST_OK)
        return exit_status_of(status);
    return reading->has_failed ? EXIT_FAILED : EXIT_DONE;
}

/* Messages are not filtered, stored, or given what documents have. */
static enum status check_options(const struct read_options *options, struct error *err)
{
    const struct common_options *const common = &options->common;
    if (!options->wants_messages ||
        (common->filter == NULL && common->output == NULL && common->host == NULL &&
         common->search_domain_count == 0 && common->internal_domain_count == 0))
        return ST_OK;
    return error_set(err, ST_INVALID, "--messages goes with --port and --quiet only");
}

int command_read(const struct command_line *line)
{
    struct reading reading = {
        .line = line,
        .last_ns = INT64_MIN,
    };
    struct error error = {.status = ST_OK};
    struct operands files = {.words = NULL};
    int exit_status = EXIT_USAGE;
    if (operands_init(&files, line->word_count, line->words, &error) != ST_OK ||
        options_parse(&OPTIONS, &reading.options, &files, &error) != ST_OK ||
        check_options(&reading.options, &error) != ST_OK) {
        (void)fprintf(stderr, "dnsightd: read: %s\n", error.text);
    } else if (reading.options.common.wants_help) {
        (void)fputs(command_read_help(), stdout);
        exit_status = EXIT_DONE;
    } else if (files.count == 0) {
        (void)fputs("dnsightd: read: no file is named; see dnsightd read --help\n", stderr);
    } else {
        if (reading.options.common.output == NULL)
            reading.options.common.output = "-";
        reading.progress = progress_begin(reading.options.common.is_quiet);
        exit_status = read_all(&reading, &files);
    }
    operands_release(&files);
    return exit_status;
}
