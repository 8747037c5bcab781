#include "query/capture_reader.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/capture/capture_file.h"
#include "core/capture/lookups.h"

struct capture_reader {
    struct matcher *matcher;          /* borrowed */
    struct source_listener *listener; /* borrowed */
    struct lookups *lookups;
    int64_t last_ns; /* packet time of the frame before; INT64_MIN before the first */
};

static void take_lookup(void *context, const struct document *document)
{
    struct capture_reader *const reader = context;
    struct source_listener *const listener = reader->listener;
    if (listener->is_stopped)
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
    r->last_ns = INT64_MIN;
    const struct lookups_options options = {0};
    const enum status status = lookups_new(&options, take_lookup, r, &r->lookups, err);
    if (status != ST_OK) {
        free(r);
        return status;
    }
    *reader = r;
    return ST_OK;
}

void capture_reader_free(struct capture_reader *reader)
{
    if (reader == NULL)
        return;
    lookups_free(reader->lookups);
    free(reader);
}

static void show_progress(struct capture_reader *reader, const struct input *input)
{
    struct progress *const progress = &reader->listener->messages->progress;
    if (!progress_is_due(progress))
        return;
    struct progress_state state = {.what = input_name(input),
                                   .lookups = lookups_counters(reader->lookups).documents};
    input_progress(input, &state.done, &state.total);
    progress_show(progress, &state);
}

static enum status take_frames(struct capture_reader *reader, struct input *input,
                               struct capture_file *file, struct error *err)
{
    uint64_t frames = 0;
    const uint64_t messages_before = lookups_counters(reader->lookups).messages;
    while (!reader->listener->is_stopped) {
        struct frame frame;
        const enum status status = capture_file_next(file, &frame, err);
        if (status == ST_END)
            break;
        if (status != ST_OK)
            return status;
        /* A capture that begins before the last one ended is no continuation of it. */
        if (frames == 0 && frame.time_ns < reader->last_ns)
            lookups_finish(reader->lookups);
        lookups_frame(reader->lookups, &frame);
        reader->last_ns = frame.time_ns;
        frames++;
        show_progress(reader, input);
    }
    if (lookups_counters(reader->lookups).messages == messages_before)
        message_note(reader->listener->messages, "%s: no DNS message in its %" PRIu64 " packets",
                     input_name(input), frames);
    return ST_OK;
}

enum status capture_reader_read(struct capture_reader *reader, struct input *input,
                                struct error *err)
{
    struct capture_file *file = NULL;
    enum status status = capture_file_open(input, &file, err);
    if (status == ST_OK)
        status = take_frames(reader, input, file, err);
    capture_file_close(file);
    return status;
}

void capture_reader_finish(struct capture_reader *reader)
{
    lookups_finish(reader->lookups);
}
