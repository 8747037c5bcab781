#include "shipper/base/log.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>
#include <unistd.h>

#include "core/base/macros.h"

/* A log that writes into a pipe, and a clock that stands still until it is set. */
struct fixture {
    struct log *log;
    int read_end;
    int write_end;
    int64_t now_ns;
};

static int64_t told_time(void *context)
{
    return *(const int64_t *)context;
}

static struct fixture *begin(enum log_format format, enum log_level level)
{
    static struct fixture f;
    int ends[2];
    cr_assert(eq(int, pipe(ends), 0));
    f = (struct fixture){.read_end = ends[0], .write_end = ends[1]};
    const struct log_options options = {ends[1], level, format, told_time, &f.now_ns};
    cr_assert(eq(int, log_new(&options, &f.log), ST_OK));
    return &f;
}

/* What was written so far; ends the log. */
static const char *end(struct fixture *f)
{
    static char text[65536];
    log_free(f->log);
    (void)close(f->write_end);
    size_t len = 0;
    for (ssize_t n = 1; n > 0 && len < sizeof text - 1; len += (size_t)n)
        n = read(f->read_end, text + len, sizeof text - 1 - len);
    text[len] = '\0';
    (void)close(f->read_end);
    return text;
}

/* The text behind the time, which changes. */
static const char *behind_time(const char *line, const char *mark)
{
    const char *const at = strstr(line, mark);
    cr_assert(at != NULL, "%s", line);
    return at;
}

static size_t lines_of(const char *text)
{
    size_t count = 0;
    for (const char *c = text; *c != '\0'; c++)
        count += *c == '\n' ? 1 : 0;
    return count;
}

Test(log, logfmt_quotes_what_is_no_plain_word)
{
    struct fixture *const f = begin(LOG_LOGFMT, LOG_LEVEL_INFO);
    log_event(f->log, LOG_LEVEL_WARNING, "it failed",
              LOG_FIELDS(LOG_TEXT("path", "/tmp/x"), LOG_TEXT("reason", "a \"b\"\n=\x1b"),
                         LOG_TEXT("nothing", ""), LOG_NUMBER("count", UINT64_MAX)));
    const char *const text = end(f);
    cr_expect(eq(int, strncmp(text, "time=20", 7), 0), "%s", text);
    static const char expected[] =
        "level=warning message=\"it failed\" path=/tmp/x "
        "reason=\"a \\\"b\\\"\\n=\\u001b\" nothing=\"\" count=18446744073709551615\n";
    cr_expect(strcmp(behind_time(text, "level="), expected) == 0, "%s", text);
}

Test(log, json_is_one_object_a_line)
{
    struct fixture *const f = begin(LOG_JSON, LOG_LEVEL_INFO);
    log_event(f->log, LOG_LEVEL_ERROR, "it failed",
              LOG_FIELDS(LOG_TEXT("reason", "a \"b\"\n"), LOG_NUMBER("count", 7)));
    log_event(f->log, LOG_LEVEL_INFO, "stopped", NULL);
    const char *const text = end(f);
    cr_expect(eq(int, strncmp(text, "{\"@timestamp\":\"20", 17), 0), "%s", text);
    cr_expect(strstr(text, "\"log.level\":\"error\",\"message\":\"it failed\","
                           "\"reason\":\"a \\\"b\\\"\\n\",\"count\":7}\n") != NULL,
              "%s", text);
    cr_expect(eq(sz, lines_of(text), 2));
}

Test(log, less_important_events_are_not_written)
{
    struct fixture *const f = begin(LOG_LOGFMT, LOG_LEVEL_WARNING);
    log_event(f->log, LOG_LEVEL_INFO, "one", NULL);
    log_event(f->log, LOG_LEVEL_WARNING, "two", NULL);
    log_set(f->log, LOG_LEVEL_DEBUG, LOG_JSON);
    log_event(f->log, LOG_LEVEL_DEBUG, "three", NULL);
    const char *const text = end(f);
    cr_expect(eq(sz, lines_of(text), 2), "%s", text);
    cr_expect(strstr(text, "one") == NULL && strstr(text, "\"three\"") != NULL, "%s", text);
}

Test(log, repeated_messages_are_counted_instead_of_written)
{
    struct fixture *const f = begin(LOG_LOGFMT, LOG_LEVEL_INFO);
    for (int i = 0; i < 100; i++)
        log_event(f->log, LOG_LEVEL_INFO, "again", LOG_FIELDS(LOG_NUMBER("i", (uint64_t)i)));
    log_event(f->log, LOG_LEVEL_INFO, "another", NULL);
    log_idle(f->log);
    f->now_ns = LOG_WINDOW_NS;
    log_idle(f->log);
    log_event(f->log, LOG_LEVEL_INFO, "again", NULL);
    const char *const text = end(f);
    cr_expect(eq(sz, lines_of(text), LOG_BURST + 3), "%s", text);
    cr_expect(strstr(text, "message=\"lines were left out\" of=again count=90\n") != NULL, "%s",
              text);
}

Test(log, what_was_left_out_is_said_at_the_end)
{
    struct fixture *const f = begin(LOG_LOGFMT, LOG_LEVEL_INFO);
    for (int i = 0; i < LOG_BURST + 1; i++)
        log_event(f->log, LOG_LEVEL_INFO, "again", NULL);
    const char *const text = end(f);
    cr_expect(strstr(text, "of=again count=1\n") != NULL, "%s", text);
}

Test(log, names_of_levels_are_read_back)
{
    for (enum log_level level = 0; level < LOG_LEVEL_COUNT; level++) {
        enum log_level found = LOG_LEVEL_COUNT;
        cr_expect(eq(int, log_level_parse(log_level_name(level), &found), ST_OK));
        cr_expect(eq(int, (int)found, (int)level));
    }
    enum log_level none = LOG_LEVEL_DEBUG;
    cr_expect(eq(int, log_level_parse("loud", &none), ST_INVALID));
}
