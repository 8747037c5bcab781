#include "shipper/command_run.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/time_text.h"
#include "shipper/common_options.h"
#include "shipper/live_capture.h"
#include "shipper/message.h"
#include "shipper/privileges.h"
#include "shipper/shipping.h"

/* Interfaces captured at once. */
#define INTERFACES_MAX 16

/* Where lookups are kept when nothing else is said; DNSIGHT_LOG_DIR overrides it. */
#define LOG_DIRECTORY "/var/log/dnsight"

/* How long the loop sleeps when no packet comes. */
#define POLL_MS 100
/* Time between two hand-overs of waiting documents. */
#define FLUSH_NS (NS_PER_S / 2)
/* The clock runs ahead of packets that are still in the kernel's buffer by less than this. */
#define LAG_NS (NS_PER_S / 2)
/* Readings of one interface when the program stops: some 250,000 packets. */
#define REST_ROUNDS 64
/* Time between two lines of figures. */
#define FIGURES_NS (30 * NS_PER_S)

struct run_settings {
    struct common_options common; /* first: the rows of common_options.h write to it */
    const char *interfaces[INTERFACES_MAX];
    size_t interface_count;
};

struct running {
    const struct command_line *line;
    struct run_settings settings;
    char host[256];
    struct shipping *shipping;
    struct live_capture *captures[INTERFACES_MAX];
    size_t capture_count;
    int64_t last_flush_ns;
    int64_t last_figures_ns;
    struct error error;
};

static enum status set_interface(void *settings, const char *value, struct error *err)
{
    struct run_settings *const run = settings;
    if (value[0] == '\0')
        return error_set(err, ST_INVALID, "an interface has a name");
    if (run->interface_count == INTERFACES_MAX)
        return error_set(err, ST_INVALID, "more than %d interfaces", INTERFACES_MAX);
    run->interfaces[run->interface_count++] = value;
    return ST_OK;
}

static const struct option ROWS[] = {
    {.name = "interface",
     .value = "IFACE",
     .help = "an interface to capture on; may be repeated",
     .letter = 'i',
     .set = set_interface},
    COMMON_OPTION_ROWS,
};
static const struct option_table OPTIONS = {ROWS, ARRAY_LEN(ROWS)};

const char *command_run_help(void)
{
    return "usage: dnsightd run [-i IFACE]... [OPTION...]\n"
           "\n"
           "Records the lookups that pass on the interfaces until SIGTERM or SIGINT.\n"
           "\n"
           "  -i, --interface IFACE   an interface to capture on; may be repeated (default: any)\n"
           "  --output DIR|URL|-      a log directory (default: $DNSIGHT_LOG_DIR, else\n"
           "                          " LOG_DIRECTORY "), Elasticsearch, or standard output\n"
           "  --filter KQL            store only the lookups that match\n"
           "  --port N                another port that carries DNS besides 53; may be repeated\n"
           "  --host NAME             the name of this machine (default: its host name)\n"
           "  --search-domain NAME    a suffix of the resolvers' search lists; may be repeated\n"
           "  --internal-domain NAME  names below it are internal; may be repeated\n"
           "  --quiet                 no figures\n"
           "\n"
           "examples:\n"
           "  dnsightd run -i eth0\n"
           "  dnsightd run -i eth0 -i lo --output /tmp/lookups\n"
           "  dnsightd run -i eth0 --output - | dnsight query 'lookup.result: servfail' -\n";
}

static int64_t wall_clock_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void say_figures(struct running *running, const char *what)
{
    uint64_t drops = 0;
    for (size_t i = 0; i < running->capture_count; i++)
        drops += live_capture_drops(running->captures[i]);
    struct buf text;
    buf_init(&text, ERROR_TEXT_SIZE);
    shipping_summary(running->shipping, &text);
    message_say("%s: %s; dropped by the kernel: %" PRIu64, what, buf_text(&text), drops);
    buf_release(&text);
}

static enum status take_frame(void *context, const struct frame *frame)
{
    struct running *const running = context;
    return shipping_frame(running->shipping, frame, &running->error);
}

static enum status open_captures(struct running *running, struct error *err)
{
    struct run_settings *const settings = &running->settings;
    if (settings->interface_count == 0)
        settings->interfaces[settings->interface_count++] = "any";
    for (size_t i = 0; i < settings->interface_count; i++) {
        const struct live_capture_options options = {
            .interface = settings->interfaces[i],
            .ports = settings->common.port_count == 0 ? NULL : settings->common.ports,
            .port_count = settings->common.port_count,
            .index = (uint32_t)i,
        };
        const enum status status = live_capture_open(&options, &running->captures[i], err);
        if (status != ST_OK)
            return status;
        running->capture_count++;
    }
    return ST_OK;
}

