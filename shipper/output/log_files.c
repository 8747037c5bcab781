#include "shipper/output/log_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void log_file_name(unsigned number, enum log_file_form form, char name[LOG_FILE_NAME_SIZE])
{
    switch (form) {
    case LOG_FILE_PLAIN:
        (void)snprintf(name, LOG_FILE_NAME_SIZE, "lookups-%06u.ndjson", number);
        break;
    case LOG_FILE_ZSTD:
        (void)snprintf(name, LOG_FILE_NAME_SIZE, "lookups-%06u.ndjson.zst", number);
        break;
    case LOG_FILE_PARTIAL:
        (void)snprintf(name, LOG_FILE_NAME_SIZE, "lookups-%06u.partial", number);
        break;
    }
}

/* The number in a name and its form; 0 if the file is none of ours. */
static unsigned read_name(const char *name, enum log_file_form *form)
{
    const char *const digits = strpbrk(name, "0123456789");
    const unsigned long number = digits == NULL ? 0 : strtoul(digits, NULL, 10);
    if (number == 0 || number >= UINT32_MAX)
        return 0;
    for (enum log_file_form f = LOG_FILE_PLAIN; f <= LOG_FILE_PARTIAL; f++) {
        char again[LOG_FILE_NAME_SIZE];
        log_file_name((unsigned)number, f, again);
        if (strcmp(again, name) == 0) {
            *form = f;
            return (unsigned)number;
        }
    }
    return 0;
}

typedef void (*visitor)(void *context, int folder, unsigned number, enum log_file_form form);

/* Calls the visitor for each file of ours. */
static enum status visit(int folder, const char *path, visitor take, void *context,
                         struct error *err)
{
    const int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *const listing = copy < 0 ? NULL : fdopendir(copy);
    if (listing == NULL) {
        const int reason = errno;
        if (copy >= 0)
            (void)close(copy);
        return error_set_os(err, ST_IO, reason, "cannot list %s", path);
    }
    for (const struct dirent *entry = readdir(listing); entry != NULL; entry = readdir(listing)) {
        enum log_file_form form = LOG_FILE_PLAIN;
        const unsigned number = read_name(entry->d_name, &form);
        if (number != 0)
            take(context, folder, number, form);
    }
    (void)closedir(listing);
    return ST_OK;
}

struct listing {
    struct log_files *files;
    unsigned below;
};

static void count_file(void *context, int folder, unsigned number, enum log_file_form form)
{
    const struct listing *const listing = context;
    struct log_files *const files = listing->files;
    char name[LOG_FILE_NAME_SIZE];
    struct stat stat;
    log_file_name(number, form, name);
    if (fstatat(folder, name, &stat, AT_SYMLINK_NOFOLLOW) != 0)
        return; /* it went meanwhile */
    files->octets += (uint64_t)stat.st_size;
    if (form == LOG_FILE_PARTIAL)
        return;
    if (files->oldest == 0 || number < files->oldest)
        files->oldest = number;
    if (number >= files->newest) {
        files->is_newest_plain =
            form == LOG_FILE_PLAIN || (files->is_newest_plain && number == files->newest);
        files->newest = number;
    }
    if (form == LOG_FILE_PLAIN && number < listing->below &&
        (files->oldest_plain == 0 || number < files->oldest_plain))
        files->oldest_plain = number;
}

enum status log_files_list(int folder, const char *path, unsigned below, struct log_files *files,
                           struct error *err)
{
    struct listing listing = {files, below};
    *files = (struct log_files){0};
    return visit(folder, path, count_file, &listing, err);
}

static void tidy_file(void *context, int folder, unsigned number, enum log_file_form form)
{
    (void)context;
    char name[LOG_FILE_NAME_SIZE];
    if (form == LOG_FILE_PLAIN)
        return;
    log_file_name(number, form == LOG_FILE_ZSTD ? LOG_FILE_PLAIN : LOG_FILE_PARTIAL, name);
    (void)unlinkat(folder, name, 0);
}

enum status log_files_tidy(int folder, const char *path, struct error *err)
{
    return visit(folder, path, tidy_file, NULL, err);
}

enum status log_files_delete(int folder, const char *path, unsigned number, struct error *err)
{
    for (enum log_file_form form = LOG_FILE_PLAIN; form <= LOG_FILE_ZSTD; form++) {
        char name[LOG_FILE_NAME_SIZE];
        log_file_name(number, form, name);
        if (unlinkat(folder, name, 0) != 0 && errno != ENOENT)
            return error_set_os(err, ST_IO, errno, "cannot delete %s/%s", path, name);
    }
    return ST_OK;
}
