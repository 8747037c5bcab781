#include "query/answers/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* What a terminal is taken for that does not say how wide it is; and the widest one. */
#define WIDTH_DEFAULT 80
#define WIDTH_MAX     10000

static bool is_terminal(FILE *stream)
{
    return isatty(fileno(stream)) == 1;
}

static size_t width_from_environment(void)
{
    const char *const columns = getenv("COLUMNS");
    if (columns == NULL)
        return 0;
    const unsigned long width = strtoul(columns, NULL, 10);
    return width <= WIDTH_MAX ? (size_t)width : 0;
}

size_t terminal_width(FILE *stream)
{
    if (!is_terminal(stream))
        return 0;
    const size_t chosen = width_from_environment();
    if (chosen > 0)
        return chosen;
    struct winsize size = {0};
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return WIDTH_DEFAULT;
}

bool terminal_has_colour(FILE *stream, enum colour_choice choice)
{
    if (choice != COLOUR_AUTO)
        return choice == COLOUR_ALWAYS;
    const char *const no_color = getenv("NO_COLOR");
    const char *const term = getenv("TERM");
    const bool is_dumb = term == NULL || strcmp(term, "dumb") == 0;
    return is_terminal(stream) && !is_dumb && (no_color == NULL || no_color[0] == '\0');
}
