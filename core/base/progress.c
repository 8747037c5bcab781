#include "core/base/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "core/base/time_text.h"

/* The first line comes after this time: short work shows none. */
#define FIRST_NS (NS_PER_S / 2)
/* Time between two lines. */
#define INTERVAL_NS (NS_PER_S / 5)
/* Calls between two looks at the clock. */
#define CALLS_PER_LOOK 1024

static int64_t monotonic_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

struct progress progress_begin(bool is_quiet)
{
    const int64_t now = monotonic_ns();
    return (struct progress){
        .is_shown = !is_quiet && isatty(STDERR_FILENO) == 1,
        .start_ns = now,
        .next_ns = now + FIRST_NS,
    };
}

bool progress_is_due(struct progress *progress)
{
    if (!progress->is_shown || ++progress->calls < CALLS_PER_LOOK)
        return false;
    progress->calls = 0;
    return monotonic_ns() >= progress->next_ns;
}

void progress_show(struct progress *progress, const struct progress_state *state)
{
    const int64_t now = monotonic_ns();
    const double seconds = (double)(now - progress->start_ns) / (double)NS_PER_S;
    const double megabytes = (double)state->done / 1e6;
    (void)fprintf(stderr, "\r\033[K%s: %.0f MB", state->what, megabytes);
    if (state->total > 0) {
        const double share = (double)state->done / (double)state->total;
        (void)fprintf(stderr, " of %.0f MB (%.0f %%)", (double)state->total / 1e6, share * 100);
        if (share > 0 && share <= 1)
            (void)fprintf(stderr, ", %.0f s left", seconds / share - seconds);
    }
    (void)fprintf(stderr, ", %" PRIu64 " lookups, %.0f/s", state->lookups,
                  (double)state->lookups / seconds);
    (void)fflush(stderr);
    progress->has_line = true;
    progress->next_ns = now + INTERVAL_NS;
}

void progress_clear(struct progress *progress)
{
    if (!progress->has_line)
        return;
    (void)fputs("\r\033[K", stderr);
    (void)fflush(stderr);
    progress->has_line = false;
}
