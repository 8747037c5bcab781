#include "query/sources/capture_reader.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/time_text.h"
#include "core/capture/lookups.h"
#include "core/capture/merged_captures.h"

/* Octets of two times as text. */
#define TIMES_MAX 128

/* What came out of one capture. */
struct yield {
    char *name; /* owned */
    uint64_t frames;
    uint64_t messages; /* completed by its frames */
};

struct capture_reader {
    struct matcher *matcher;          /* borrowed */
    struct source_listener *listener; /* borrowed */
    struct lookups *lookups;
    struct merged_captures *captures;
    int64_t first_ns;     /* packet times: the earliest and the latest; INT64_MAX and INT64_MIN */
    int64_t last_ns;      /* while there is no packet */
    struct yield *yields; /* owned; by merged_captures_number */
    size_t yield_count;
    uint64_t messages; /* of all captures, up to the last frame */
};

static void take_lookup(void *context, const struct document *document)
{
    struct capture_reader *const reader = context;
    struct source_listener *const listener = reader->listener;
    if (listener_is_done(listener))
        return;
    bool is_hit = false;
    struct hit hit = {0};
    struct error fault = {.status = ST_OK};
    if (matcher_document(reader->matcher, document, &is_hit, &hit, &fault) != ST_OK)
        message_failure(listener->messages, "a lookup is left out: %s", fault.text);
    else if (is_hit)
        listener_hit(listener, &hit);
}

enum status capture_reader_new(struct matcher *matcher, struct source_listener *listener,
                               struct capture_reader **reader, struct error *err)
{
    struct capture_reader *const r = calloc(1, sizeof *r);
    if (r == NULL)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    r->matcher = matcher;
    r->listener = listener;
    r->first_ns = INT64_MAX;
    r->last_ns = INT64_MIN;
    const struct lookups_options options = {0};
    enum status status = lookups_new(&options, take_lookup, r, &r->lookups, err);
    if (status == ST_OK)
        status = merged_captures_new(&r->captures, err);
    if (status != ST_OK) {
        capture_reader_free(r);
        return status;
    }
    *reader = r;
    return ST_OK;
}

void capture_reader_free(struct capture_reader *reader)
{
    if (reader == NULL)
        return;
    for (size_t i = 0; i < reader->yield_count; i++)
        free(reader->yields[i].name);
    free(reader->yields);
    merged_captures_free(reader->captures);
    lookups_free(reader->lookups);
    free(reader);
}

enum status capture_reader_add(struct capture_reader *reader, struct input *input,
                               struct error *err)
{
    struct yield *const grown =
        reallocarray(reader->yields, reader->yield_count + 1, sizeof *grown);
    char *const name = strdup(input_name(input));
    if (grown != NULL)
        reader->yields = grown;
    if (grown == NULL || name == NULL) {
        free(name);
        input_close(input);
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    }
    grown[reader->yield_count++] = (struct yield){.name = name};
    return merged_captures_add(reader->captures, input, err);
}

static void show_progress(struct capture_reader *reader)
{
    struct progress *const progress = &reader->listener->messages->progress;
    const struct input *const input = merged_captures_input(reader->captures);
    if (!progress_is_due(progress) || input == NULL)
        return;
    struct progress_state state = {.what = input_name(input),
                                   .lookups = lookups_counters(reader->lookups).documents};
    input_progress(input, &state.done, &state.total);
    progress_show(progress, &state);
}

static void count_frame(struct capture_reader *reader, const struct frame *frame)
{
    if (frame->time_ns < reader->first_ns)
        reader->first_ns = frame->time_ns;
    if (frame->time_ns > reader->last_ns)
        reader->last_ns = frame->time_ns;
    struct yield *const yield = &reader->yields[merged_captures_number(reader->captures)];
    const uint64_t messages = lookups_counters(reader->lookups).messages;
    yield->frames++;
    yield->messages += messages - reader->messages;
    reader->messages = messages;
}

/* Takes the next frame. False behind the last. */
static bool take_frame(struct capture_reader *reader)
{
    const struct frame *frame = NULL;
    struct error err = {.status = ST_OK};
    const enum status status = merged_captures_next(reader->captures, &frame, &err);
    if (status == ST_END)
        return false;
    if (status == ST_OK) {
        lookups_frame(reader->lookups, frame);
        count_frame(reader, frame);
        show_progress(reader);
    } else {
        message_failure(reader->listener->messages, "%s", err.text);
    }
    return true;
}

/* A capture without DNS was hardly what was meant. */
static void say_without_dns(const struct capture_reader *reader)
{
    for (size_t i = 0; i < reader->yield_count; i++) {
        const struct yield *const yield = &reader->yields[i];
        if (yield->frames > 0 && yield->messages == 0)
            message_note(reader->listener->messages,
                         "%s: no DNS message on port 53 in its %" PRIu64
                         " packets; dnsightd read --port or --any-port reads others",
                         yield->name, yield->frames);
    }
}

static void say_repeated(const struct capture_reader *reader)
{
    const uint64_t repeated = merged_captures_repeated(reader->captures);
    if (repeated > 0)
        message_note(reader->listener->messages,
                     "%" PRIu64 " packets are in more than one capture; each counts once",
                     repeated);
}

void capture_reader_read(struct capture_reader *reader)
{
    while (!listener_is_done(reader->listener) && take_frame(reader))
        continue;
    if (!listener_is_done(reader->listener))
        say_without_dns(reader);
    lookups_finish(reader->lookups);
    say_repeated(reader);
}

void capture_reader_say_times(const struct capture_reader *reader, int64_t since_ns,
                              int64_t until_ns)
{
    const bool is_empty = reader->first_ns > reader->last_ns;
    if (is_empty || (reader->last_ns >= since_ns && reader->first_ns <= until_ns))
        return;
    struct buf times;
    buf_init(&times, TIMES_MAX);
    time_print(reader->first_ns, 0, &times);
    buf_add_text(&times, " to ");
    time_print(reader->last_ns, 0, &times);
    message_note(reader->listener->messages,
                 "nothing was captured in the time that was asked for: the packets are from %s",
                 buf_text(&times));
    buf_release(&times);
}
