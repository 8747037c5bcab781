#include "shipper/output.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "shipper/elastic_output.h"
#include "shipper/log_directory.h"

/* Octets for standard output that wait to be written together, and the room they are given. */
#define WAITING_MAX ((size_t)64 * 1024)
#define BUFFER_MAX  ((size_t)64 * 1024 * 1024)

/* One of the three is in use. */
struct output {
    struct log_directory *directory;
    struct elastic_output *elastic;
    struct buf waiting; /* for standard output, whole lines */
};

static enum status open_target(const struct output_options *options, struct output *output,
                               struct error *err)
{
    const char *const target = options->target;
    if (strcmp(target, "-") == 0)
        return ST_OK;
    if (strncmp(target, "http://", 7) == 0 || strncmp(target, "https://", 8) == 0) {
        struct elastic_output_options elastic = {.http = options->http, .messages = stderr};
        elastic.http.url = target;
        return elastic_output_open(&elastic, &output->elastic, err);
    }
    struct log_directory_options files = options->files;
    files.path = target;
    return log_directory_open(&files, &output->directory, err);
}

enum status output_open(const struct output_options *options, struct output **output,
                        struct error *err)
{
    struct output *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(err, ST_NO_MEMORY, "no memory for the output");
    buf_init(&made->waiting, BUFFER_MAX);
    const enum status status = open_target(options, made, err);
    if (status != ST_OK) {
        free(made);
        return status;
    }
    *output = made;
    return ST_OK;
}

static enum status write_waiting(struct output *output, struct error *err)
{
    struct bytes left = buf_bytes(&output->waiting);
    while (left.len > 0) {
        const ssize_t n = write(STDOUT_FILENO, left.data, left.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return error_set_os(err, ST_IO, errno, "cannot write to standard output");
        left = bytes_slice(left, (size_t)n, left.len);
    }
    buf_reset(&output->waiting);
    return ST_OK;
}

static enum status add_line(struct output *output, struct bytes document, struct error *err)
{
    buf_add(&output->waiting, document);
    buf_add_u8(&output->waiting, '\n');
    if (!buf_ok(&output->waiting))
        return error_set(err, ST_LIMIT, "a document of %zu octets is too long", document.len);
    return output->waiting.len < WAITING_MAX ? ST_OK : write_waiting(output, err);
}

enum status output_add(struct output *output, struct bytes document, struct bytes id,
                       struct error *err)
{
    if (output->elastic != NULL)
        return elastic_output_add(output->elastic, document, id, err);
    if (output->directory != NULL)
        return log_directory_add(output->directory, document, err);
    return add_line(output, document, err);
}

enum status output_flush(struct output *output, struct error *err)
{
    if (output->elastic != NULL)
        return elastic_output_flush(output->elastic, err);
    if (output->directory != NULL)
        return log_directory_flush(output->directory, err);
    return write_waiting(output, err);
}

struct output_counters output_counters(const struct output *output)
{
    return (struct output_counters){
        .files = output->directory == NULL ? NULL : log_directory_counters(output->directory),
    };
}

static void say_totals(const struct elastic_output_totals *totals, bool is_quiet)
{
    if (!is_quiet) {
        (void)fprintf(stderr, "dnsightd: %" PRIu64 " new, %" PRIu64 " already there",
                      totals->created, totals->already_there);
        if (totals->failure_store > 0)
            (void)fprintf(stderr, ", %" PRIu64 " in the failure store", totals->failure_store);
        (void)fputs("\n", stderr);
    }
    for (size_t i = 0; i < totals->refusal_count; i++)
        (void)fprintf(stderr, "dnsightd: %" PRIu64 " refused, the first %s: %s\n",
                      totals->refusals[i].count, totals->refusals[i].id,
                      totals->refusals[i].reason);
}

static enum status close_elastic(struct elastic_output *elastic, bool is_quiet, struct error *err)
{
    enum status status = elastic_output_finish(elastic, err);
    const struct elastic_output_totals *const totals = elastic_output_totals(elastic);
    say_totals(totals, is_quiet);
    if (status == ST_OK && totals->refused > 0)
        status = error_set(err, ST_REFUSED, "%" PRIu64 " documents were refused", totals->refused);
    elastic_output_free(elastic);
    return status;
}

enum status output_close(struct output *output, bool is_quiet, struct error *err)
{
    if (output == NULL)
        return ST_OK;
    enum status status = ST_OK;
    if (output->elastic != NULL)
        status = close_elastic(output->elastic, is_quiet, err);
    else if (output->directory != NULL)
        status = log_directory_close(output->directory, err);
    else
        status = write_waiting(output, err);
    buf_release(&output->waiting);
    free(output);
    return status;
}
