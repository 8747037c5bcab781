#include "shipper/delivery/spool_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/size.h"

#define LOCK_NAME ".lock"
#define TMP_END   ".tmp"
/* Octets that are read at once. */
#define READ_STEP ((size_t)1024 * 1024)

static const char *const kind_names[SPOOL_KIND_COUNT] = {
    [SPOOL_ANSWERS] = "answers",
    [SPOOL_FAILURES] = "failures",
};

/* --- Names --------------------------------------------------------------------------------------
 */

void spool_name_print(const struct spool_name *name, char text[SPOOL_NAME_SIZE])
{
    (void)snprintf(text, SPOOL_NAME_SIZE, "%016" PRIu64 ".%s-%" PRIu32 ".bulk.gz", name->number,
                   kind_names[name->kind], name->count);
}

bool spool_name_parse(const char *text, struct spool_name *name)
{
    for (enum spool_kind kind = SPOOL_ANSWERS; kind < SPOOL_KIND_COUNT; kind++) {
        const char *const at = strchr(text, '-');
        struct spool_name found = {.number = strtoull(text, NULL, 10), .kind = kind};
        const unsigned long count = at == NULL ? 0 : strtoul(at + 1, NULL, 10);
        found.count = count > UINT32_MAX ? 0 : (uint32_t)count;
        char again[SPOOL_NAME_SIZE];
        spool_name_print(&found, again);
        if (found.number > 0 && found.count > 0 && strcmp(text, again) == 0) {
            *name = found;
            return true;
        }
    }
    return false;
}

/* --- Listing ------------------------------------------------------------------------------------
 */

static bool listing_add(struct spool_listing *listing, const struct spool_found *found)
{
    if (listing->count == listing->capacity) {
        const size_t capacity = listing->capacity == 0 ? 64 : listing->capacity * 2;
        size_t size = 0;
        if (MUL_OVERFLOWS(capacity, sizeof *listing->files, &size))
            return false;
        struct spool_found *const larger = realloc(listing->files, size);
        if (larger == NULL)
            return false;
        listing->files = larger;
        listing->capacity = capacity;
    }
    listing->files[listing->count++] = *found;
    return true;
}

static int by_number(const void *a, const void *b)
{
    const struct spool_found *const x = a;
    const struct spool_found *const y = b;
    return (x->name.number > y->name.number) - (x->name.number < y->name.number);
}

void spool_listing_release(struct spool_listing *listing)
{
    free(listing->files);
    *listing = (struct spool_listing){0};
}

