#include "query/sources/file_source.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/buf.h"
#include "core/base/macros.h"
#include "core/capture/input.h"
#include "query/sources/capture_reader.h"
#include "query/sources/ndjson_reader.h"

/* Octets of the path of a file in a directory. */
#define FILE_PATH_MAX 8192

struct file_source {
    struct source base;
    char *path; /* owned */
};

/* True for a JSON array, in which other tools keep documents. */
static bool is_array(struct bytes start)
{
    size_t at = 0;
    while (at < start.len && (start.data[at] == ' ' || start.data[at] == '\n'))
        at++;
    return at < start.len && start.data[at] == '[';
}

static enum status unknown_kind(struct input *input, struct error *err)
{
    if (is_array(input_peek(input)))
        return error_set(err, ST_UNSUPPORTED,
                         "%s: a JSON array; make NDJSON of it, a document a line: jq -c '.[]'",
                         input_name(input));
    uint8_t octets[8];
    size_t len = 0;
    const enum status status = input_read(input, octets, sizeof octets, &len, err);
    if (status != ST_OK)
        return status;
    struct buf hex;
    buf_init(&hex, 64);
    for (size_t i = 0; i < len; i++)
        buf_add_format(&hex, " %02x", octets[i]);
    (void)error_set(err, ST_UNSUPPORTED,
                    "%s: neither a capture (pcap, pcapng) nor NDJSON; it begins with%s",
                    input_name(input), buf_text(&hex));
    buf_release(&hex);
    return ST_UNSUPPORTED;
}

/* One file, whatever it is. */
static enum status read_file(const char *path, bool is_growing,
                             const struct source_request *request, struct source_listener *listener,
                             struct error *err)
{
    struct input *input = NULL;
    enum status status = input_open_until(path, listener->messages->stop, &input, err);
    if (status != ST_OK)
        return status;
    switch (input_kind(input)) {
    case INPUT_EMPTY:
        if (!is_growing && !messages_are_interrupted(listener->messages))
            message_note(listener->messages, "%s is empty", input_name(input));
        break;
    case INPUT_CAPTURE:
        return capture_reader_add(request->captures, input, err);
    case INPUT_JSON:
        status = ndjson_read(input, is_growing, request->matcher, listener, err);
        break;
    case INPUT_UNKNOWN:
        status = unknown_kind(input, err);
        break;
    }
    input_close(input);
    return status;
}

static enum status file_read(struct source *source, const struct source_request *request,
                             struct source_listener *listener, struct error *err)
{
    const struct file_source *const file = (const struct file_source *)source;
    return read_file(file->path, false, request, listener, err);
}

static const struct data_view *own_view(const struct source *source)
{
    (void)source;
    return NULL;
}

static void file_close(struct source *source)
{
    struct file_source *const file = (struct file_source *)source;
    free(file->path);
    free(file);
}

enum status file_source_open(const char *path, struct source **source, struct error *err)
{
    static const struct source_kind kind = {
        .read = file_read, .view = own_view, .close = file_close, .needs_matcher = true};
    struct file_source *const file = calloc(1, sizeof *file);
    char *const copy = strdup(path);
    if (file == NULL || copy == NULL) {
        free(copy);
        free(file);
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    }
    *file = (struct file_source){.base.kind = &kind, .path = copy};
    *source = &file->base;
    return ST_OK;
}

/* Which file of a directory has been read, whatever its name is now: the same file under another
 * name, or its compressed form beside it or in its place. */
struct file_identity {
    dev_t device;
    ino_t inode;
    char *stem; /* owned: the path without .gz or .zst */
};

struct directory_source {
    struct source base;
    char *path; /* owned */
    struct file_identity *read;
    size_t read_count;
};

static int is_log_file(const struct dirent *entry)
{
    static const char *const endings[] = {".ndjson", ".ndjson.gz", ".ndjson.zst"};
    const struct bytes name = bytes_of(entry->d_name);
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        if (bytes_ends_with(name, bytes_of(endings[i])))
            return 1;
    }
    return 0;
}

