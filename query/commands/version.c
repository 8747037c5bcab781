#include "query/commands/version.h"

enum exit_status version_command(const struct command *command, const struct command_line *line)
{
    (void)command;
    (void)fputs("dnsight " DNSIGHT_VERSION "\n", line->out);
    return EXIT_MATCHED;
}
