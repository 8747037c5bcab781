#include "shipper/log_directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/buf.h"

#define FILE_MAX_DEFAULT  (UINT64_C(64) * 1024 * 1024)
#define TOTAL_MAX_DEFAULT (UINT64_C(1024) * 1024 * 1024)

/* Octets that may wait before they are written, and the room they are given: the longest document
 * (a few million octets, see document/build.c) fits behind them. */
#define WAITING_MAX ((size_t)256 * 1024)
#define BUFFER_MAX  ((size_t)8 * 1024 * 1024)

/* The growing file, the finished ones, and the file that carries the lock. */
#define ACTIVE_NAME        "lookups.ndjson"
#define FINISHED_FORMAT    "lookups-%06u.ndjson"
#define LOCK_NAME          ".lock"
#define FINISHED_LEN       21 /* octets of a finished file's name */
#define FINISHED_NUMBER_AT 8

struct log_directory {
    struct log_directory_options options;
    int folder;
    int lock;
    int file;
    uint64_t file_len;
    unsigned next_number; /* of the next finished file */
    struct buf waiting;   /* whole lines only */
};

/* The number in the name of a finished file; 0 if it is not one. */
static unsigned finished_number(const char *name)
{
    char again[64];
    const unsigned long number =
        strlen(name) == FINISHED_LEN ? strtoul(name + FINISHED_NUMBER_AT, NULL, 10) : 0;
    (void)snprintf(again, sizeof again, FINISHED_FORMAT, (unsigned)number);
    return strcmp(again, name) == 0 ? (unsigned)number : 0;
}

struct finished_files {
    unsigned oldest; /* 0: there is none */
    unsigned newest;
    uint64_t octets;
};

