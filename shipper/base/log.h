/* The log of the daemon on standard error: one event a line, in logfmt or JSON, rate-limited. Any
 * thread may write to it. Commands that end by themselves use message.h. */
#ifndef DNSIGHT_SHIPPER_BASE_LOG_H
#define DNSIGHT_SHIPPER_BASE_LOG_H

#include <stdint.h>

#include "core/base/error.h"
#include "core/base/macros.h"

/* Lines of one message that are written within LOG_WINDOW_NS; the others are counted, and the
 * count is said. */
#define LOG_BURST     10
#define LOG_WINDOW_NS (INT64_C(10) * 1000000000)

/* LOG_LEVEL(NAME, "name in lines and in the configuration"), most important first. */
#define LOG_LEVEL_LIST(LEVEL) \
    LEVEL(ERROR, "error")     \
    LEVEL(WARNING, "warning") \
    LEVEL(INFO, "info")       \
    LEVEL(DEBUG, "debug")

#define LOG_LEVEL_ENUM(name, text) LOG_LEVEL_##name,
enum log_level { LOG_LEVEL_LIST(LOG_LEVEL_ENUM) LOG_LEVEL_COUNT };
#undef LOG_LEVEL_ENUM

enum log_format {
    LOG_LOGFMT, /* time=2026-11-23T10:00:00.000Z level=info message="the spool is full" path=/x */
    LOG_JSON, /* {"@timestamp":...,"log.level":"info","message":"the spool is full","path":"/x"} */
};

/* One value of an event. */
struct log_field {
    const char *key;  /* letters, digits, "_" and "." */
    const char *text; /* NULL: the number is the value */
    uint64_t number;
};

#define LOG_TEXT(name, value)   ((struct log_field){.key = (name), .text = (value)})
#define LOG_NUMBER(name, value) ((struct log_field){.key = (name), .number = (value)})
/* The last argument of log_event. */
#define LOG_FIELDS(...) ((const struct log_field[]){__VA_ARGS__, {.key = NULL}})

struct log;

/* Time since any fixed moment, in ns. */
typedef int64_t (*log_clock)(void *context);

struct log_options {
    int descriptor; /* borrowed */
    enum log_level level;
    enum log_format format;
    log_clock clock; /* for the rates; NULL: the monotonic clock */
    void *clock_context;
};

/* Returns ST_OK, or ST_NO_MEMORY. */
MUST_CHECK enum status log_new(const struct log_options *options, struct log **log);

/* Says what was left out so far, and frees. NULL is fine. */
void log_free(struct log *log);

/* From now on. */
void log_set(struct log *log, enum log_level level, enum log_format format);

/* Writes one event, unless it is less important than the level or too many of the same message were
 * written. `message` is static text and the same for every event of its kind; what differs is in
 * `fields` (LOG_FIELDS, or NULL). */
void log_event(struct log *log, enum log_level level, const char *message,
               const struct log_field *fields);

/* Says how many lines of each message were left out, once its time is over. For the main loop,
 * about every second. */
void log_idle(struct log *log);

/* "warning" */
const char *log_level_name(enum log_level level);
/* Returns ST_OK with *level, or ST_INVALID. */
MUST_CHECK enum status log_level_parse(const char *name, enum log_level *level);

#endif
