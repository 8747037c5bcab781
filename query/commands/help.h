/* --help: what a command does, its options, and examples that work. */
#ifndef DNSIGHT_QUERY_COMMANDS_HELP_H
#define DNSIGHT_QUERY_COMMANDS_HELP_H

#include <stddef.h>
#include <stdio.h>

#include "query/base/command.h"

void help_print(const struct command *command, FILE *out);

/* Prints the words of a text in lines of 80 columns at most, the first from `column` on, where the
 * output stands already, the others indented as far; words are not broken. */
void help_wrap(const char *text, size_t column, FILE *out);

#endif
