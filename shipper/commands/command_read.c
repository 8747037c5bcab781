#include "shipper/commands/command_read.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/base/progress.h"
#include "core/capture/input.h"
#include "core/capture/merged_captures.h"
#include "shipper/base/message.h"
#include "shipper/commands/command_config.h"
#include "shipper/output/message_lines.h"
#include "shipper/output/shipping.h"
#include "shipper/settings/common_options.h"
#include "shipper/settings/config.h"

/* What can be asked of a capture, besides what a configuration says. */
struct wishes {
    bool messages;
    bool checksums;
};

struct read_options {
    struct config given; /* the first member: see COMMON_OPTION_ROWS */
    struct wishes wishes;
};

static enum status set_messages(void *settings, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    ((struct read_options *)settings)->wishes.messages = true;
    return ST_OK;
}

static enum status set_checksums(void *settings, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    ((struct read_options *)settings)->wishes.checksums = true;
    return ST_OK;
}

static const struct option ROWS[] = {
    COMMON_OPTION_ROWS,
    {.name = "config",
     .value = "FILE",
     .help = "the configuration file",
     .letter = 'c',
     .set = command_set_config},
    {.name = "messages", .help = "every DNS message instead of lookups", .set = set_messages},
    {.name = "checksums", .help = "count wrong checksums", .set = set_checksums},
};
static const struct option_table OPTIONS = {ROWS, ARRAY_LEN(ROWS)};

/* One run of the command. */
struct reading {
    const struct command_line *line;
    struct wishes wishes;
    struct config config;
    struct shipping *shipping; /* one of the two is in use */
    struct message_lines *lines;
    struct progress progress;
    struct merged_captures *captures;
    bool is_incomplete; /* a file could not be read to its end */
    bool has_failed;    /* a file could not be read at all */
};

const char *command_read_help(void)
{
    return "usage: dnsightd read [OPTION...] FILE...\n"
           "\n"
           "Reads captures (pcap, pcapng, plain or .gz or .zst, - for standard input) and writes\n"
           "one JSON document a lookup. Several are merged by time.\n"
           "\n"
           "  -c, --config FILE       a configuration, for what becomes of documents; without "
           "this\n"
           "                          option none is read\n"
           "  --output -|DIR|URL      standard output (the default), a log directory, or\n"
           "                          Elasticsearch\n"
           "  --filter KQL            store only the lookups that match\n"
           "  --port N                another port that carries DNS besides 53; may be repeated\n"
           "  --any-port              DNS between any ports, recognised by its octets\n"
           "  --checksums             count the packets with a wrong checksum\n"
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
    message_say("%s", error->text);
}

/* --- What frames become: documents, or lines for their messages ----------------------------- */

static enum status sink_open(struct reading *reading, struct error *err)
{
    const struct common_options *const common = &reading->config.common;
    const struct wishes *const wishes = &reading->wishes;
    if (wishes->messages) {
        const struct message_lines_options lines = {
            .ports = common->ports,
            .port_count = common->port_count,
            .any_port = common->any_port,
            .counts_checksums = wishes->checksums,
        };
        return message_lines_open(&lines, &reading->lines, err);
    }
    struct shipping_options options = config_shipping(&reading->config);
    options.lookups.counts_checksums = wishes->checksums;
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
               : shipping_close(reading->shipping, reading->config.common.is_quiet, err);
}

/* --- Files ------------------------------------------------------------------------------------ */

