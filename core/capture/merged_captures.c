#include "core/capture/merged_captures.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/time_text.h"
#include "core/capture/capture_file.h"
#include "core/capture/repeats.h"

/* Captures overlap where another one has a frame within this time: only there repeats are looked
 * for, so that the many files of one recording cost no more than a single one. */
#define OVERLAP_NS NS_PER_S

/* One capture. Without a file it waits for its turn, with nothing but the time of its first frame
 * in memory. */
struct member {
    char *path;                /* owned */
    struct input *input;       /* owned; NULL while the capture waits */
    struct capture_file *file; /* owned; NULL while the capture waits */
    struct frame frame;        /* the next one; of a waiting capture only the time is set */
    size_t number;             /* see merged_captures_number */
};

struct merged_captures {
    struct member *members; /* owned; in the order of the captures, those that have a frame left */
    size_t count;
    size_t cap;
    size_t added;     /* calls of merged_captures_add */
    size_t current;   /* whose frame was given last; SIZE_MAX before the first */
    int64_t rival_ns; /* the earliest frame of the other captures: the current one is next without
                         a look at them while its frames are earlier */
    struct repeats *repeats;  /* owned; NULL while there is one capture */
    int64_t overlap_until_ns; /* frames before this may be repeats */
    uint64_t repeated;
};

enum status merged_captures_new(struct merged_captures **merged, struct error *err)
{
    struct merged_captures *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    made->current = SIZE_MAX;
    made->overlap_until_ns = INT64_MIN;
    *merged = made;
    return ST_OK;
}

/* Closes what is open; the path and the time of the frame stay. */
static void member_close(struct member *member)
{
    capture_file_close(member->file);
    input_close(member->input);
    member->file = NULL;
    member->input = NULL;
}

static void member_release(struct member *member)
{
    member_close(member);
    free(member->path);
}

void merged_captures_free(struct merged_captures *merged)
{
    if (merged == NULL)
        return;
    for (size_t i = 0; i < merged->count; i++)
        member_release(&merged->members[i]);
    repeats_free(merged->repeats);
    free(merged->members);
    free(merged);
}

/* Reads up to the first frame of member->input. */
static enum status member_begin(struct member *member, struct error *err)
{
    const enum status status = capture_file_open(member->input, &member->file, err);
    return status == ST_OK ? capture_file_next(member->file, &member->frame, err) : status;
}

/* Opens a capture whose turn has come. */
static enum status member_reopen(struct member *member, struct error *err)
{
    const enum status status = input_open(member->path, &member->input, err);
    return status == ST_OK ? member_begin(member, err) : status;
}

static enum status reserve(struct merged_captures *merged, struct error *err)
{
    if (merged->count < merged->cap)
        return ST_OK;
    const size_t cap = merged->cap == 0 ? 16 : merged->cap * 2;
    struct member *const grown = reallocarray(merged->members, cap, sizeof *grown);
    if (grown == NULL)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    merged->members = grown;
    merged->cap = cap;
    return ST_OK;
}

enum status merged_captures_add(struct merged_captures *merged, struct input *input,
                                struct error *err)
{
    struct member member = {
        .path = strdup(input_name(input)), .input = input, .number = merged->added++};
    enum status status = member.path != NULL ? reserve(merged, err)
                                             : error_set(err, ST_NO_MEMORY, "memory is exhausted");
    if (status == ST_OK && merged->count == 1 && merged->repeats == NULL &&
        repeats_new(&merged->repeats) != ST_OK)
        status = error_set(err, ST_NO_MEMORY, "memory is exhausted");
    if (status == ST_OK)
        status = member_begin(&member, err);
    if (status != ST_OK) {
        member_release(&member);
        return status == ST_END ? ST_OK : status;
    }
    if (input_can_reopen(input))
        member_close(&member);
    merged->members[merged->count++] = member;
    return ST_OK;
}

static void drop(struct merged_captures *merged, size_t at)
{
    struct member *const member = &merged->members[at];
    member_release(member);
    merged->count--;
    memmove(member, member + 1, (merged->count - at) * sizeof *member);
    merged->current = SIZE_MAX;
}

/* Finds the capture with the earliest frame and what its rivals have. */
static void choose(struct merged_captures *merged)
{
    merged->current = 0;
    merged->rival_ns = INT64_MAX;
    for (size_t i = 1; i < merged->count; i++) {
        const int64_t first_ns = merged->members[merged->current].frame.time_ns;
        const int64_t time_ns = merged->members[i].frame.time_ns;
        const int64_t later_ns = time_ns < first_ns ? first_ns : time_ns;
        if (time_ns < first_ns)
            merged->current = i;
        if (later_ns < merged->rival_ns)
            merged->rival_ns = later_ns;
    }
}

/* Moves the capture that gave the last frame to its next one. */
static enum status advance(struct merged_captures *merged, struct error *err)
{
    if (merged->current == SIZE_MAX)
        return ST_OK;
    struct member *const member = &merged->members[merged->current];
    const enum status status = capture_file_next(member->file, &member->frame, err);
    if (status != ST_OK)
        drop(merged, merged->current);
    return status == ST_END ? ST_OK : status;
}

/* Makes the capture with the earliest frame current, and opens it if it waits. A file may have
 * changed since its first frame was looked at. */
static enum status settle(struct merged_captures *merged, struct error *err)
{
    while (merged->count > 0) {
        choose(merged);
        struct member *const member = &merged->members[merged->current];
        if (member->file != NULL)
            return ST_OK;
        const enum status status = member_reopen(member, err);
        if (status != ST_OK)
            drop(merged, merged->current);
        if (status != ST_OK && status != ST_END)
            return status;
    }
    return ST_END;
}

/* Makes the capture whose frame is next current. */
static enum status step(struct merged_captures *merged, struct error *err)
{
    const enum status status = advance(merged, err);
    if (status != ST_OK)
        return status;
    const bool is_next = merged->current != SIZE_MAX &&
                         merged->members[merged->current].frame.time_ns < merged->rival_ns;
    return is_next ? ST_OK : settle(merged, err);
}

/* True if another capture had the current frame. */
static bool is_repeated(struct merged_captures *merged)
{
    if (merged->repeats == NULL)
        return false;
    const struct member *const member = &merged->members[merged->current];
    const int64_t time_ns = member->frame.time_ns;
    const int64_t soon_ns = time_ns > INT64_MAX - OVERLAP_NS ? INT64_MAX : time_ns + OVERLAP_NS;
    if (merged->count > 1 && merged->rival_ns <= soon_ns)
        merged->overlap_until_ns = soon_ns;
    if (time_ns > merged->overlap_until_ns ||
        !repeats_is_known(merged->repeats, &member->frame, member->number))
        return false;
    merged->repeated++;
    return true;
}

enum status merged_captures_next(struct merged_captures *merged, const struct frame **frame,
                                 struct error *err)
{
    enum status status = ST_OK;
    do {
        status = step(merged, err);
    } while (status == ST_OK && is_repeated(merged));
    if (status == ST_OK)
        *frame = &merged->members[merged->current].frame;
    return status;
}

uint64_t merged_captures_repeated(const struct merged_captures *merged)
{
    return merged->repeated;
}

const struct input *merged_captures_input(const struct merged_captures *merged)
{
    return merged->current == SIZE_MAX ? NULL : merged->members[merged->current].input;
}

size_t merged_captures_number(const struct merged_captures *merged)
{
    assert(merged->current != SIZE_MAX);
    return merged->members[merged->current].number;
}
