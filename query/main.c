/* dnsight: asks about recorded DNS lookups. */
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>

#include "core/elastic/http.h"
#include "query/commands/commands.h"

/* The mutable globals, for which a handler needs no lock: whether a signal asked to end, and which,
 * SIGINT or SIGTERM. */
static_assert(ATOMIC_BOOL_LOCK_FREE == 2, "a signal handler may use atomic_bool");
static atomic_bool stop = false;
static volatile sig_atomic_t stop_signal = 0;

static void on_signal(int number)
{
    stop_signal = number;
    atomic_store(&stop, true);
}

/* The first signal ends the reading, so that what was found is printed; a second one ends the
 * program at once. */
static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
}

/* Writes what still waits for standard output; whatever was lost of it becomes the exit status. */
static enum exit_status finish_output(enum exit_status exit_status)
{
    struct error err = {.status = ST_OK};
    const bool has_lost = ferror(stdout) != 0;
    if (fflush(stdout) != 0)
        (void)error_set_os(&err, ST_IO, errno, "cannot write to standard output");
    else if (has_lost)
        (void)error_set(&err, ST_IO, "cannot write to standard output");
    if (err.status == ST_OK || exit_status == EXIT_SOURCE)
        return exit_status;
    (void)fprintf(stderr, "dnsight: %s\n", err.text);
    return EXIT_SOURCE;
}

int main(int argc, char **argv)
{
    const struct command_line line = {.word_count = argc > 0 ? (size_t)argc - 1 : 0,
                                      .words = argv + 1,
                                      .out = stdout,
                                      .err = stderr,
                                      .stop = &stop};
    catch_signals();
    if (http_global_init() != ST_OK) {
        (void)fputs("dnsight: memory is exhausted\n", stderr);
        return EXIT_SOURCE;
    }
    const enum exit_status exit_status = finish_output(commands_run(&line));
    http_global_release();
    /* Who started the program learns that it was a signal: a loop of a shell ends, too. */
    if (stop_signal != 0)
        (void)raise(stop_signal);
    return (int)exit_status;
}
