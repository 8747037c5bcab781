#include "shipper/base/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/time_text.h"
#include "core/json/writer.h"

/* Octets of one line. */
#define LINE_MAX ((size_t)64 * 1024)

/* Messages whose rates are known at once; there are fewer different ones. */
#define RATES_MAX 64

#define NS_IN_S INT64_C(1000000000)

/* What was written of one message. */
struct rate {
    const char *message; /* NULL: the row is free */
    int64_t since_ns;    /* begin of the window */
    uint64_t written;    /* within the window */
    uint64_t left_out;
};

struct log {
    pthread_mutex_t lock; /* of everything below */
    struct log_options options;
    struct rate rates[RATES_MAX];
    struct buf line;
};

static const char *const LEVEL_NAMES[] = {
#define LOG_LEVEL_NAME(name, text) text,
    LOG_LEVEL_LIST(LOG_LEVEL_NAME)
#undef LOG_LEVEL_NAME
};

const char *log_level_name(enum log_level level)
{
    return LEVEL_NAMES[level];
}

enum status log_level_parse(const char *name, enum log_level *level)
{
    for (enum log_level i = 0; i < LOG_LEVEL_COUNT; i++) {
        if (strcmp(name, LEVEL_NAMES[i]) == 0) {
            *level = i;
            return ST_OK;
        }
    }
    return ST_INVALID;
}

static int64_t read_clock(clockid_t clock)
{
    struct timespec now = {0};
    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * NS_IN_S + now.tv_nsec;
}

static int64_t monotonic_ns(void *context)
{
    (void)context;
    return read_clock(CLOCK_MONOTONIC);
}

enum status log_new(const struct log_options *options, struct log **log)
{
    struct log *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return ST_NO_MEMORY;
    if (pthread_mutex_init(&made->lock, NULL) != 0) {
        free(made);
        return ST_NO_MEMORY;
    }
    made->options = *options;
    if (made->options.clock == NULL)
        made->options.clock = monotonic_ns;
    buf_init(&made->line, LINE_MAX);
    *log = made;
    return ST_OK;
}

void log_set(struct log *log, enum log_level level, enum log_format format)
{
    (void)pthread_mutex_lock(&log->lock);
    log->options.level = level;
    log->options.format = format;
    (void)pthread_mutex_unlock(&log->lock);
}

/* --- Lines ------------------------------------------------------------------------------------ */

/* Words that need no quotes in logfmt. */
static bool is_plain(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (*c <= ' ' || *c > '~' || *c == '"' || *c == '=' || *c == '\\')
            return false;
    }
    return *text != '\0';
}

static void add_key(struct buf *line, const char *key)
{
    if (line->len > 0)
        buf_add_u8(line, ' ');
    buf_add_text(line, key);
    buf_add_u8(line, '=');
}

static void add_logfmt(struct buf *line, const char *key, const char *text)
{
    add_key(line, key);
    /* In quotes, text is escaped as in JSON, which every reader of logfmt knows. */
    if (is_plain(text))
        buf_add_text(line, text);
    else
        json_add_string(line, bytes_of(text));
}

static void add_logfmt_fields(struct buf *line, const struct log_field *fields)
{
    for (const struct log_field *f = fields; f != NULL && f->key != NULL; f++) {
        if (f->text != NULL) {
            add_logfmt(line, f->key, f->text);
        } else {
            add_key(line, f->key);
            buf_add_u64(line, f->number);
        }
    }
}

static void add_json_fields(struct json_writer *w, const struct log_field *fields)
{
    for (const struct log_field *f = fields; f != NULL && f->key != NULL; f++) {
        json_key(w, f->key);
        if (f->text != NULL)
            json_text(w, f->text);
        else
            json_u64(w, f->number);
    }
}

