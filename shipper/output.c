#include "shipper/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "shipper/log_directory.h"

/* Octets for standard output that wait to be written together, and the room they are given. */
#define WAITING_MAX ((size_t)256 * 1024)
#define BUFFER_MAX  ((size_t)16 * 1024 * 1024)

/* One of the three is in use. */
struct output {
    struct log_directory *directory;
    struct elastic_output *elastic;
    struct buf waiting; /* for standard output, whole lines */
};

static enum status open_target(const char *target, struct output *output, struct error *err)
{
    if (strcmp(target, "-") == 0)
        return ST_OK;
    if (strncmp(target, "http://", 7) == 0 || strncmp(target, "https://", 8) == 0)
        return error_set(err, ST_UNSUPPORTED, "output to Elasticsearch is not there yet");
    const struct log_directory_options options = {.path = target};
    return log_directory_open(&options, &output->directory, err);
}

enum status output_open(const char *target, struct output **output, struct error *err)
{
    struct output *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(err, ST_NO_MEMORY, "no memory for the output");
    buf_init(&made->waiting, BUFFER_MAX);
    const enum status status = open_target(target, made, err);
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

enum status output_add(struct output *output, struct bytes document, struct bytes id,
                       struct error *err)
{
    (void)id;
    if (output->directory != NULL)
        return log_directory_add(output->directory, document, err);
    buf_add(&output->waiting, document);
    buf_add_u8(&output->waiting, '\n');
    if (!buf_ok(&output->waiting))
        return error_set(err, ST_LIMIT, "a document of %zu octets is too long", document.len);
    return output->waiting.len < WAITING_MAX ? ST_OK : write_waiting(output, err);
}

enum status output_flush(struct output *output, struct error *err)
{
    if (output->directory != NULL)
        return log_directory_flush(output->directory, err);
    return write_waiting(output, err);
}

enum status output_close(struct output *output, struct output_totals *totals, struct error *err)
{
    *totals = (struct output_totals){0};
    if (output == NULL)
        return ST_OK;
    const enum status status = output->directory != NULL
                                   ? log_directory_close(output->directory, err)
                                   : write_waiting(output, err);
    buf_release(&output->waiting);
    free(output);
    return status;
}
