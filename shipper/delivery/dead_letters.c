#include "shipper/delivery/dead_letters.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/json/writer.h"
#include "shipper/delivery/spool_folder.h"

#define OCTETS_MAX_DEFAULT (UINT64_C(64) * 1024 * 1024)

struct dead_letters {
    struct buf path;
    uint64_t octets_max;
    const struct file_calls *calls;
    pthread_mutex_t lock; /* of everything below */
    int file;             /* -1: not open */
    uint64_t octets;
    struct buf line;
};

enum status dead_letters_new(const char *folder, uint64_t octets_max,
                             const struct file_calls *calls, struct dead_letters **letters)
{
    struct dead_letters *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return ST_NO_MEMORY;
    made->octets_max = octets_max == 0 ? OCTETS_MAX_DEFAULT : octets_max;
    made->calls = calls;
    made->file = -1;
    buf_init(&made->path, SIZE_MAX);
    buf_init(&made->line, SIZE_MAX);
    buf_add_format(&made->path, "%s/" SPOOL_DEAD_LETTERS, folder);
    (void)buf_text(&made->path);
    (void)pthread_mutex_init(&made->lock, NULL);
    if (!buf_ok(&made->path)) {
        dead_letters_free(made);
        return ST_NO_MEMORY;
    }
    *letters = made;
    return ST_OK;
}

void dead_letters_free(struct dead_letters *letters)
{
    if (letters == NULL)
        return;
    if (letters->file >= 0)
        (void)letters->calls->close(letters->file);
    (void)pthread_mutex_destroy(&letters->lock);
    buf_release(&letters->path);
    buf_release(&letters->line);
    free(letters);
}

static enum status failed(struct dead_letters *d, const char *attempt, struct error *err)
{
    return error_set_os(err, ST_IO, errno, "cannot %s %s", attempt, buf_text(&d->path));
}

/* Opens the file; what a process that was killed left of a line gets a line end. */
static MUST_CHECK enum status open_file(struct dead_letters *d, struct error *err)
{
    if (d->file >= 0)
        return ST_OK;
    const int file = d->calls->openat(AT_FDCWD, buf_text(&d->path),
                                      O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    struct stat stat = {0};
    if (file < 0 || fstat(file, &stat) != 0)
        return failed(d, "open", err);
    d->file = file;
    d->octets = (uint64_t)stat.st_size;
    char last = '\n';
    if (stat.st_size > 0 && pread(file, &last, 1, stat.st_size - 1) == 1 && last != '\n' &&
        d->calls->write(file, "\n", 1) != 1)
        return failed(d, "write to", err);
    return ST_OK;
}

static void make_line(struct buf *line, const struct dead_letter *letter)
{
    buf_reset(line);
    buf_add_text(line, "{");
    if (letter->id.len > 0) {
        buf_add_text(line, "\"_id\":\"");
        buf_add(line, letter->id);
        buf_add_text(line, "\",");
    }
    buf_add_text(line, "\"_source\":");
    buf_add(line, letter->document);
    buf_add_text(line, ",\"error\":");
    json_add_string(line, letter->reason);
    buf_add_text(line, "}\n");
}

/* Writes a whole line; what a failure leaves of it is cut off again. */
static MUST_CHECK enum status write_line(struct dead_letters *d, struct error *err)
{
    struct bytes left = buf_bytes(&d->line);
    while (left.len > 0) {
        const ssize_t n = d->calls->write(d->file, left.data, left.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            const enum status status = failed(d, "write to", err);
            (void)!ftruncate(d->file, (off_t)d->octets);
            return status;
        }
        left = bytes_slice(left, (size_t)n, left.len);
    }
    d->octets += d->line.len;
    return ST_OK;
}

static MUST_CHECK enum status add(struct dead_letters *d, const struct dead_letter *letter,
                                  struct error *err)
{
    const enum status status = open_file(d, err);
    if (status != ST_OK)
        return status;
    make_line(&d->line, letter);
    if (!buf_ok(&d->line))
        return error_set(err, ST_IO, "no memory for a dead letter");
    if (d->octets + d->line.len > d->octets_max)
        return error_set(err, ST_LIMIT, "%s is full", buf_text(&d->path));
    return write_line(d, err);
}

enum status dead_letters_add(struct dead_letters *letters, const struct dead_letter *letter,
                             struct error *err)
{
    (void)pthread_mutex_lock(&letters->lock);
    const enum status status = add(letters, letter, err);
    (void)pthread_mutex_unlock(&letters->lock);
    return status;
}

enum status dead_letters_sync(struct dead_letters *letters, struct error *err)
{
    (void)pthread_mutex_lock(&letters->lock);
    enum status status = ST_OK;
    if (letters->file >= 0 && letters->calls->fdatasync(letters->file) != 0)
        status = failed(letters, "sync", err);
    (void)pthread_mutex_unlock(&letters->lock);
    return status;
}