static void show_progress(struct reading *reading)
{
    const struct input *const input = merged_captures_input(reading->captures);
    if (!progress_is_due(&reading->progress) || input == NULL)
        return;
    struct progress_state state = {
        .what = input_name(input),
        .lookups = sink_count(reading),
    };
    input_progress(input, &state.done, &state.total);
    progress_show(&reading->progress, &state);
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

/* Makes the file one of the captures, or says why it cannot be. */
static void add_file(struct reading *reading, const char *path)
{
    struct input *input = NULL;
    struct error error = {.status = ST_OK};
    enum status status = input_open_until(path, reading->line->stop, &input, &error);
    if (status == ST_OK && input_kind(input) == INPUT_CAPTURE) {
        status = merged_captures_add(reading->captures, input, &error);
    } else if (status == ST_OK) {
        status = not_a_capture(input, &error);
        input_close(input);
    }
    if (status == ST_OK)
        return;
    complain(reading, &error);
    if (status == ST_TRUNCATED)
        reading->is_incomplete = true;
    else
        reading->has_failed = true;
}

/* Takes the frames of all captures. Returns ST_OK, or the failure of the output; what is wrong with
 * a file itself has been said. */
static enum status read_frames(struct reading *reading, struct error *err)
{
    while (*reading->line->stop == 0) {
        const struct frame *frame = NULL;
        enum status status = merged_captures_next(reading->captures, &frame, err);
        if (status == ST_END)
            break;
        if (status != ST_OK) {
            complain(reading, err);
            reading->is_incomplete = true;
            continue;
        }
        status = sink_frame(reading, frame, err);
        if (status != ST_OK)
            return status;
        show_progress(reading);
    }
    return ST_OK;
}

static void say_repeated(struct reading *reading)
{
    const uint64_t repeated = merged_captures_repeated(reading->captures);
    if (repeated == 0 || reading->config.common.is_quiet)
        return;
    progress_clear(&reading->progress);
    message_say("%" PRIu64 " packets are in more than one capture; each counts once", repeated);
}

static enum status read_files(struct reading *reading, const struct operands *files,
                              struct error *err)
{
    enum status status = merged_captures_new(&reading->captures, err);
    if (status != ST_OK)
        return status;
    for (size_t i = 0; i < files->count && *reading->line->stop == 0; i++)
        add_file(reading, files->words[i]);
    status = read_frames(reading, err);
    say_repeated(reading);
    merged_captures_free(reading->captures);
    reading->captures = NULL;
    return status == ST_OK ? sink_finish(reading, err) : status;
}

static void say_summary(struct reading *reading)
{
    progress_clear(&reading->progress);
    if (reading->config.common.is_quiet)
        return;
    struct buf text;
    buf_init(&text, ERROR_TEXT_SIZE);
    sink_summary(reading, &text);
    message_say("%s", buf_text(&text));
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
    if (!reading->config.common.is_quiet)
        command_say_filter(&reading->config);
    status = read_files(reading, files, &error);
    if (status == ST_OK)
        say_summary(reading);
    const enum status closed = sink_close(reading, &error);
    if (closed != ST_OK)
        status = closed;
    if (status != ST_OK && status != ST_REFUSED)
        complain(reading, &error);
    if (status != ST_OK)
        return exit_status_of(status);
    if (*reading->line->stop != 0) {
        message_say("interrupted: the input was not read to its end");
        return EXIT_INTERRUPTED;
    }
    if (reading->has_failed)
        return EXIT_FAILED;
    return reading->is_incomplete ? EXIT_PARTLY : EXIT_DONE;
}

/* Messages are not filtered, stored, or given what documents have. */
static enum status check_options(const struct read_options *options, struct error *err)
{
    const struct common_options *const common = &options->given.common;
    if (!options->wishes.messages ||
        (common->filter == NULL && common->output == NULL && common->host == NULL &&
         common->search_domain_count == 0 && common->internal_domain_count == 0 &&
         options->given.path == NULL))
        return ST_OK;
    return error_set(err, ST_INVALID,
                     "--messages goes with --port, --any-port, --checksums and --quiet only");
}

/* A capture says nothing about this machine: only a configuration that is named is read, and
 * documents go to standard output. */
static enum status configure(struct config *config, struct config *given)
{
    if (given->path != NULL)
        return command_load_config(config, given);
    if (given->common.output == NULL)
        given->common.output = "-";
    config_init(config);
    config_finish(config, given);
    return ST_OK;
}

static int read_with(const struct command_line *line, struct read_options *options,
                     const struct operands *files)
{
    struct reading reading = {.line = line, .wishes = options->wishes};
    const enum status status = configure(&reading.config, &options->given);
    int exit_status = exit_status_of(status);
    if (status == ST_OK) {
        reading.progress = progress_begin(reading.config.common.is_quiet);
        exit_status = read_all(&reading, files);
    }
    config_release(&reading.config);
    return exit_status;
}

int command_read(const struct command_line *line)
{
    struct read_options options = {.wishes = {.messages = false}};
    struct error error = {.status = ST_OK};
    struct operands files = {.words = NULL};
    int exit_status = EXIT_USAGE;
    config_init(&options.given);
    if (operands_init(&files, line->word_count, line->words, &error) != ST_OK ||
        options_parse(&OPTIONS, &options, &files, &error) != ST_OK ||
        check_options(&options, &error) != ST_OK) {
        message_say("read: %s", error.text);
    } else if (options.given.common.wants_help) {
        (void)fputs(command_read_help(), stdout);
        exit_status = EXIT_DONE;
    } else if (files.count == 0) {
        message_say("read: no file is named; see dnsightd read --help");
    } else {
        exit_status = read_with(line, &options, &files);
    }
    operands_release(&files);
    config_release(&options.given);
    return exit_status;
}
