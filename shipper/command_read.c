#include "shipper/command_read.h"

#include <stdio.h>

#include "core/base/progress.h"
#include "core/capture/capture_file.h"
#include "core/capture/input.h"
#include "shipper/common_options.h"
#include "shipper/shipping.h"

static const struct option ROWS[] = {COMMON_OPTION_ROWS};
static const struct option_table OPTIONS = {ROWS, ARRAY_LEN(ROWS)};

/* One run of the command. */
struct reading {
    const struct command_line *line;
    struct common_options options;
    struct shipping *shipping;
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
           "  --quiet                 no progress and no summary\n"
           "\n"
           "examples:\n"
           "  dnsightd read lookups.pcap > lookups.ndjson\n"
           "  dnsightd read --filter 'not lookup.result: answer' lookups.pcap\n"
           "  dnsightd read --output http://127.0.0.1:9200 lookups.pcap.gz\n";
}

static void complain(struct reading *reading, const struct error *error)
{
    progress_clear(&reading->progress);
    (void)fprintf(stderr, "dnsightd: %s\n", error->text);
}

static void show_progress(struct reading *reading, const struct input *input)
{
    if (!progress_is_due(&reading->progress))
        return;
    struct progress_state state = {
        .what = input_name(input),
        .lookups = shipping_counters(reading->shipping).lookups.documents,
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
            stored = shipping_finish(reading->shipping, err);
        is_first = false;
        if (stored == ST_OK)
            stored = shipping_frame(reading->shipping, &frame, err);
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
    if (reading->options.is_quiet)
        return;
    struct buf text;
    buf_init(&text, ERROR_TEXT_SIZE);
    shipping_summary(reading->shipping, &text);
    (void)fprintf(stderr, "dnsightd: %s\n", buf_text(&text));
    buf_release(&text);
}

static int read_all(struct reading *reading, const struct operands *files)
{
    struct error error = {.status = ST_OK};
    const struct shipping_options options = common_shipping_options(&reading->options);
    enum status status = shipping_open(&options, &reading->shipping, &error);
    if (status != ST_OK) {
        complain(reading, &error);
        return exit_status_of(status);
    }
    for (size_t i = 0; i < files->count && status == ST_OK; i++)
        status = read_file(reading, files->words[i], &error);
    if (status == ST_OK)
        status = shipping_finish(reading->shipping, &error);
    say_summary(reading);
    const enum status closed = shipping_close(reading->shipping, reading->options.is_quiet, &error);
    if (closed != ST_OK)
        status = closed;
    if (status != ST_OK && status != ST_REFUSED)
        complain(reading, &error);
    if (status != ST_OK)
        return exit_status_of(status);
    return reading->has_failed ? EXIT_FAILED : EXIT_DONE;
}

int command_read(const struct command_line *line)
{
    struct reading reading = {
        .line = line,
        .options = {.output = "-"},
        .last_ns = INT64_MIN,
    };
    struct error error = {.status = ST_OK};
    struct operands files = {.words = NULL};
    int exit_status = EXIT_USAGE;
    if (operands_init(&files, line->word_count, line->words, &error) != ST_OK ||
        options_parse(&OPTIONS, &reading.options, &files, &error) != ST_OK) {
        (void)fprintf(stderr, "dnsightd: read: %s\n", error.text);
    } else if (reading.options.wants_help) {
        (void)fputs(command_read_help(), stdout);
        exit_status = EXIT_DONE;
    } else if (files.count == 0) {
        (void)fputs("dnsightd: read: no file is named; see dnsightd read --help\n", stderr);
    } else {
        reading.progress = progress_begin(reading.options.is_quiet);
        exit_status = read_all(&reading, &files);
    }
    operands_release(&files);
    return exit_status;
}
