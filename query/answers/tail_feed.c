#include "query/answers/tail_feed.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/buf.h"

/* Octets of the longest line, and octets read at once. */
#define LINE_MAX_LEN ((size_t)16 * 1024 * 1024)
#define CHUNK        ((size_t)256 * 1024)

struct tail_feed {
    char *path;        /* owned */
    bool is_directory; /* `file` is the name of the file in it that is read */
    char *file;        /* owned; NULL: there is none yet */
    int fd;            /* -1: nothing is open */
    bool is_ended;     /* standard input has ended */
    bool is_skipping;  /* within a line that is too long */
    struct buf octets; /* read, but for what stands before `at` not given out yet */
    size_t at;
};

/* "lookups-NUMBER.ndjson", as shipper/output/log_files.c calls what it writes: other files of the
 * folder do not grow. */
static int is_growing_file(const struct dirent *entry)
{
    static const char prefix[] = "lookups-";
    if (strncmp(entry->d_name, prefix, sizeof prefix - 1) != 0)
        return 0;
    const char *const number = entry->d_name + sizeof prefix - 1;
    const size_t digits = strspn(number, "0123456789");
    return digits > 0 && strcmp(number + digits, ".ndjson") == 0 ? 1 : 0;
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strverscmp((*a)->d_name, (*b)->d_name);
}

