/* One line on standard error that shows how far long work has come; only on a terminal. */
#ifndef DNSIGHT_BASE_PROGRESS_H
#define DNSIGHT_BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool is_shown;    /* a line may be written at all */
    bool has_line;    /* a line is on the terminal and must be cleared before other output */
    unsigned calls;   /* since the clock was looked at */
    int64_t start_ns; /* monotonic time, as next_ns */
    int64_t next_ns;  /* when the line is written again */
};

/* What the line shows. */
struct progress_state {
    const char *what; /* what is worked on: a file name */
    uint64_t done;    /* octets */
    uint64_t total;   /* octets; 0 when unknown: then there is no percentage */
    uint64_t lookups;
};

/* Shows nothing if `is_quiet`, or if standard error is not a terminal. */
struct progress progress_begin(bool is_quiet);

/* True when it is time to call progress_show; cheap enough to ask for every packet. */
bool progress_is_due(struct progress *progress);

void progress_show(struct progress *progress, const struct progress_state *state);

/* Takes the line away; before any other output to the terminal, and at the end. */
void progress_clear(struct progress *progress);

#endif
