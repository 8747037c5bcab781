#include "shipper/output/output.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "shipper/base/message.h"
#include "shipper/delivery/elastic_output.h"
#include "shipper/output/log_directory.h"
#include "shipper/output/summary.h"

/* Octets for standard output that wait to be written together, and the room they are given. */
#define WAITING_MAX ((size_t)64 * 1024)
#define BUFFER_MAX  ((size_t)64 * 1024 * 1024)

/* One of the three is in use. */
struct output {
    struct log_directory *directory;
    struct elastic_output *elastic;
    struct elastic_counters elastic_counters; /* of the last call of output_counters */
    struct buf waiting; /* for standard output, whole lines; behind them the next document */
    size_t lines_len;   /* octets of these lines; 0 if the output is another */
};

static enum status open_target(const struct output_options *options, struct output *output,
                               struct error *err)
{
    const char *const target = options->target;
    if (strcmp(target, "-") == 0)
        return ST_OK;
    if (strncmp(target, "http://", 7) == 0 || strncmp(target, "https://", 8) == 0) {
        const struct elastic_output_options elastic = {
            .settings = options->elastic,
            .target = target,
            .is_live = options->is_live,
            .log = options->log,
            .messages = stderr,
        };
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
    struct bytes left = {output->waiting.data, output->lines_len};
    while (left.len > 0) {
        const ssize_t n = write(STDOUT_FILENO, left.data, left.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return error_set_os(err, ST_IO, errno, "cannot write to standard output");
        left = bytes_slice(left, (size_t)n, left.len);
    }
    buf_reset(&output->waiting);
    output->lines_len = 0;
    return ST_OK;
}

struct buf *output_room(struct output *output)
{
    buf_reset(&output->waiting);
    buf_wrote(&output->waiting, output->lines_len);
    return &output->waiting;
}

static enum status end_line(struct output *output, struct error *err)
{
    struct buf *const waiting = &output->waiting;
    buf_add_u8(waiting, '\n');
    if (!buf_ok(waiting))
        return error_set(err, ST_LIMIT, "a document of %zu octets is too long",
                         waiting->len - output->lines_len);
    output->lines_len = waiting->len;
    return waiting->len < WAITING_MAX ? ST_OK : write_waiting(output, err);
}

enum status output_add(struct output *output, const struct output_document *document,
                       struct error *err)
{
    const struct bytes json = buf_bytes(&output->waiting);
    if (output->elastic != NULL)
        return elastic_output_add(output->elastic,
                                  document->is_failure ? SPOOL_FAILURES : SPOOL_ANSWERS,
                                  document->id, json, err);
    if (output->directory != NULL)
        return log_directory_add(output->directory, json, err);
    return end_line(output, err);
}

enum status output_flush(struct output *output, struct error *err)
{
    if (output->elastic != NULL)
        return elastic_output_flush(output->elastic, err);
    if (output->directory != NULL)
        return log_directory_flush(output->directory, err);
    return write_waiting(output, err);
}

enum status output_renew(struct output *output, const struct http_options *http, struct error *err)
{
    return output->elastic == NULL ? ST_OK : elastic_output_renew(output->elastic, http, err);
}

struct output_counters output_counters(struct output *output)
{
    struct output_counters counters = {0};
    if (output->directory != NULL)
        counters.files = log_directory_counters(output->directory);
    if (output->elastic != NULL) {
        elastic_output_counters(output->elastic, &output->elastic_counters);
        counters.elastic = &output->elastic_counters;
    }
    return counters;
}

static void say_totals(const struct elastic_counters *totals)
{
    struct buf text;
    buf_init(&text, ERROR_TEXT_SIZE);
    buf_add_format(&text, "%" PRIu64 " new, %" PRIu64 " already there", totals->created,
                   totals->already_there);
    struct summary_list list = {.out = &text, .before = ", "};
    summary_count(&list, totals->failure_store, "in the failure store");
    summary_count(&list, totals->spooled, "in the spool");
    summary_count(&list, totals->dead_letters_full, "refused and lost: the dead letters are full");
    summary_count(&list, totals->quarantined, "in damaged files of the spool");
    summary_count(&list, totals->dropped_queue + totals->dropped_spool, "dropped: no room");
    summary_count(&list, totals->dropped_large, "dropped: too large");
    message_say("%s", buf_text(&text));
    buf_release(&text);
}

static void say_refusals(const struct elastic_output *elastic)
{
    const struct refusals *const refusals = elastic_output_refusals(elastic);
    for (size_t i = 0; i < refusals->count; i++)
        message_say("%" PRIu64 " refused, the first %s: %s", refusals->list[i].count,
                    refusals->list[i].id, refusals->list[i].reason);
    if (refusals->total > 0)
        message_say("what was refused is in %s/" SPOOL_DEAD_LETTERS, elastic_output_spool(elastic));
}

struct output_rest output_rest(const struct output_counters *counters)
{
    struct output_rest rest = {.waiting = 0};
    if (counters->files != NULL)
        rest.dropped = counters->files->dropped;
    const struct elastic_counters *const elastic = counters->elastic;
    if (elastic != NULL)
        rest = (struct output_rest){
            .waiting = elastic->waiting + elastic->spooled,
            .refused = elastic->dead_letters + elastic->dead_letters_full,
            .dropped = elastic->dropped_queue + elastic->dropped_spool + elastic->dropped_large,
        };
    return rest;
}

static enum status close_elastic(struct elastic_output *elastic, bool is_quiet, struct error *err)
{
    enum status status = elastic_output_finish(elastic, err);
    struct elastic_counters totals;
    elastic_output_counters(elastic, &totals);
    if (!is_quiet)
        say_totals(&totals);
    say_refusals(elastic);
    const uint64_t refused = totals.dead_letters + totals.dead_letters_full;
    if (status == ST_OK && refused > 0)
        status = error_set(err, ST_REFUSED, "%" PRIu64 " documents were refused", refused);
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
