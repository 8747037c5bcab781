/* The options of a command line, read by tables: one row an option. */
#ifndef DNSIGHT_BASE_OPTIONS_H
#define DNSIGHT_BASE_OPTIONS_H

#include <stddef.h>

#include "core/base/error.h"
#include "core/base/macros.h"

struct option {
    const char *name;  /* without its dashes: "since" */
    const char *value; /* what stands for its value in the help: "T"; NULL if it takes none */
    const char *help;  /* one line */
    /* Takes the value (NULL if the option takes none) into the settings of the command. Returns
     * ST_OK, or ST_INVALID with *err saying what was expected; the option's name is put before it
     * by the caller. */
    enum status (*set)(void *settings, const char *value, struct error *err);
    char letter; /* a short form, -c; 0 (left out of the row) if there is none */
    /* What people type for it out of habit, "--output -o"; not accepted, but answered with the name
     * of the option. NULL (left out of the row) if there is nothing. */
    const char *habits;
};

struct option_table {
    const struct option *rows;
    size_t count;
};

/* The words of a command line; once it is parsed, what remains when the options are taken out. */
struct operands {
    const char **words; /* owned array of borrowed words, in their order */
    size_t count;
};

/* Takes the words of a command line. Returns ST_OK, or ST_NO_MEMORY with *err. */
MUST_CHECK enum status operands_init(struct operands *operands, size_t count, char *const *words,
                                     struct error *err);
void operands_release(struct operands *operands);

/* Reads `--name value`, `--name=value` and `--name` anywhere among the operands, and `-c value` and
 * `-c` for options with a letter, and takes them out of *operands; `-h` is `--help`, `-` alone is
 * an operand, and behind `--` everything is. Returns ST_OK, or ST_INVALID with *err (an unknown
 * option names the one that its habits mean, or the nearest known one). */
MUST_CHECK enum status options_parse(const struct option_table *table, void *settings,
                                     struct operands *operands, struct error *err);

#endif
