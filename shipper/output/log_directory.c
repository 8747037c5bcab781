#include "shipper/output/log_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "shipper/output/log_compressor.h"
#include "shipper/output/log_files.h"

/* Octets that may wait before they are written, and the room they are given: the longest document
 * (a few million octets, see document/build.c) fits behind them. */
#define WAITING_MAX ((size_t)256 * 1024)
#define BUFFER_MAX  ((size_t)8 * 1024 * 1024)

#define LOCK_NAME ".lock"

struct log_directory {
    struct log_directory_options options;
    struct log_directory_counters counters;
    struct log_compressor *compressor; /* NULL: files stay as they are */
    int folder;
    int lock;
    int file;           /* the one that grows; -1 after a failure to open the next one */
    unsigned number;    /* of it */
    uint64_t file_len;  /* octets of its whole lines */
    int64_t begun_s;    /* when it was made, by the wall clock */
    struct buf waiting; /* whole lines only */
    uint64_t waiting_count;
};

static int64_t wall_clock_s(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec;
}

static enum status fail(const struct log_directory *d, int reason, const char *what,
                        struct error *err)
{
    char name[LOG_FILE_NAME_SIZE];
    log_file_name(d->number, LOG_FILE_PLAIN, name);
    return error_set_os(err, ST_IO, reason, "cannot %s %s/%s", what, d->options.path, name);
}

/* --- Opening ---------------------------------------------------------------------------------- */

/* Cuts a last line that has no end: its writer was killed while it wrote. */
static enum status cut_half_line(struct log_directory *d, struct error *err)
{
    struct stat stat;
    if (fstat(d->file, &stat) != 0)
        return fail(d, errno, "read the size of", err);
    uint8_t octets[4096] = {0};
    off_t end = stat.st_size;
    while (end > 0) {
        const size_t len = end < (off_t)sizeof octets ? (size_t)end : sizeof octets;
        const ssize_t got = pread(d->file, octets, len, end - (off_t)len);
        if (got != (ssize_t)len)
            return fail(d, errno, "read", err);
        size_t keep = len;
        while (keep > 0 && octets[keep - 1] != '\n')
            keep--;
        end -= (off_t)(len - keep);
        if (keep > 0)
            break;
    }
    d->file_len = (uint64_t)end;
    if (end != stat.st_size && ftruncate(d->file, end) != 0)
        return fail(d, errno, "cut the half line at the end of", err);
    return ST_OK;
}

/* When the file was made; where the file system does not know, now. */
static int64_t birth_s(int file)
{
    struct statx about;
    const bool is_known = statx(file, "", AT_EMPTY_PATH, STATX_BTIME, &about) == 0 &&
                          (about.stx_mask & STATX_BTIME) != 0;
    return is_known ? about.stx_btime.tv_sec : wall_clock_s();
}

