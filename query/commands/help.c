#include "query/commands/help.h"

#include <stdbool.h>
#include <string.h>

/* Columns of a line, and of an option with its value before its help. */
#define WIDTH        80
#define OPTION_WIDTH 26

void help_wrap(const char *text, size_t column, FILE *out)
{
    size_t used = column;
    for (const char *word = text + strspn(text, " \n"); *word != '\0';) {
        const size_t len = strcspn(word, " \n");
        if (used > column && used + 1 + len > WIDTH) {
            (void)fprintf(out, "\n%*s", (int)column, "");
            used = column;
        }
        const bool is_first = used == column;
        (void)fprintf(out, "%s%.*s", is_first ? "" : " ", (int)len, word);
        used += len + (is_first ? 0 : 1);
        word += len;
        word += strspn(word, " \n");
    }
    (void)fputc('\n', out);
}

static void print_option(const struct option *option, FILE *out)
{
    const int len = fprintf(out, "  --%s%s%s", option->name, option->value == NULL ? "" : " ",
                            option->value == NULL ? "" : option->value);
    if (len + 2 > OPTION_WIDTH)
        (void)fprintf(out, "\n%*s", OPTION_WIDTH, "");
    else
        (void)fprintf(out, "%*s", OPTION_WIDTH - len, "");
    help_wrap(option->help, OPTION_WIDTH, out);
}

void help_print(const struct command *command, FILE *out)
{
    (void)fprintf(out, "dnsight %s%s%s\n\n", command->name, command->usage[0] == '\0' ? "" : " ",
                  command->usage);
    help_wrap(command->summary, 0, out);
    (void)fputc('\n', out);
    for (size_t i = 0; i < command->options->count; i++)
        print_option(&command->options->rows[i], out);
    (void)fprintf(out, "\nExamples:\n%s", command->examples);
}
