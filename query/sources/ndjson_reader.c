#include "query/sources/ndjson_reader.h"

#include <inttypes.h>

#include "core/base/progress.h"

/* Octets of the longest line. */
#define LINE_MAX_LEN ((size_t)16 * 1024 * 1024)

struct reading {
    struct input *input;
    struct matcher *matcher;
    struct source_listener *listener;
    uint64_t lines;
    uint64_t bad_lines;
    uint64_t first_bad; /* number of the first bad line, and what is wrong with it */
    struct error first_fault;
    bool last_is_bad;     /* the last line read is bad */
    uint64_t first_unfit; /* number of the first line with one; 0: none */
    const char *unfit_field;
};

static bool is_blank(struct bytes line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.data[i] != ' ' && line.data[i] != '\t' && line.data[i] != '\r')
            return false;
    }
    return true;
}

static void note_bad_line(struct reading *reading, const struct error *fault)
{
    reading->last_is_bad = true;
    if (reading->bad_lines++ > 0)
        return;
    reading->first_bad = reading->lines;
    reading->first_fault = *fault;
}

static void take_line(struct reading *reading, struct bytes line)
{
    reading->lines++;
    reading->last_is_bad = false;
    if (is_blank(line))
        return;
    bool is_hit = false;
    struct hit hit = {0};
    struct error fault = {.status = ST_OK};
    if (matcher_json(reading->matcher, line, &is_hit, &hit, &fault) != ST_OK)
        note_bad_line(reading, &fault);
    else if (is_hit)
        listener_hit(reading->listener, &hit);
    const char *const unfit = matcher_unfit_field(reading->matcher);
    if (unfit != NULL && reading->first_unfit == 0) {
        reading->first_unfit = reading->lines;
        reading->unfit_field = unfit;
    }
}

static void show_progress(const struct reading *reading)
{
    struct progress *const progress = &reading->listener->messages->progress;
    if (!progress_is_due(progress))
        return;
    struct progress_state state = {.what = input_name(reading->input), .lookups = reading->lines};
    input_progress(reading->input, &state.done, &state.total);
    progress_show(progress, &state);
}

static void say_bad_lines(const struct reading *reading)
{
    if (reading->bad_lines == 0)
        return;
    const char *const name = input_name(reading->input);
    const char *const reason = reading->first_fault.text;
    struct messages *const messages = reading->listener->messages;
    if (reading->bad_lines == 1)
        message_failure(messages, "%s: line %" PRIu64 " is left out: %s", name, reading->first_bad,
                        reason);
    else
        message_failure(messages,
                        "%s: %" PRIu64 " lines are left out, the first is line %" PRIu64 ": %s",
                        name, reading->bad_lines, reading->first_bad, reason);
}

/* No failure: the documents are used, and Elasticsearch would leave the same values out. */
static void say_unfit_values(const struct reading *reading)
{
    if (reading->first_unfit != 0)
        message_note(reading->listener->messages,
                     "%s: values that do not fit the type of their field are left out, the first "
                     "is that of %s in line %" PRIu64,
                     input_name(reading->input), reading->unfit_field, reading->first_unfit);
}

enum status ndjson_read(struct input *input, bool is_growing, struct matcher *matcher,
                        struct source_listener *listener, struct error *err)
{
    struct reading reading = {.input = input, .matcher = matcher, .listener = listener};
    enum status status = ST_OK;
    while (status == ST_OK && !listener_is_done(listener)) {
        struct bytes line = {0};
        status = input_line(input, LINE_MAX_LEN, &line, err);
        if (status == ST_LIMIT) {
            reading.lines++;
            note_bad_line(&reading, err);
            status = ST_OK;
        } else if (status == ST_OK) {
            take_line(&reading, line);
        }
        show_progress(&reading);
    }
    if (status == ST_END && is_growing && reading.last_is_bad)
        reading.bad_lines--;
    say_bad_lines(&reading);
    say_unfit_values(&reading);
    return status == ST_END ? ST_OK : status;
}
