/* dnsightd: records DNS lookups and ships them. */
#include <assert.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "core/base/macros.h"
#include "core/base/nearest.h"
#include "core/elastic/http.h"
#include "shipper/base/command.h"
#include "shipper/base/message.h"
#include "shipper/commands/command_export.h"
#include "shipper/commands/command_read.h"
#include "shipper/commands/command_run.h"
#include "shipper/commands/command_setup.h"
#include "shipper/commands/command_spool.h"
#include "shipper/commands/command_test.h"
#include "shipper/commands/command_version.h"

/* The mutable globals, for which a handler needs no lock: whether SIGTERM or SIGINT asked to stop,
 * which of them, and whether SIGHUP asked to reload. */
static_assert(ATOMIC_BOOL_LOCK_FREE == 2, "a signal handler may use atomic_bool");
static atomic_bool stop = false;
static atomic_bool reload = false;
static volatile sig_atomic_t stop_signal = 0;

static void on_signal(int signal_number)
{
    if (signal_number == SIGHUP) {
        atomic_store(&reload, true);
        return;
    }
    stop_signal = signal_number;
    atomic_store(&stop, true);
}

static const struct {
    const char *name;
    const char *help;
    int (*run)(const struct command_line *line);
} COMMANDS[] = {
    {"read", "captures to documents", command_read},
    {"run", "live: record the lookups of an interface", command_run},
    {"setup", "install what Elasticsearch, OpenSearch and Kibana need", command_setup},
    {"export", "print what setup would install, or a configuration", command_export},
    {"spool", "look after batches that wait to be stored", command_spool},
    {"test", "check the configuration, or the way to the output", command_test},
    {"version", "version of the program and of its libraries", command_version},
};

static void print_help(FILE *to)
{
    (void)fputs("usage: dnsightd COMMAND [OPTION...]\n"
                "\n"
                "Records every DNS lookup as one document and ships it.\n"
                "\n"
                "commands:\n",
                to);
    for (size_t i = 0; i < ARRAY_LEN(COMMANDS); i++)
        (void)fprintf(to, "  %-9s %s\n", COMMANDS[i].name, COMMANDS[i].help);
    (void)fputs("\n"
                "exit status:\n"
                "  0   done\n"
                "  1   something failed; standard error says what\n"
                "  2   the command line, the configuration or the filter is wrong\n"
                "  3   finished, but a capture was cut or the server refused some documents\n"
                "  4   no permission: the credentials are refused, or run may not capture\n"
                "  75  documents stay in the spool\n"
                "\n"
                "dnsightd COMMAND --help says more, man dnsightd everything. Example:\n"
                "  dnsightd read lookups.pcap > lookups.ndjson\n",
                to);
}

static int unknown_command(const char *name)
{
    struct nearest nearest = nearest_to(bytes_of(name));
    for (size_t i = 0; i < ARRAY_LEN(COMMANDS); i++)
        nearest_offer(&nearest, COMMANDS[i].name);
    if (nearest.name != NULL)
        message_say("unknown command \"%s\"; did you mean %s?", name, nearest.name);
    else
        message_say("unknown command \"%s\"; see dnsightd --help", name);
    return EXIT_USAGE;
}

static int run_command(const struct command_line *line)
{
    for (size_t i = 0; i < ARRAY_LEN(COMMANDS); i++) {
        if (strcmp(line->name, COMMANDS[i].name) == 0)
            return COMMANDS[i].run(line);
    }
    return unknown_command(line->name);
}

/* Output that could not be written is a failure, also of a help text. */
static int finish_output(int exit_status)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return exit_status;
    message_say("cannot write to standard output");
    return exit_status == EXIT_DONE ? EXIT_FAILED : exit_status;
}

/* A second signal ends the program at once. */
static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
}

/* A terminal that goes ends every command but `run`, which reads its configuration again. */
static void catch_hangup(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGHUP, &action, NULL);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        print_help(stdout);
        return finish_output(EXIT_DONE);
    }
    if (strcmp(name, "--version") == 0)
        name = "version";
    catch_signals();
    if (strcmp(name, "run") == 0)
        catch_hangup();
    if (http_global_init() != ST_OK) {
        message_say("no memory");
        return EXIT_FAILED;
    }
    const struct command_line line = {name, (size_t)argc - 2, argv + 2, &stop, &reload};
    const int exit_status = finish_output(run_command(&line));
    http_global_release();
    /* A script that waits for us must see that the work was broken off. */
    if (exit_status == EXIT_INTERRUPTED)
        (void)raise(stop_signal);
    return exit_status;
}
