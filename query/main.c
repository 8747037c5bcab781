/* dnsight: asks about recorded DNS lookups. */
#include <locale.h>
#include <stdio.h>

#include "query/commands.h"

int main(int argc, char **argv)
{
    const struct command_line line = {.word_count = argc > 0 ? (size_t)argc - 1 : 0,
                                      .words = argv + 1,
                                      .out = stdout,
                                      .err = stderr};
    return (int)commands_run(&line);
}
