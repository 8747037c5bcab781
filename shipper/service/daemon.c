#include "shipper/service/daemon.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/time_text.h"
#include "shipper/output/filter.h"
#include "shipper/output/shipping.h"
#include "shipper/service/live_capture.h"
#include "shipper/service/metrics.h"
#include "shipper/service/privileges.h"
#include "shipper/service/service.h"
#include "shipper/service/status_server.h"

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
/* Octets of all problems of a configuration. */
#define PROBLEMS_MAX ((size_t)64 * 1024)

struct daemon {
    const struct command_line *line;
    const struct config *given;   /* by the command line */
    const struct config *started; /* with what everything was opened; others borrow from it */
    struct config *current;       /* what was read last; owned unless it is `started` */
    struct log *log;
    char host[256];
    struct shipping *shipping;
    struct live_capture *captures[CONFIG_INTERFACES_MAX];
    size_t capture_count;
    struct status_server *server; /* NULL: there is none */
    struct service service;
    int64_t started_ns;
    int64_t last_flush_ns;
    int64_t last_figures_ns;
    uint64_t reloads;
    uint64_t reload_failures;
    struct error error;
};

static int64_t clock_ns(clockid_t clock)
{
    struct timespec now = {0};
    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* --- Figures ---------------------------------------------------------------------------------- */

static uint64_t kernel_drops(const struct daemon *d)
{
    uint64_t drops = 0;
    for (size_t i = 0; i < d->capture_count; i++)
        drops += live_capture_drops(d->captures[i]);
    return drops;
}

static void say_figures(struct daemon *d, const char *message)
{
    const struct shipping_counters counters = shipping_counters(d->shipping);
    const struct lookups_counters *const lookups = &counters.lookups;
    const struct output_rest rest = output_rest(&counters.output);
    /* What a run before this one left in the spool waits, too. */
    const uint64_t others = rest.waiting + rest.refused + rest.dropped;
    log_event(
        d->log, LOG_LEVEL_INFO, message,
        LOG_FIELDS(LOG_NUMBER("packets", lookups->net->frames),
                   LOG_NUMBER("kernel_dropped", kernel_drops(d)),
                   LOG_NUMBER("messages", lookups->messages),
                   LOG_NUMBER("lookups", lookups->documents),
                   LOG_NUMBER("unanswered", lookups->pairing->unanswered),
                   LOG_NUMBER("evicted", lookups->pairing->evicted),
                   LOG_NUMBER("filtered", counters.filtered), LOG_NUMBER("waiting", rest.waiting),
                   LOG_NUMBER("refused", rest.refused), LOG_NUMBER("dropped", rest.dropped),
                   LOG_NUMBER("stored", counters.stored > others ? counters.stored - others : 0)));
    char status[128];
    (void)snprintf(status, sizeof status, "%llu lookups, %llu packets dropped by the kernel",
                   (unsigned long long)lookups->documents, (unsigned long long)kernel_drops(d));
    service_status(status);
}

static void print_metrics(void *context, struct buf *out)
{
    const struct daemon *const d = context;
    struct metrics_interface interfaces[CONFIG_INTERFACES_MAX];
    for (size_t i = 0; i < d->capture_count; i++)
        interfaces[i] = (struct metrics_interface){d->started->interfaces[i],
                                                   live_capture_drops(d->captures[i])};
    const struct metrics metrics = {
        .shipping = shipping_counters(d->shipping),
        .interfaces = interfaces,
        .interface_count = d->capture_count,
        .started_s = d->started_ns / NS_PER_S,
        .reloads = d->reloads,
        .reload_failures = d->reload_failures,
    };
    metrics_print(&metrics, out);
}

static bool is_healthy(void *context, struct buf *out)
{
    const struct daemon *const d = context;
    const struct output_counters output = shipping_counters(d->shipping).output;
    const bool is_failing = output.files != NULL && output.files->is_failing;
    if (is_failing)
        buf_add_text(out, "the log directory cannot be written\n");
    /* A server that is away for a while is what the spool is for. */
    const bool is_held = output.elastic != NULL && (output.elastic->health == ELASTIC_HOLDS ||
                                                    output.elastic->health == ELASTIC_FAILS);
    if (is_held)
        buf_add_format(out, "%s\n", output.elastic->reason.text);
    return !is_failing && !is_held;
}

/* --- Opening ---------------------------------------------------------------------------------- */

static enum status take_frame(void *context, const struct frame *frame)
{
    struct daemon *const d = context;
    return shipping_frame(d->shipping, frame, &d->error);
}

static enum status open_captures(struct daemon *d)
{
    const struct config *const config = d->started;
    for (size_t i = 0; i < config->interface_count; i++) {
        const struct live_capture_options options = {
            .interface = config->interfaces[i],
            .ports = config->common.port_count == 0 ? NULL : config->common.ports,
            .port_count = config->common.port_count,
            .any_port = config->common.any_port,
            .index = (uint32_t)i,
        };
        const enum status status = live_capture_open(&options, &d->captures[i], &d->error);
        if (status != ST_OK)
            return status;
        d->capture_count++;
    }
    return ST_OK;
}

static enum status open_shipping(struct daemon *d)
{
    const struct config *const config = d->started;
    struct shipping_options options = config_shipping(config);
    options.output.files.log = d->log;
    options.output.log = d->log;
    options.output.is_live = true;
    if (options.lookups.build.host_name == NULL && gethostname(d->host, sizeof d->host - 1) == 0)
        options.lookups.build.host_name = d->host;
    if (d->capture_count == 1 && strcmp(config->interfaces[0], "any") != 0)
        options.lookups.build.interface_name = config->interfaces[0];
    return shipping_open(&options, &d->shipping, &d->error);
}

/* Capabilities belong to threads: they go before the output starts its own. */
static enum status open_all(struct daemon *d)
{
    const struct status_source source = {print_metrics, is_healthy, d};
    enum status status = open_captures(d);
    if (status == ST_OK && d->started->http_port != 0)
        status = status_server_open(d->started->http_port, &source, &d->server, &d->error);
    if (status == ST_OK)
        status = privileges_drop(&d->error);
    return status == ST_OK ? open_shipping(d) : status;
}

/* --- Reloading -------------------------------------------------------------------------------- */

static void say_difference(void *context, const char *key, bool is_reloadable)
{
    struct daemon *const d = context;
    if (is_reloadable)
        log_event(d->log, LOG_LEVEL_INFO, "a setting was reloaded",
                  LOG_FIELDS(LOG_TEXT("key", key)));
    else
        log_event(d->log, LOG_LEVEL_WARNING, "this setting changes with a restart only",
                  LOG_FIELDS(LOG_TEXT("key", key)));
}

static void say_warning(void *context, const char *warning)
{
    const struct daemon *const d = context;
    log_event(d->log, LOG_LEVEL_WARNING, "the filter may not select what it is to select",
              LOG_FIELDS(LOG_TEXT("reason", warning)));
}

static void say_filter_warnings(struct daemon *d, const struct config *config)
{
    if (config->common.filter != NULL)
        filter_warnings(config->common.filter, say_warning, d);
}

/* Takes over what can be taken over. */
static enum status apply(struct daemon *d, struct config *fresh)
{
    enum status status = shipping_renew(d->shipping, &fresh->elastic.http, &d->error);
    if (status == ST_OK)
        status = shipping_set_filter(d->shipping, fresh->common.filter, &d->error);
    if (status != ST_OK)
        return status;
    log_set(d->log, fresh->log_level, fresh->log_format);
    config_compare(d->current, fresh, say_difference, d);
    say_filter_warnings(d, fresh);
    return ST_OK;
}

static void drop_current(struct daemon *d)
{
    if (d->current == d->started)
        return;
    config_release(d->current);
    free(d->current);
}

/* Says each problem of a file as an event. */
static void say_problems(struct daemon *d, struct buf *problems)
{
    char *rest = NULL;
    buf_add_u8(problems, '\0');
    for (char *line = strtok_r((char *)problems->data, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest))
        log_event(d->log, LOG_LEVEL_ERROR, "the configuration is wrong, the old one stays",
                  LOG_FIELDS(LOG_TEXT("problem", line)));
}

static enum status read_again(struct daemon *d)
{
    struct config *const fresh = malloc(sizeof *fresh);
    if (fresh == NULL)
        return error_set(&d->error, ST_NO_MEMORY, "memory is exhausted");
    struct buf problems;
    buf_init(&problems, PROBLEMS_MAX);
    config_init(fresh);
    enum status status = config_load(fresh, d->started->path, &problems);
    if (status == ST_OK) {
        config_finish(fresh, d->given);
        status = apply(d, fresh);
    } else {
        say_problems(d, &problems);
    }
    buf_release(&problems);
    if (status == ST_OK) {
        drop_current(d);
        d->current = fresh;
    } else {
        config_release(fresh);
        free(fresh);
    }
    return status;
}

static void reload(struct daemon *d)
{
    *d->line->reload = 0;
    if (d->started->path == NULL) {
        log_event(d->log, LOG_LEVEL_WARNING, "there is no configuration file to reload", NULL);
        return;
    }
    service_reloading();
    const enum status status = read_again(d);
    d->reloads += status == ST_OK ? 1 : 0;
    d->reload_failures += status == ST_OK ? 0 : 1;
    log_event(d->log, status == ST_OK ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR,
              status == ST_OK ? "reloaded" : "the reload failed",
              LOG_FIELDS(LOG_TEXT("path", d->started->path)));
    service_ready(status == ST_OK ? "reloaded" : "a reload failed; see the log");
}

/* --- The loop --------------------------------------------------------------------------------- */

/* What is due by the clock: signs of life, hand-over, figures. */
static enum status keep_time(struct daemon *d)
{
    const int64_t now = clock_ns(CLOCK_REALTIME);
    const int64_t ticks = clock_ns(CLOCK_MONOTONIC);
    service_idle(&d->service, ticks);
    if (ticks - d->last_figures_ns >= FIGURES_NS) {
        d->last_figures_ns = ticks;
        if (!d->started->common.is_quiet)
            say_figures(d, "figures");
    }
    if (ticks - d->last_flush_ns < FLUSH_NS)
        return ST_OK;
    d->last_flush_ns = ticks;
    log_idle(d->log);
    return shipping_idle(d->shipping, now - LAG_NS, &d->error);
}

static enum status take_packets(struct daemon *d)
{
    enum status status = ST_OK;
    for (size_t i = 0; i < d->capture_count && status == ST_OK; i++)
        status = live_capture_read(d->captures[i], take_frame, d, &d->error);
    return status;
}

static enum status capture_until_stopped(struct daemon *d)
{
    struct pollfd descriptors[CONFIG_INTERFACES_MAX + 1];
    nfds_t count = 0;
    for (size_t i = 0; i < d->capture_count; i++)
        descriptors[count++] =
            (struct pollfd){.fd = live_capture_descriptor(d->captures[i]), .events = POLLIN};
    if (d->server != NULL)
        descriptors[count++] =
            (struct pollfd){.fd = status_server_descriptor(d->server), .events = POLLIN};
    d->last_flush_ns = d->last_figures_ns = clock_ns(CLOCK_MONOTONIC);
    enum status status = ST_OK;
    while (status == ST_OK && *d->line->stop == 0) {
        if (poll(descriptors, count, POLL_MS) < 0 && errno != EINTR)
            return error_set_os(&d->error, ST_IO, errno, "cannot wait for packets");
        status = take_packets(d);
        if (status == ST_OK)
            status = keep_time(d);
        if (d->server != NULL)
            status_server_run(d->server);
        if (*d->line->reload != 0)
            reload(d);
    }
    return status;
}

/* Takes what has passed before the stop and is still with the kernel, so that a stop loses nothing.
 */
static enum status take_rest(struct daemon *d)
{
    static const struct timespec PAUSE = {.tv_nsec =
                                              LIVE_CAPTURE_DELAY_MS * NS_PER_MS / REST_ROUNDS};
    for (int round = 0; round < REST_ROUNDS; round++) {
        (void)nanosleep(&PAUSE, NULL);
        const enum status status = take_packets(d);
        if (status != ST_OK)
            return status;
    }
    return shipping_finish(d->shipping, &d->error);
}

/* Capturing has failed, and its error is to be kept: the lookups that are open are documents all
 * the same, if the output still takes them. */
static void save_open_lookups(struct daemon *d)
{
    struct error other = {.status = ST_OK};
    if (shipping_finish(d->shipping, &other) != ST_OK)
        log_event(d->log, LOG_LEVEL_ERROR, "the open lookups are lost",
                  LOG_FIELDS(LOG_TEXT("reason", other.text)));
}

static enum status record(struct daemon *d)
{
    enum status status = open_all(d);
    if (status != ST_OK)
        return status;
    log_event(d->log, LOG_LEVEL_INFO, "recording",
              LOG_FIELDS(LOG_TEXT("version", DNSIGHT_VERSION),
                         LOG_TEXT("output", d->started->common.output),
                         LOG_TEXT("config", d->started->path == NULL ? "" : d->started->path)));
    say_filter_warnings(d, d->started);
    service_ready("recording");
    status = capture_until_stopped(d);
    service_stopping(d->current->shutdown_ms);
    if (status == ST_OK)
        status = take_rest(d);
    else
        save_open_lookups(d);
    say_figures(d, "stopped");
    return status;
}

static void close_all(struct daemon *d)
{
    status_server_close(d->server);
    for (size_t i = 0; i < d->capture_count; i++)
        live_capture_close(d->captures[i]);
    drop_current(d);
    log_free(d->log);
}

enum status daemon_run(const struct command_line *line, struct config *config,
                       const struct config *given)
{
    struct daemon d = {.line = line, .given = given, .started = config, .current = config};
    const struct log_options log = {
        .descriptor = STDERR_FILENO, .level = config->log_level, .format = config->log_format};
    if (log_new(&log, &d.log) != ST_OK)
        return ST_NO_MEMORY;
    d.started_ns = clock_ns(CLOCK_REALTIME);
    d.service = service_of(clock_ns(CLOCK_MONOTONIC));
    enum status status = record(&d);
    struct error closing = {.status = ST_OK};
    const enum status closed = shipping_close(d.shipping, config->common.is_quiet, &closing);
    if (status == ST_OK && closed != ST_OK) {
        status = closed;
        d.error = closing;
    }
    if (status != ST_OK && status != ST_REFUSED)
        log_event(d.log, LOG_LEVEL_ERROR, "dnsightd cannot go on",
                  LOG_FIELDS(LOG_TEXT("reason", d.error.text)));
    close_all(&d);
    return status;
}