/* One write a line, so that lines of other processes do not come in between. */
static void write_line(struct log *log)
{
    struct bytes left = buf_bytes(&log->line);
    while (left.len > 0) {
        const ssize_t n = write(log->options.descriptor, left.data, left.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return; /* there is no other place to say it */
        left = bytes_slice(left, (size_t)n, left.len);
    }
}

static void put_line(struct log *log, enum log_level level, const char *message,
                     const struct log_field *fields)
{
    struct buf *const line = &log->line;
    struct buf time;
    buf_init(&time, 64);
    time_print(read_clock(CLOCK_REALTIME), 3, &time);
    buf_reset(line);
    if (log->options.format == LOG_JSON) {
        struct json_writer w = json_writer_of(line);
        json_begin_object(&w);
        json_key(&w, "@timestamp");
        json_text(&w, buf_text(&time));
        json_key(&w, "log.level");
        json_text(&w, log_level_name(level));
        json_key(&w, "message");
        json_text(&w, message);
        add_json_fields(&w, fields);
        json_end_object(&w);
    } else {
        add_logfmt(line, "time", buf_text(&time));
        add_logfmt(line, "level", log_level_name(level));
        add_logfmt(line, "message", message);
        add_logfmt_fields(line, fields);
    }
    buf_add_u8(line, '\n');
    buf_release(&time);
    if (buf_ok(line))
        write_line(log);
}

/* --- Rates ------------------------------------------------------------------------------------ */

static void say_left_out(struct log *log, struct rate *rate)
{
    const uint64_t count = rate->left_out;
    rate->left_out = 0;
    if (count > 0)
        put_line(log, LOG_LEVEL_WARNING, "lines were left out",
                 LOG_FIELDS(LOG_TEXT("of", rate->message), LOG_NUMBER("count", count)));
}

/* The row of a message: its own, a free one, or that of the oldest window. */
static struct rate *find_rate(struct log *log, const char *message)
{
    struct rate *best = &log->rates[0];
    for (size_t i = 0; i < RATES_MAX; i++) {
        struct rate *const rate = &log->rates[i];
        if (rate->message == NULL || strcmp(rate->message, message) == 0) {
            best = rate;
            break;
        }
        if (rate->since_ns < best->since_ns)
            best = rate;
    }
    if (best->message != NULL && strcmp(best->message, message) != 0) {
        say_left_out(log, best);
        best->message = NULL;
    }
    return best;
}

static bool is_allowed(struct log *log, const char *message)
{
    struct rate *const rate = find_rate(log, message);
    const int64_t now = log->options.clock(log->options.clock_context);
    if (rate->message == NULL || now - rate->since_ns >= LOG_WINDOW_NS) {
        if (rate->message != NULL)
            say_left_out(log, rate);
        *rate = (struct rate){.message = message, .since_ns = now};
    }
    if (rate->written < LOG_BURST) {
        rate->written++;
        return true;
    }
    rate->left_out++;
    return false;
}

void log_event(struct log *log, enum log_level level, const char *message,
               const struct log_field *fields)
{
    (void)pthread_mutex_lock(&log->lock);
    if (level <= log->options.level && is_allowed(log, message))
        put_line(log, level, message, fields);
    (void)pthread_mutex_unlock(&log->lock);
}

void log_idle(struct log *log)
{
    (void)pthread_mutex_lock(&log->lock);
    const int64_t now = log->options.clock(log->options.clock_context);
    for (size_t i = 0; i < RATES_MAX && log->rates[i].message != NULL; i++) {
        if (now - log->rates[i].since_ns >= LOG_WINDOW_NS)
            say_left_out(log, &log->rates[i]);
    }
    (void)pthread_mutex_unlock(&log->lock);
}

void log_free(struct log *log)
{
    if (log == NULL)
        return;
    for (size_t i = 0; i < RATES_MAX && log->rates[i].message != NULL; i++)
        say_left_out(log, &log->rates[i]);
    (void)pthread_mutex_destroy(&log->lock);
    buf_release(&log->line);
    free(log);
}