enum status spool_list(const char *path, struct spool_listing *listing, struct error *err)
{
    DIR *const folder = opendir(path);
    if (folder == NULL)
        return error_set_os(err, errno == ENOENT ? ST_NOT_FOUND : ST_IO, errno, "cannot list %s",
                            path);
    enum status status = ST_OK;
    for (const struct dirent *entry = readdir(folder); entry != NULL && status == ST_OK;
         entry = readdir(folder)) {
        struct spool_found found;
        struct stat stat;
        if (!spool_name_parse(entry->d_name, &found.name) ||
            fstatat(dirfd(folder), entry->d_name, &stat, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        found.octets = (uint64_t)stat.st_size;
        if (!listing_add(listing, &found))
            status = error_set(err, ST_NO_MEMORY, "no memory for the list of %s", path);
    }
    (void)closedir(folder);
    if (listing->count > 0)
        qsort(listing->files, listing->count, sizeof *listing->files, by_number);
    return status;
}

/* --- Opening ------------------------------------------------------------------------------------
 */

/* Makes a folder with everything above it that is missing. */
static MUST_CHECK enum status make_folder(const char *path, struct error *err)
{
    char *const copy = strdup(path);
    if (copy == NULL)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    for (char *slash = strchr(copy + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(copy, 0755);
        *slash = '/';
    }
    const bool is_made = mkdir(copy, 0750) == 0 || errno == EEXIST;
    const int reason = errno;
    free(copy);
    return is_made ? ST_OK : error_set_os(err, ST_IO, reason, "cannot make the spool %s", path);
}

static MUST_CHECK enum status take_lock(struct spool_folder *f, struct error *err)
{
    f->lock = openat(f->folder, LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (f->lock < 0)
        return error_set_os(err, ST_IO, errno, "cannot write to the spool %s", f->path);
    if (flock(f->lock, LOCK_EX | LOCK_NB) != 0)
        return error_set(err, ST_IO, "the spool %s is in use by another dnsightd", f->path);
    return ST_OK;
}

/* What was being written when a process ended was never accepted. */
static MUST_CHECK enum status delete_unfinished(const struct spool_folder *f, struct error *err)
{
    DIR *const listing = opendir(f->path);
    if (listing == NULL)
        return error_set_os(err, ST_IO, errno, "cannot list %s", f->path);
    for (const struct dirent *entry = readdir(listing); entry != NULL; entry = readdir(listing)) {
        if (bytes_ends_with(bytes_of(entry->d_name), BYTES_LITERAL(TMP_END)))
            (void)unlinkat(f->folder, entry->d_name, 0);
    }
    (void)closedir(listing);
    return ST_OK;
}

static MUST_CHECK enum status open_parts(struct spool_folder *f, struct error *err)
{
    enum status status = make_folder(f->path, err);
    if (status != ST_OK)
        return status;
    f->folder = open(f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (f->folder < 0)
        return error_set_os(err, ST_IO, errno, "cannot open the spool %s", f->path);
    status = take_lock(f, err);
    if (status != ST_OK)
        return status;
    if (mkdirat(f->folder, SPOOL_QUARANTINE, 0750) != 0 && errno != EEXIST)
        return error_set_os(err, ST_IO, errno, "cannot make %s/" SPOOL_QUARANTINE, f->path);
    f->quarantine = openat(f->folder, SPOOL_QUARANTINE, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (f->quarantine < 0)
        return error_set_os(err, ST_IO, errno, "cannot open %s/" SPOOL_QUARANTINE, f->path);
    return delete_unfinished(f, err);
}

enum status spool_folder_open(struct spool_folder *folder, const char *path, bool is_unsynced,
                              const struct file_calls *calls, struct error *err)
{
    struct spool_folder made = {
        .calls = calls, .folder = -1, .quarantine = -1, .lock = -1, .is_unsynced = is_unsynced};
    made.path = strdup(path);
    if (made.path == NULL)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    const enum status status = open_parts(&made, err);
    if (status == ST_OK)
        *folder = made;
    else
        spool_folder_close(&made);
    return status;
}

enum status spool_folder_look(struct spool_folder *folder, const char *path, struct error *err)
{
    struct spool_folder made = {.calls = file_calls_real(), .quarantine = -1, .lock = -1};
    made.folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (made.folder < 0)
        return error_set_os(err, errno == ENOENT ? ST_NOT_FOUND : ST_IO, errno, "cannot open %s",
                            path);
    made.path = strdup(path);
    if (made.path == NULL) {
        spool_folder_close(&made);
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    }
    *folder = made;
    return ST_OK;
}

void spool_folder_close(struct spool_folder *folder)
{
    if (folder->quarantine >= 0)
        (void)close(folder->quarantine);
    if (folder->lock >= 0)
        (void)close(folder->lock);
    if (folder->folder >= 0)
        (void)close(folder->folder);
    free(folder->path);
    *folder = (struct spool_folder){.folder = -1, .quarantine = -1, .lock = -1};
}

/* --- Files --------------------------------------------------------------------------------------
 */

/* ST_LIMIT for a full disk, so that the caller can make room. */
static enum status failed(const struct spool_folder *f, const char *attempt, struct error *err)
{
    const bool is_full = errno == ENOSPC || errno == EDQUOT;
    return error_set_os(err, is_full ? ST_LIMIT : ST_IO, errno, "cannot %s in the spool %s",
                        attempt, f->path);
}

static MUST_CHECK enum status write_all(const struct spool_folder *f, int file, struct bytes octets,
                                        struct error *err)
{
    while (octets.len > 0) {
        const ssize_t n = f->calls->write(file, octets.data, octets.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return failed(f, "write a file", err);
        octets = bytes_slice(octets, (size_t)n, octets.len);
    }
    if (!f->is_unsynced && f->calls->fdatasync(file) != 0)
        return failed(f, "sync a file", err);
    return ST_OK;
}

static MUST_CHECK enum status write_unfinished(const struct spool_folder *f, const char *name,
                                               struct bytes octets, struct error *err)
{
    const int file =
        f->calls->openat(f->folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (file < 0)
        return failed(f, "make a file", err);
    const enum status status = write_all(f, file, octets, err);
    if (f->calls->close(file) != 0 && status == ST_OK)
        return failed(f, "close a file", err);
    return status;
}

enum status spool_folder_write(const struct spool_folder *folder, const struct spool_name *name,
                               struct bytes octets, struct error *err)
{
    char final[SPOOL_NAME_SIZE];
    char unfinished[SPOOL_NAME_SIZE + sizeof TMP_END];
    spool_name_print(name, final);
    (void)snprintf(unfinished, sizeof unfinished, "%s" TMP_END, final);
    enum status status = write_unfinished(folder, unfinished, octets, err);
    if (status == ST_OK &&
        folder->calls->renameat(folder->folder, unfinished, folder->folder, final) != 0)
        status = failed(folder, "rename a file", err);
    if (status != ST_OK) {
        (void)unlinkat(folder->folder, unfinished, 0);
        return status;
    }
    if (!folder->is_unsynced && folder->calls->fsync(folder->folder) != 0) {
        /* Nobody knows whether the name will outlive the machine: it must not be sent as if. */
        status = failed(folder, "sync the folder", err);
        (void)unlinkat(folder->folder, final, 0);
    }
    return status;
}

enum status spool_folder_sync(const struct spool_folder *folder, const struct spool_name *name)
{
    char text[SPOOL_NAME_SIZE];
    spool_name_print(name, text);
    const int file = folder->calls->openat(folder->folder, text, O_RDONLY | O_CLOEXEC, 0);
    if (file < 0)
        return ST_IO;
    const bool is_synced =
        folder->calls->fdatasync(file) == 0 && folder->calls->fsync(folder->folder) == 0;
    (void)folder->calls->close(file);
    return is_synced ? ST_OK : ST_IO;
}

static MUST_CHECK enum status read_all(const struct spool_folder *f, int file, struct buf *out,
                                       struct error *err)
{
    for (;;) {
        uint8_t *const to = buf_space(out, READ_STEP);
        if (to == NULL)
            return error_set(err, ST_LIMIT, "a file in the spool %s is too large", f->path);
        const ssize_t n = f->calls->read(file, to, READ_STEP);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return failed(f, "read a file", err);
        if (n == 0)
            return ST_OK;
        buf_wrote(out, (size_t)n);
    }
}

enum status spool_folder_read(const struct spool_folder *folder, const struct spool_name *name,
                              struct buf *out, struct error *err)
{
    char text[SPOOL_NAME_SIZE];
    spool_name_print(name, text);
    buf_reset(out);
    const int file = folder->calls->openat(folder->folder, text, O_RDONLY | O_CLOEXEC, 0);
    if (file < 0)
        return error_set_os(err, errno == ENOENT ? ST_NOT_FOUND : ST_IO, errno, "cannot open %s/%s",
                            folder->path, text);
    const enum status status = read_all(folder, file, out, err);
    (void)folder->calls->close(file);
    return status;
}

enum status spool_folder_delete(const struct spool_folder *folder, const struct spool_name *name,
                                struct error *err)
{
    char text[SPOOL_NAME_SIZE];
    spool_name_print(name, text);
    if (folder->calls->unlinkat(folder->folder, text, 0) == 0 || errno == ENOENT)
        return ST_OK;
    return error_set_os(err, ST_IO, errno, "cannot delete %s/%s", folder->path, text);
}

enum status spool_folder_quarantine(const struct spool_folder *folder,
                                    const struct spool_name *name, struct error *err)
{
    char text[SPOOL_NAME_SIZE];
    spool_name_print(name, text);
    if (folder->calls->renameat(folder->folder, text, folder->quarantine, text) == 0)
        return ST_OK;
    return error_set_os(err, ST_IO, errno, "cannot move %s/%s into the quarantine", folder->path,
                        text);
}
