/* dnsight: asks about recorded DNS lookups. */
#include <locale.h>
#include <stdio.h>

#include "core/elastic/http.h"
#include "query/commands.h"

int main(int argc, char **argv)
{
    const struct command_line line = {.word_count = argc > 0 ? (size_t)argc - 1 : 0,
                                      .words = argv + 1,
                                      .out = stdout,
                                      .err = stderr};
    if (http_global_init() != ST_OK) {
        (void)fputs("dnsight: memory is exhausted\n", stderr);
        return EXIT_SOURCE;
    }
    const enum exit_status exit_status = commands_run(&line);
    http_global_release();
    return (int)exit_status;
}