/* Opens the file of that number to append to it. */
static enum status open_file(struct log_directory *d, unsigned number, struct error *err)
{
    char name[LOG_FILE_NAME_SIZE];
    log_file_name(number, LOG_FILE_PLAIN, name);
    d->number = number;
    d->file = openat(d->folder, name, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (d->file < 0)
        return fail(d, errno, "open", err);
    d->begun_s = birth_s(d->file);
    return cut_half_line(d, err);
}

static enum status take_lock(struct log_directory *d, struct error *err)
{
    const char *const path = d->options.path;
    d->lock = openat(d->folder, LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (d->lock < 0)
        return error_set_os(err, ST_IO, errno, "cannot open %s/%s", path, LOCK_NAME);
    if (flock(d->lock, LOCK_EX | LOCK_NB) != 0)
        return error_set(err, ST_IO, "%s is in use by another dnsightd", path);
    return ST_OK;
}

static enum status open_folder(struct log_directory *d, struct error *err)
{
    const char *const path = d->options.path;
    if (mkdir(path, 0750) != 0 && errno != EEXIST)
        return error_set_os(err, ST_IO, errno, "cannot make the log directory %s", path);
    d->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (d->folder < 0)
        return error_set_os(err, ST_IO, errno, "cannot open the log directory %s", path);
    return take_lock(d, err);
}

/* The octets that finished files may take while one grows and another one is compressed. */
static uint64_t finished_max(const struct log_directory *d)
{
    const uint64_t reserved = d->options.is_plain ? 1 : LOG_DIRECTORY_FILES_LEAST - 1;
    return d->options.total_max - reserved * d->options.file_max;
}

/* Has finished files compressed, and deletes the oldest ones to make room for one that grows. */
static enum status make_room(struct log_directory *d, struct error *err)
{
    if (d->compressor != NULL)
        log_compressor_set(d->compressor, d->number);
    for (;;) {
        struct log_files files = {0};
        enum status status = log_files_list(d->folder, d->options.path, d->number, &files, err);
        const bool has_room = files.octets <= finished_max(d);
        if (status != ST_OK || has_room || files.oldest == 0 || files.oldest >= d->number)
            return status;
        status = log_files_delete(d->folder, d->options.path, files.oldest, err);
        if (status != ST_OK)
            return status;
        d->counters.files_deleted++;
    }
}

static enum status open_all(struct log_directory *d, struct error *err)
{
    const char *const path = d->options.path;
    if (d->options.total_max / LOG_DIRECTORY_FILES_LEAST < d->options.file_max)
        return error_set(err, ST_INVALID,
                         "%s: all files may take %" PRIu64 " octets, that is less than %d files of "
                         "%" PRIu64,
                         path, d->options.total_max, LOG_DIRECTORY_FILES_LEAST,
                         d->options.file_max);
    struct log_files files = {0};
    enum status status = open_folder(d, err);
    if (status == ST_OK)
        status = log_files_tidy(d->folder, path, err);
    if (status == ST_OK)
        status = log_files_list(d->folder, path, 0, &files, err);
    if (status == ST_OK)
        status = open_file(d, files.is_newest_plain ? files.newest : files.newest + 1, err);
    if (status == ST_OK && !d->options.is_plain)
        status = log_compressor_start(d->folder, path, &d->compressor, err);
    return status == ST_OK ? make_room(d, err) : status;
}

static void close_all(struct log_directory *d)
{
    log_compressor_stop(d->compressor);
    if (d->file >= 0)
        (void)close(d->file);
    if (d->lock >= 0)
        (void)close(d->lock);
    if (d->folder >= 0)
        (void)close(d->folder);
    buf_release(&d->waiting);
    free(d);
}

enum status log_directory_open(const struct log_directory_options *options,
                               struct log_directory **directory, struct error *err)
{
    struct log_directory *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(err, ST_NO_MEMORY, "no memory for the log directory");
    made->options = *options;
    if (made->options.file_max == 0)
        made->options.file_max = LOG_DIRECTORY_FILE_MAX;
    if (made->options.total_max == 0)
        made->options.total_max = LOG_DIRECTORY_TOTAL_MAX;
    made->folder = made->lock = made->file = -1;
    buf_init(&made->waiting, BUFFER_MAX);
    const enum status status = open_all(made, err);
    if (status != ST_OK) {
        close_all(made);
        return status;
    }
    *directory = made;
    return ST_OK;
}

/* --- Writing ---------------------------------------------------------------------------------- */

/* Finishes the file and begins the next one. */
static enum status rotate(struct log_directory *d, struct error *err)
{
    if (d->file >= 0) {
        (void)close(d->file);
        d->counters.files_finished++;
    }
    const enum status status = open_file(d, d->file >= 0 ? d->number + 1 : d->number, err);
    return status == ST_OK ? make_room(d, err) : status;
}

static bool is_due(const struct log_directory *d, size_t more)
{
    if (d->file < 0)
        return true;
    const int64_t age_s = wall_clock_s() - d->begun_s;
    return d->file_len > 0 && (d->file_len + more > d->options.file_max ||
                               (d->options.age_max_s > 0 && age_s >= d->options.age_max_s));
}

static uint64_t count_lines(struct bytes octets)
{
    uint64_t count = 0;
    for (size_t i = 0; i < octets.len; i++)
        count += octets.data[i] == '\n' ? 1 : 0;
    return count;
}

/* Writes octets that are whole lines. What a failing write leaves of a line is cut off again; the
 * whole lines before it stay, and *kept counts them. */
static enum status write_lines(struct log_directory *d, struct bytes lines, uint64_t *kept,
                               struct error *err)
{
    size_t written = 0;
    while (written < lines.len) {
        const ssize_t n = write(d->file, lines.data + written, lines.len - written);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            const int reason = errno;
            struct error ignored;
            if (cut_half_line(d, &ignored) != ST_OK)
                d->file_len += written;
            *kept = count_lines(bytes_slice(lines, 0, written));
            return fail(d, reason, "write to", err);
        }
        written += (size_t)n;
    }
    d->file_len += lines.len;
    *kept = d->waiting_count;
    return ST_OK;
}

static enum status write_waiting(struct log_directory *d, struct error *err)
{
    uint64_t kept = 0;
    const uint64_t before = d->file_len;
    const enum status status = write_lines(d, buf_bytes(&d->waiting), &kept, err);
    d->counters.written += kept;
    d->counters.dropped += d->waiting_count - kept;
    d->counters.octets += d->file_len - before;
    buf_reset(&d->waiting);
    d->waiting_count = 0;
    return status;
}

/* Counts a failure, and says it where there is a log. */
static enum status settle(struct log_directory *d, enum status status, const struct error *error,
                          struct error *err)
{
    d->counters.is_failing = status != ST_OK;
    if (status == ST_OK)
        return ST_OK;
    d->counters.failures++;
    if (d->options.log == NULL) {
        *err = *error;
        return status;
    }
    log_event(
        d->options.log, LOG_LEVEL_ERROR, "the log directory fails",
        LOG_FIELDS(LOG_TEXT("reason", error->text), LOG_NUMBER("dropped", d->counters.dropped)));
    return ST_OK;
}

enum status log_directory_flush(struct log_directory *directory, struct error *err)
{
    struct log_directory *const d = directory;
    struct error error = {.status = ST_OK};
    enum status status = ST_OK;
    /* Nothing to do is no proof that it could be done. */
    const bool must_rotate = is_due(d, d->waiting.len);
    if (d->waiting.len == 0 && !must_rotate && d->counters.is_failing)
        return ST_OK;
    if (must_rotate)
        status = rotate(d, &error);
    if (d->waiting.len > 0 && d->file >= 0) {
        const enum status written = write_waiting(d, &error);
        status = written != ST_OK ? written : status;
    } else if (d->waiting.len > 0) {
        d->counters.dropped += d->waiting_count;
        buf_reset(&d->waiting);
        d->waiting_count = 0;
    }
    if (status == ST_OK && d->compressor != NULL)
        status = log_compressor_take_error(d->compressor, &error);
    return settle(d, status, &error, err);
}

enum status log_directory_add(struct log_directory *directory, struct bytes document,
                              struct error *err)
{
    struct log_directory *const d = directory;
    const size_t before = d->waiting.len;
    buf_add(&d->waiting, document);
    buf_add_u8(&d->waiting, '\n');
    if (!buf_ok(&d->waiting)) {
        d->waiting.len = before;
        d->waiting.failed = false;
        return error_set(err, ST_LIMIT, "a document of %zu octets does not fit into %s",
                         document.len, d->options.path);
    }
    d->waiting_count++;
    const size_t limit =
        d->options.file_max < WAITING_MAX ? (size_t)d->options.file_max / 2 : WAITING_MAX;
    return d->waiting.len < limit ? ST_OK : log_directory_flush(d, err);
}

const struct log_directory_counters *log_directory_counters(const struct log_directory *directory)
{
    return &directory->counters;
}

enum status log_directory_close(struct log_directory *directory, struct error *err)
{
    if (directory == NULL)
        return ST_OK;
    enum status status = log_directory_flush(directory, err);
    if (status == ST_OK && directory->file >= 0 && fdatasync(directory->file) != 0)
        status = fail(directory, errno, "sync", err);
    close_all(directory);
    return status;
}
