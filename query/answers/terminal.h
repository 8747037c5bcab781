/* The terminal at the other end of a stream, if there is one. */
#ifndef DNSIGHT_QUERY_ANSWERS_TERMINAL_H
#define DNSIGHT_QUERY_ANSWERS_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "query/questions/settings.h"

/* Columns of the terminal: COLUMNS if it is set, else what the terminal says, else 80; 0 if the
 * stream is no terminal. */
size_t terminal_width(FILE *stream);

/* Lines of the terminal: what it says, else LINES, else 24; 0 if the stream is no terminal. */
size_t terminal_height(FILE *stream);

/* Whether to use colours there: by choice, or on a terminal that has them unless NO_COLOR is set
 * (no-color.org). */
bool terminal_has_colour(FILE *stream, enum colour_choice choice);

#endif