static enum status look_at_files(const struct log_directory *directory,
                                 struct finished_files *files, struct error *err)
{
    const int copy = openat(directory->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *const listing = copy < 0 ? NULL : fdopendir(copy);
    if (listing == NULL)
        return error_set_os(err, ST_IO, errno, "cannot list %s", directory->options.path);
    *files = (struct finished_files){0};
    for (const struct dirent *entry = readdir(listing); entry != NULL; entry = readdir(listing)) {
        const unsigned number = finished_number(entry->d_name);
        struct stat stat;
        if (number == 0 || fstatat(directory->folder, entry->d_name, &stat, 0) != 0)
            continue;
        files->octets += (uint64_t)stat.st_size;
        if (files->oldest == 0 || number < files->oldest)
            files->oldest = number;
        if (number > files->newest)
            files->newest = number;
    }
    (void)closedir(listing);
    return ST_OK;
}

/* Cuts a last line that has no end: its writer was killed while it wrote. */
static enum status cut_half_line(struct log_directory *directory, struct error *err)
{
    struct stat stat;
    if (fstat(directory->file, &stat) != 0)
        return error_set_os(err, ST_IO, errno, "cannot read the size of %s/%s",
                            directory->options.path, ACTIVE_NAME);
    uint8_t octets[4096] = {0};
    off_t end = stat.st_size;
    while (end > 0) {
        const size_t len = end < (off_t)sizeof octets ? (size_t)end : sizeof octets;
        const ssize_t got = pread(directory->file, octets, len, end - (off_t)len);
        if (got != (ssize_t)len)
            return error_set_os(err, ST_IO, errno, "cannot read %s/%s", directory->options.path,
                                ACTIVE_NAME);
        size_t keep = len;
        while (keep > 0 && octets[keep - 1] != '\n')
            keep--;
        end -= (off_t)(len - keep);
        if (keep > 0)
            break;
    }
    directory->file_len = (uint64_t)end;
    if (end != stat.st_size && ftruncate(directory->file, end) != 0)
        return error_set_os(err, ST_IO, errno, "cannot cut the half line at the end of %s/%s",
                            directory->options.path, ACTIVE_NAME);
    return ST_OK;
}

static enum status open_active(struct log_directory *directory, struct error *err)
{
    directory->file =
        openat(directory->folder, ACTIVE_NAME, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (directory->file < 0)
        return error_set_os(err, ST_IO, errno, "cannot open %s/%s", directory->options.path,
                            ACTIVE_NAME);
    return cut_half_line(directory, err);
}

static enum status take_lock(struct log_directory *directory, struct error *err)
{
    directory->lock = openat(directory->folder, LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (directory->lock < 0)
        return error_set_os(err, ST_IO, errno, "cannot open %s/%s", directory->options.path,
                            LOCK_NAME);
    if (flock(directory->lock, LOCK_EX | LOCK_NB) != 0)
        return error_set(err, ST_IO, "%s is in use by another dnsightd", directory->options.path);
    return ST_OK;
}

static enum status open_all(struct log_directory *directory, struct error *err)
{
    const char *const path = directory->options.path;
    if (mkdir(path, 0750) != 0 && errno != EEXIST)
        return error_set_os(err, ST_IO, errno, "cannot make the log directory %s", path);
    directory->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory->folder < 0)
        return error_set_os(err, ST_IO, errno, "cannot open the log directory %s", path);
    enum status status = take_lock(directory, err);
    if (status != ST_OK)
        return status;
    struct finished_files files = {0};
    status = look_at_files(directory, &files, err);
    if (status != ST_OK)
        return status;
    directory->next_number = files.newest + 1;
    return open_active(directory, err);
}

static void close_all(struct log_directory *directory)
{
    if (directory->file >= 0)
        (void)close(directory->file);
    if (directory->lock >= 0)
        (void)close(directory->lock);
    if (directory->folder >= 0)
        (void)close(directory->folder);
    buf_release(&directory->waiting);
    free(directory);
}

enum status log_directory_open(const struct log_directory_options *options,
                               struct log_directory **directory, struct error *err)
{
    struct log_directory *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(err, ST_NO_MEMORY, "no memory for the log directory");
    made->options = *options;
    if (made->options.file_max == 0)
        made->options.file_max = FILE_MAX_DEFAULT;
    if (made->options.total_max == 0)
        made->options.total_max = TOTAL_MAX_DEFAULT;
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

/* Deletes the oldest finished files until all fit into the limit. */
static enum status delete_oldest(struct log_directory *directory, struct error *err)
{
    for (;;) {
        struct finished_files files = {0};
        const enum status status = look_at_files(directory, &files, err);
        if (status != ST_OK)
            return status;
        if (files.oldest == 0 ||
            files.octets + directory->options.file_max <= directory->options.total_max)
            return ST_OK;
        char name[64];
        (void)snprintf(name, sizeof name, FINISHED_FORMAT, files.oldest);
        if (unlinkat(directory->folder, name, 0) != 0)
            return error_set_os(err, ST_IO, errno, "cannot delete %s/%s", directory->options.path,
                                name);
    }
}

static enum status rotate(struct log_directory *directory, struct error *err)
{
    char name[64];
    (void)snprintf(name, sizeof name, FINISHED_FORMAT, directory->next_number);
    if (renameat(directory->folder, ACTIVE_NAME, directory->folder, name) != 0)
        return error_set_os(err, ST_IO, errno, "cannot rename %s/%s to %s", directory->options.path,
                            ACTIVE_NAME, name);
    directory->next_number++;
    (void)close(directory->file);
    const enum status status = open_active(directory, err);
    return status != ST_OK ? status : delete_oldest(directory, err);
}

/* Writes octets that are whole lines. What a failing write leaves of a line is cut off again. */
static enum status write_lines(struct log_directory *directory, struct bytes lines,
                               struct error *err)
{
    size_t written = 0;
    while (written < lines.len) {
        const ssize_t n = write(directory->file, lines.data + written, lines.len - written);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            const int reason = errno;
            struct error ignored;
            if (cut_half_line(directory, &ignored) != ST_OK)
                directory->file_len += written;
            return error_set_os(err, ST_IO, reason, "cannot write to %s/%s",
                                directory->options.path, ACTIVE_NAME);
        }
        written += (size_t)n;
    }
    directory->file_len += lines.len;
    return ST_OK;
}

enum status log_directory_flush(struct log_directory *directory, struct error *err)
{
    if (directory->waiting.len == 0)
        return ST_OK;
    const enum status status = write_lines(directory, buf_bytes(&directory->waiting), err);
    buf_reset(&directory->waiting);
    if (status != ST_OK || directory->file_len < directory->options.file_max)
        return status;
    return rotate(directory, err);
}

enum status log_directory_add(struct log_directory *directory, struct bytes document,
                              struct error *err)
{
    const size_t before = directory->waiting.len;
    buf_add(&directory->waiting, document);
    buf_add_u8(&directory->waiting, '\n');
    if (!buf_ok(&directory->waiting)) {
        directory->waiting.len = before;
        directory->waiting.failed = false;
        return error_set(err, ST_LIMIT, "a document of %zu octets does not fit into %s",
                         document.len, directory->options.path);
    }
    return directory->waiting.len < WAITING_MAX ? ST_OK : log_directory_flush(directory, err);
}

enum status log_directory_close(struct log_directory *directory, struct error *err)
{
    if (directory == NULL)
        return ST_OK;
    enum status status = log_directory_flush(directory, err);
    if (status == ST_OK && fdatasync(directory->file) != 0)
        status = error_set_os(err, ST_IO, errno, "cannot sync %s/%s", directory->options.path,
                              ACTIVE_NAME);
    close_all(directory);
    return status;
}
