/* A pager between a stream and its terminal, for answers that are higher than the screen. */
#ifndef DNSIGHT_QUERY_ANSWERS_PAGER_H
#define DNSIGHT_QUERY_ANSWERS_PAGER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

struct pager {
    FILE *stream; /* borrowed; NULL: there is no pager */
    int terminal; /* what the stream wrote to before */
    pid_t child;
};

/* Starts $PAGER, less without it (more if there is no less), if the stream is a terminal that has
 * fewer lines than `lines`; what is written to the stream then goes there. An empty PAGER, or
 * "cat", means none. */
struct pager pager_begin(FILE *stream, uint64_t lines);

/* Waits until the reader has left the pager, and gives the stream its terminal back. Returns false
 * if not everything was taken: who leaves early has seen enough, that is no failure. */
bool pager_end(struct pager *pager);

#endif