/* By octets, not by the language of the user. */
static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void free_names(struct dirent **names, int count)
{
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

/* The log files of a directory; the caller frees them. */
static enum status list(const char *path, struct dirent ***names, int *count, struct error *err)
{
    *count = scandir(path, names, is_log_file, compare_names);
    if (*count < 0)
        return error_set_os(err, ST_IO, errno, "%s: cannot list the directory", path);
    return ST_OK;
}

/* The path without the ending that compression gives it. */
static struct bytes stem_of(const char *path)
{
    const struct bytes name = bytes_of(path);
    const size_t ending = bytes_ends_with(name, BYTES_LITERAL(".gz"))    ? 3
                          : bytes_ends_with(name, BYTES_LITERAL(".zst")) ? 4
                                                                         : 0;
    return bytes_slice(name, 0, name.len - ending);
}

static bool was_read(const struct directory_source *directory, const char *path,
                     const struct stat *about)
{
    for (size_t i = 0; i < directory->read_count; i++) {
        const struct file_identity *const read = &directory->read[i];
        if ((read->device == about->st_dev && read->inode == about->st_ino) ||
            bytes_is(stem_of(path), read->stem))
            return true;
    }
    return false;
}

static void remember(struct directory_source *directory, const char *path, const struct stat *about)
{
    const struct bytes stem = stem_of(path);
    struct file_identity *const grown =
        reallocarray(directory->read, directory->read_count + 1, sizeof *grown);
    if (grown == NULL)
        return;
    directory->read = grown;
    char *const copy = strndup((const char *)stem.data, stem.len);
    if (copy != NULL)
        grown[directory->read_count++] = (struct file_identity){about->st_dev, about->st_ino, copy};
}

/* Reads a file unless it was read before. One that is gone has another name or another form now,
 * which the second look finds, or was deleted because it was old. */
static enum status read_new_file(struct directory_source *directory, const char *path,
                                 const struct source_request *request,
                                 struct source_listener *listener, struct error *err)
{
    struct stat about;
    if (stat(path, &about) != 0 || !S_ISREG(about.st_mode) || was_read(directory, path, &about))
        return ST_OK;
    const enum status status = read_file(path, true, request, listener, err);
    if (status == ST_NOT_FOUND)
        return ST_OK;
    remember(directory, path, &about);
    return status;
}

/* Reads the files that have not been read yet. One that cannot be read is said and left out. */
static enum status read_new_files(struct directory_source *directory,
                                  const struct source_request *request,
                                  struct source_listener *listener, struct error *err)
{
    struct dirent **names = NULL;
    int count = 0;
    const enum status status = list(directory->path, &names, &count, err);
    if (status != ST_OK)
        return status;
    for (int i = 0; i < count && !listener_is_done(listener); i++) {
        char path[FILE_PATH_MAX];
        const int len = snprintf(path, sizeof path, "%s/%s", directory->path, names[i]->d_name);
        if (len < 0 || (size_t)len >= sizeof path)
            continue;
        struct error fault = {.status = ST_OK};
        if (read_new_file(directory, path, request, listener, &fault) != ST_OK)
            message_failure(listener->messages, "%s", fault.text);
    }
    free_names(names, count);
    return ST_OK;
}

/* The second look finds files that got their final name or form while others were read. */
static enum status directory_read(struct source *source, const struct source_request *request,
                                  struct source_listener *listener, struct error *err)
{
    struct directory_source *const directory = (struct directory_source *)source;
    const enum status status = read_new_files(directory, request, listener, err);
    return status == ST_OK ? read_new_files(directory, request, listener, err) : status;
}

static void directory_close(struct source *source)
{
    struct directory_source *const directory = (struct directory_source *)source;
    for (size_t i = 0; i < directory->read_count; i++)
        free(directory->read[i].stem);
    free(directory->read);
    free(directory->path);
    free(directory);
}

enum status directory_source_open(const char *path, struct source **source, struct error *err)
{
    static const struct source_kind kind = {
        .read = directory_read, .view = own_view, .close = directory_close, .needs_matcher = true};
    struct dirent **names = NULL;
    int count = 0;
    const enum status status = list(path, &names, &count, err);
    if (status != ST_OK)
        return status;
    free_names(names, count);
    if (count == 0)
        return error_set(err, ST_NOT_FOUND,
                         "%s: no *.ndjson, *.ndjson.gz or *.ndjson.zst in this directory", path);
    struct directory_source *const directory = calloc(1, sizeof *directory);
    char *const copy = strdup(path);
    if (directory == NULL || copy == NULL) {
        free(copy);
        free(directory);
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    }
    *directory = (struct directory_source){.base.kind = &kind, .path = copy};
    *source = &directory->base;
    return ST_OK;
}
