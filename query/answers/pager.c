#include "query/answers/pager.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "query/answers/terminal.h"

/* Exit status of a child that could not become another program. */
#define CANNOT_START 127

static bool is_wanted(const char *program)
{
    return program == NULL || (program[0] != '\0' && strcmp(program, "cat") != 0);
}

/* In the child, whose standard input is the pipe. Colours are left alone, and less ends by itself
 * where all fits, as with git(1). */
static void become(const char *program)
{
    (void)setenv("LESS", "FRX", 0);
    if (program != NULL) {
        (void)execl("/bin/sh", "sh", "-c", program, (char *)NULL);
    } else {
        (void)execlp("less", "less", (char *)NULL);
        (void)execlp("more", "more", (char *)NULL);
        (void)execlp("cat", "cat", (char *)NULL);
    }
    _exit(CANNOT_START);
}

/* Puts the pipe in the place of the terminal. False if the stream stays as it is. */
static bool redirect(struct pager *pager, FILE *stream, const int ends[2])
{
    const int descriptor = fileno(stream);
    pager->terminal = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (pager->terminal < 0)
        return false;
    pager->child = fork();
    if (pager->child == 0) {
        if (dup2(ends[0], STDIN_FILENO) == STDIN_FILENO)
            become(getenv("PAGER"));
        _exit(CANNOT_START);
    }
    if (pager->child > 0 && dup2(ends[1], descriptor) == descriptor)
        return true;
    (void)close(pager->terminal);
    return false;
}

struct pager pager_begin(FILE *stream, uint64_t lines)
{
    struct pager pager = {.stream = NULL};
    const size_t height = terminal_height(stream);
    int ends[2];
    if (height == 0 || lines < height || !is_wanted(getenv("PAGER")) || fflush(stream) != 0 ||
        pipe2(ends, O_CLOEXEC) != 0)
        return pager;
    if (redirect(&pager, stream, ends)) {
        pager.stream = stream;
        /* Ctrl-C is for the pager now, which may also end before it has read all. */
        (void)signal(SIGINT, SIG_IGN);
        (void)signal(SIGPIPE, SIG_IGN);
    }
    (void)close(ends[0]);
    (void)close(ends[1]);
    return pager;
}

bool pager_end(struct pager *pager)
{
    if (pager->stream == NULL)
        return true;
    const bool has_all = fflush(pager->stream) == 0 && ferror(pager->stream) == 0;
    if (!has_all)
        __fpurge(pager->stream);
    clearerr(pager->stream);
    (void)dup2(pager->terminal, fileno(pager->stream));
    (void)close(pager->terminal);
    while (waitpid(pager->child, NULL, 0) < 0 && errno == EINTR)
        continue;
    (void)signal(SIGINT, SIG_DFL);
    (void)signal(SIGPIPE, SIG_DFL);
    pager->stream = NULL;
    return has_all;
}