static enum status open_all(struct running *running, struct error *err)
{
    struct common_options *const common = &running->settings.common;
    const char *const log_directory = getenv("DNSIGHT_LOG_DIR");
    if (common->output == NULL)
        common->output = log_directory != NULL ? log_directory : LOG_DIRECTORY;
    if (common->host == NULL && gethostname(running->host, sizeof running->host - 1) == 0)
        common->host = running->host;
    enum status status = open_captures(running, err);
    if (status != ST_OK)
        return status;
    struct shipping_options options = common_shipping_options(common);
    if (running->capture_count == 1 && strcmp(running->settings.interfaces[0], "any") != 0)
        options.lookups.build.interface_name = running->settings.interfaces[0];
    status = shipping_open(&options, &running->shipping, err);
    return status != ST_OK ? status : privileges_drop(err);
}

/* What is due by the clock: timeouts, hand-over, figures. */
static enum status keep_time(struct running *running)
{
    const int64_t now = wall_clock_ns();
    if (now - running->last_figures_ns >= FIGURES_NS) {
        running->last_figures_ns = now;
        if (!running->settings.common.is_quiet)
            say_figures(running, "so far");
    }
    if (now - running->last_flush_ns < FLUSH_NS)
        return ST_OK;
    running->last_flush_ns = now;
    return shipping_idle(running->shipping, now - LAG_NS, &running->error);
}

static enum status capture_until_stopped(struct running *running)
{
    struct pollfd descriptors[INTERFACES_MAX];
    for (size_t i = 0; i < running->capture_count; i++)
        descriptors[i] =
            (struct pollfd){.fd = live_capture_descriptor(running->captures[i]), .events = POLLIN};
    running->last_flush_ns = running->last_figures_ns = wall_clock_ns();
    enum status status = ST_OK;
    while (status == ST_OK && *running->line->stop == 0) {
        if (poll(descriptors, running->capture_count, POLL_MS) < 0 && errno != EINTR)
            return error_set_os(&running->error, ST_IO, errno, "cannot wait for packets");
        for (size_t i = 0; i < running->capture_count && status == ST_OK; i++)
            status = live_capture_read(running->captures[i], take_frame, running, &running->error);
        if (status == ST_OK)
            status = keep_time(running);
    }
    return status;
}

/* Takes what is still in the kernel's buffers, so that a stop loses nothing. What comes in while
 * they are emptied is left after some rounds. */
static enum status take_rest(struct running *running)
{
    for (size_t i = 0; i < running->capture_count; i++) {
        for (int round = 0; round < REST_ROUNDS; round++) {
            const uint64_t before = shipping_counters(running->shipping).lookups.net->frames;
            const enum status status =
                live_capture_read(running->captures[i], take_frame, running, &running->error);
            if (status != ST_OK)
                return status;
            if (shipping_counters(running->shipping).lookups.net->frames == before)
                break;
        }
    }
    return shipping_finish(running->shipping, &running->error);
}

/* Capturing has failed, and its error is to be kept: the lookups that are open are documents all
 * the same, if the output still takes them. */
static void save_open_lookups(struct running *running)
{
    struct error other = {.status = ST_OK};
    if (shipping_finish(running->shipping, &other) != ST_OK)
        message_say("the open lookups are lost: %s", other.text);
}

static enum status record(struct running *running)
{
    struct error *const err = &running->error;
    enum status status = open_all(running, err);
    if (status == ST_OK) {
        message_say("recording to %s; stop with SIGTERM or Ctrl-C",
                    running->settings.common.output);
        status = capture_until_stopped(running);
        if (status == ST_OK)
            status = take_rest(running);
        else
            save_open_lookups(running);
        say_figures(running, "stopped");
    }
    struct error closing = {.status = ST_OK};
    const enum status closed =
        shipping_close(running->shipping, running->settings.common.is_quiet, &closing);
    if (status == ST_OK && closed != ST_OK) {
        status = closed;
        *err = closing;
    }
    for (size_t i = 0; i < running->capture_count; i++)
        live_capture_close(running->captures[i]);
    if (status != ST_OK && status != ST_REFUSED)
        message_say("%s", err->text);
    return status;
}

int command_run(const struct command_line *line)
{
    struct running running = {.line = line};
    struct operands operands = {.words = NULL};
    int exit_status = EXIT_USAGE;
    if (operands_init(&operands, line->word_count, line->words, &running.error) != ST_OK ||
        options_parse(&OPTIONS, &running.settings, &operands, &running.error) != ST_OK) {
        message_say("run: %s", running.error.text);
    } else if (running.settings.common.wants_help) {
        (void)fputs(command_run_help(), stdout);
        exit_status = EXIT_DONE;
    } else if (operands.count > 0) {
        message_say("run: \"%s\" is too much; interfaces are named with -i", operands.words[0]);
    } else {
        exit_status = exit_status_of(record(&running));
    }
    operands_release(&operands);
    return exit_status;
}
