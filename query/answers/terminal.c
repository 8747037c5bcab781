#include "query/answers/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* What a terminal is taken for that does not say how large it is; and the largest one. */
#define WIDTH_DEFAULT     80
#define HEIGHT_DEFAULT    24
#define SIZE_IN_CELLS_MAX 10000

static bool is_terminal(FILE *stream)
{
    return isatty(fileno(stream)) == 1;
}

/* A number of columns or lines; 0 if the variable has none. */
static size_t size_from_environment(const char *name)
{
    const char *const text = getenv(name);
    if (text == NULL)
        return 0;
    const unsigned long size = strtoul(text, NULL, 10);
    return size <= SIZE_IN_CELLS_MAX ? (size_t)size : 0;
}

size_t terminal_width(FILE *stream)
{
    if (!is_terminal(stream))
        return 0;
    const size_t chosen = size_from_environment("COLUMNS");
    if (chosen > 0)
        return chosen;
    struct winsize size = {0};
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return WIDTH_DEFAULT;
}

size_t terminal_height(FILE *stream)
{
    if (!is_terminal(stream))
        return 0;
    struct winsize size = {0};
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_row > 0)
        return size.ws_row;
    const size_t chosen = size_from_environment("LINES");
    return chosen > 0 ? chosen : HEIGHT_DEFAULT;
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
