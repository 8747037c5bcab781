#include "query/commands/help.h"

#include <string.h>

/* Columns of an option with its value, before its help. */
#define OPTION_WIDTH 34

static void print_option(const struct option *option, FILE *out)
{
    const size_t len =
        strlen(option->name) + (option->value == NULL ? 0 : strlen(option->value) + 1);
    const int fill = len + 2 < OPTION_WIDTH ? (int)(OPTION_WIDTH - 2 - len) : 1;
    (void)fprintf(out, "  --%s%s%s%*s%s\n", option->name, option->value == NULL ? "" : " ",
                  option->value == NULL ? "" : option->value, fill, "", option->help);
}

void help_print(const struct command *command, FILE *out)
{
    (void)fprintf(out, "dnsight %s%s%s\n\n%s\n\n", command->name,
                  command->usage[0] == '\0' ? "" : " ", command->usage, command->summary);
    for (size_t i = 0; i < command->options->count; i++)
        print_option(&command->options->rows[i], out);
    (void)fprintf(out, "\nExamples:\n%s", command->examples);
}