/* Of a pipe with the name of a log file nothing is expected. */
static bool is_regular(const struct tail_feed *feed, const char *name)
{
    struct stat about;
    const int folder = open(feed->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool is_known = folder >= 0 && fstatat(folder, name, &about, 0) == 0;
    if (folder >= 0)
        (void)close(folder);
    return is_known && S_ISREG(about.st_mode);
}

/* The name of the file to read after the current one: the next, or at the beginning the newest;
 * NULL if there is none. The caller frees it. */
static char *next_file(const struct tail_feed *feed)
{
    struct dirent **entries = NULL;
    char *found = NULL;
    const int count = scandir(feed->path, &entries, is_growing_file, compare_names);
    for (int i = 0; i < count; i++) {
        const bool is_later = feed->file == NULL || strverscmp(entries[i]->d_name, feed->file) > 0;
        if (is_later && (found == NULL || feed->file == NULL) &&
            is_regular(feed, entries[i]->d_name)) {
            free(found);
            found = strdup(entries[i]->d_name);
        }
        free(entries[i]);
    }
    free(entries);
    return found;
}

/* Turns to a file of the directory; takes its name. */
static enum status turn(struct tail_feed *feed, char *name, struct error *err)
{
    const int folder = open(feed->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const int fd = folder < 0 ? -1 : openat(folder, name, O_RDONLY | O_CLOEXEC);
    const int os_error = errno;
    if (folder >= 0)
        (void)close(folder);
    if (fd < 0) {
        (void)error_set_os(err, ST_IO, os_error, "%s/%s: cannot open", feed->path, name);
        free(name);
        return ST_IO;
    }
    if (feed->fd >= 0)
        (void)close(feed->fd);
    free(feed->file);
    feed->file = name;
    feed->fd = fd;
    return ST_OK;
}

static enum status open_path(struct tail_feed *feed, struct error *err)
{
    struct stat about;
    if (strcmp(feed->path, "-") == 0) {
        feed->fd = dup(STDIN_FILENO);
        return feed->fd < 0 ? error_set_os(err, ST_IO, errno, "standard input: cannot read")
                            : ST_OK;
    }
    feed->fd = open(feed->path, O_RDONLY | O_CLOEXEC);
    if (feed->fd < 0 || fstat(feed->fd, &about) != 0)
        return error_set_os(err, ST_IO, errno, "%s: cannot open", feed->path);
    if (!S_ISDIR(about.st_mode))
        return ST_OK;
    feed->is_directory = true;
    (void)close(feed->fd);
    feed->fd = -1;
    char *const name = next_file(feed);
    return name == NULL ? ST_OK : turn(feed, name, err);
}

enum status tail_feed_open(const char *path, struct tail_feed **feed, struct error *err)
{
    struct tail_feed *const f = calloc(1, sizeof *f);
    char *const copy = strdup(path);
    if (f == NULL || copy == NULL) {
        free(copy);
        free(f);
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    }
    *f = (struct tail_feed){.path = copy, .fd = -1};
    buf_init(&f->octets, LINE_MAX_LEN + CHUNK);
    const enum status status = open_path(f, err);
    if (status != ST_OK) {
        tail_feed_free(f);
        return status;
    }
    *feed = f;
    return ST_OK;
}

void tail_feed_free(struct tail_feed *feed)
{
    if (feed == NULL)
        return;
    if (feed->fd >= 0)
        (void)close(feed->fd);
    buf_release(&feed->octets);
    free(feed->file);
    free(feed->path);
    free(feed);
}

/* Takes away what was given out. */
static void shift(struct tail_feed *feed)
{
    if (feed->at == 0)
        return;
    feed->octets.len -= feed->at;
    memmove(feed->octets.data, feed->octets.data + feed->at, feed->octets.len);
    feed->at = 0;
}

/* Forgets what was read and not given out: the rest of that line will not come. */
static void begin_anew(struct tail_feed *feed)
{
    buf_reset(&feed->octets);
    feed->at = 0;
    feed->is_skipping = false;
}

/* A file that was cut is read from its beginning, one that another has taken the place of is left
 * for that one. */
static enum status follow_name(struct tail_feed *feed, struct error *err)
{
    struct stat open_file;
    struct stat named;
    if (fstat(feed->fd, &open_file) != 0 || !S_ISREG(open_file.st_mode))
        return ST_NOT_FOUND;
    if (open_file.st_size < lseek(feed->fd, 0, SEEK_CUR)) {
        begin_anew(feed);
        return lseek(feed->fd, 0, SEEK_SET) == 0
                   ? ST_NOT_FOUND
                   : error_set_os(err, ST_IO, errno, "%s: cannot read", feed->path);
    }
    if (stat(feed->path, &named) != 0 ||
        (named.st_ino == open_file.st_ino && named.st_dev == open_file.st_dev))
        return ST_NOT_FOUND;
    const int fd = open(feed->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ST_NOT_FOUND;
    (void)close(feed->fd);
    feed->fd = fd;
    begin_anew(feed);
    return ST_OK;
}

/* Reads from what is open. Returns ST_OK: something came; ST_END: its end; ST_NOT_FOUND, ST_IO,
 * ST_NO_MEMORY. */
static enum status read_on(struct tail_feed *feed, struct error *err)
{
    shift(feed);
    uint8_t *const to = buf_space(&feed->octets, CHUNK);
    if (to == NULL)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    const ssize_t got = read(feed->fd, to, CHUNK);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return ST_NOT_FOUND;
    if (got < 0)
        return error_set_os(err, ST_IO, errno, "%s: cannot read", feed->path);
    buf_wrote(&feed->octets, (size_t)got);
    return got > 0 ? ST_OK : ST_END;
}

/* At the end of a file of a directory: goes to the next one, if there is one by now. What was
 * written before that began is read first. */
static enum status read_or_turn(struct tail_feed *feed, struct error *err)
{
    char *const name = next_file(feed);
    if (name == NULL)
        return ST_NOT_FOUND;
    const enum status status = feed->fd < 0 ? ST_END : read_on(feed, err);
    if (status == ST_END)
        return turn(feed, name, err);
    free(name);
    return status;
}

/* Reads on. Returns ST_OK: something came; ST_NOT_FOUND: nothing yet; ST_END, ST_IO, ST_NO_MEMORY.
 */
static enum status fill(struct tail_feed *feed, struct error *err)
{
    if (feed->fd < 0)
        return read_or_turn(feed, err);
    /* A pipe would make everything wait that was read and not printed yet. */
    struct pollfd readable = {.fd = feed->fd, .events = POLLIN};
    if (poll(&readable, 1, 0) == 0)
        return ST_NOT_FOUND;
    const enum status status = read_on(feed, err);
    if (status != ST_END)
        return status;
    if (feed->is_directory)
        return read_or_turn(feed, err);
    feed->is_ended = strcmp(feed->path, "-") == 0;
    return feed->is_ended ? ST_END : follow_name(feed, err);
}

/* Takes a whole line from what was read. */
static bool take_line(struct tail_feed *feed, struct bytes *line)
{
    const struct bytes rest = bytes_slice(buf_bytes(&feed->octets), feed->at, feed->octets.len);
    if (rest.data == NULL)
        return false;
    const uint8_t *const end = memchr(rest.data, '\n', rest.len);
    const bool is_last = end == NULL && feed->is_ended && rest.len > 0;
    if (end == NULL && !is_last)
        return false;
    line->data = rest.data;
    line->len = end == NULL ? rest.len : (size_t)(end - rest.data);
    feed->at += line->len + (end == NULL ? 0 : 1);
    return true;
}

enum status tail_feed_line(struct tail_feed *feed, struct bytes *line, struct error *err)
{
    enum status status = ST_OK;
    while (status == ST_OK) {
        if (take_line(feed, line)) {
            const bool was_skipping = feed->is_skipping;
            feed->is_skipping = false;
            if (!was_skipping)
                return ST_OK;
            continue;
        }
        if (feed->octets.len - feed->at > LINE_MAX_LEN) {
            feed->at = feed->octets.len;
            feed->is_skipping = true;
        }
        status = fill(feed, err);
        if (status == ST_END && feed->at < feed->octets.len)
            status = ST_OK;
    }
    return status;
}

void tail_feed_wait(const struct tail_feed *feed, int timeout_ms)
{
    const bool is_input = !feed->is_directory && strcmp(feed->path, "-") == 0;
    struct pollfd waiting = {.fd = is_input ? feed->fd : -1, .events = POLLIN};
    (void)poll(&waiting, 1, timeout_ms);
}
