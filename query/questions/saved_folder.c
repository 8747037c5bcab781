#include "query/questions/saved_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/nearest.h"

/* Octets of a path, and of a file. */
#define PATH_LEN_MAX ((size_t)8192)
#define FILE_MAX     ((size_t)1024 * 1024)

#define ENDING ".yaml"

enum { FOLDERS = 2 };

/* The folders in the order in which a name is looked for; an empty path is none. */
struct folders {
    struct buf paths[FOLDERS];
    bool is_named; /* the first one was named by the user, so it must be there */
};

static void add_own(const char *own, struct buf *path)
{
    const char *const config = getenv("XDG_CONFIG_HOME");
    const char *const home = getenv("HOME");
    if (own != NULL)
        buf_add_text(path, own);
    else if (config != NULL && config[0] == '/')
        buf_add_format(path, "%s/dnsight/saved", config);
    else if (home != NULL && home[0] != '\0')
        buf_add_format(path, "%s/.config/dnsight/saved", home);
}

/* Beside the program: bin/dnsight and share/dnsight/saved, wherever both were put. */
static void add_installed(struct buf *path)
{
    char program[4096];
    const ssize_t len = readlink("/proc/self/exe", program, sizeof program);
    const struct bytes name = {(const uint8_t *)program, len < 0 ? 0 : (size_t)len};
    const uint8_t *const slash = name.len == 0 ? NULL : memrchr(name.data, '/', name.len);
    if (slash != NULL)
        buf_add(path, bytes_slice(name, 0, (size_t)(slash - name.data)));
    buf_add_text(path, slash == NULL ? DNSIGHT_SAVED_DIR : "/../share/dnsight/saved");
}

static void folders_init(struct folders *folders, const char *own)
{
    folders->is_named = own != NULL;
    for (size_t i = 0; i < FOLDERS; i++)
        buf_init(&folders->paths[i], PATH_LEN_MAX);
    add_own(own, &folders->paths[0]);
    add_installed(&folders->paths[1]);
}

static void folders_release(struct folders *folders)
{
    for (size_t i = 0; i < FOLDERS; i++)
        buf_release(&folders->paths[i]);
}

static int is_saved_query(const struct dirent *entry)
{
    const struct bytes name = bytes_of(entry->d_name);
    return entry->d_name[0] != '.' && name.len > strlen(ENDING) &&
           bytes_ends_with(name, BYTES_LITERAL(ENDING));
}

static int compare_entries(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum status add_name(struct saved_names *names, const char *file, struct error *err)
{
    char *const name = strndup(file, strlen(file) - strlen(ENDING));
    char **const grown = reallocarray(names->names, names->count + 1, sizeof *grown);
    if (grown != NULL)
        names->names = grown;
    if (name == NULL || grown == NULL) {
        free(name);
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    }
    grown[names->count++] = name;
    return ST_OK;
}

static enum status add_folder(const char *path, bool must_exist, struct saved_names *names,
                              struct error *err)
{
    struct dirent **entries = NULL;
    const int count = scandir(path, &entries, is_saved_query, compare_entries);
    if (count < 0 && errno == ENOENT && !must_exist)
        return ST_OK;
    if (count < 0)
        return error_set_os(err, ST_IO, errno, "%s: cannot list the directory", path);
    enum status status = ST_OK;
    for (int i = 0; i < count; i++) {
        if (status == ST_OK)
            status = add_name(names, entries[i]->d_name, err);
        free(entries[i]);
    }
    free(entries);
    return status;
}

/* Puts the names into their order and leaves out those that are hidden. */
static void sort(struct saved_names *names)
{
    if (names->count > 0)
        qsort(names->names, names->count, sizeof *names->names, compare_names);
    size_t kept = 0;
    for (size_t i = 0; i < names->count; i++) {
        if (kept > 0 && strcmp(names->names[kept - 1], names->names[i]) == 0)
            free(names->names[i]);
        else
            names->names[kept++] = names->names[i];
    }
    names->count = kept;
}

enum status saved_names_list(const char *own, struct saved_names *names, struct error *err)
{
    struct folders folders;
    enum status status = ST_OK;
    *names = (struct saved_names){.names = NULL};
    folders_init(&folders, own);
    for (size_t i = 0; status == ST_OK && i < FOLDERS; i++) {
        const bool must_exist = i == 0 && folders.is_named;
        if (folders.paths[i].len > 0)
            status = add_folder(buf_text(&folders.paths[i]), must_exist, names, err);
    }
    folders_release(&folders);
    sort(names);
    if (status == ST_OK && names->count == 0)
        status = error_set(err, ST_NOT_FOUND, "there are no saved queries; they should be in %s",
                           DNSIGHT_SAVED_DIR);
    if (status != ST_OK)
        saved_names_release(names);
    return status;
}

void saved_names_release(struct saved_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->names[i]);
    free(names->names);
    *names = (struct saved_names){.names = NULL};
}

static enum status read_file(const char *path, struct buf *content, struct error *err)
{
    FILE *const file = fopen(path, "re");
    if (file == NULL)
        return error_set_os(err, errno == ENOENT ? ST_NOT_FOUND : ST_IO, errno, "%s: cannot open",
                            path);
    uint8_t *const to = buf_space(content, FILE_MAX);
    const size_t got = to == NULL ? 0 : fread(to, 1, FILE_MAX, file);
    buf_wrote(content, got);
    const bool has_failed = ferror(file) != 0;
    const int os_error = errno;
    const bool is_whole = fgetc(file) == EOF;
    (void)fclose(file);
    if (has_failed)
        return error_set_os(err, ST_IO, os_error, "%s: cannot read", path);
    return is_whole && to != NULL
               ? ST_OK
               : error_set(err, ST_INVALID, "%s: too large for a saved query", path);
}

static enum status read_query(const char *path, struct saved_query **query, struct error *err)
{
    struct buf content;
    buf_init(&content, FILE_MAX);
    enum status status = read_file(path, &content, err);
    if (status == ST_OK)
        status = saved_query_read(buf_bytes(&content), path, query, err);
    buf_release(&content);
    return status;
}

static enum status say_unknown(const char *own, const char *name, struct error *err)
{
    struct saved_names names;
    const enum status status = saved_names_list(own, &names, err);
    if (status != ST_OK)
        return status;
    struct nearest nearest = nearest_to(bytes_of(name));
    for (size_t i = 0; i < names.count; i++)
        nearest_offer(&nearest, names.names[i]);
    if (nearest.name != NULL)
        (void)error_set(err, ST_NOT_FOUND, "there is no saved query %.64s; did you mean %s?", name,
                        nearest.name);
    else
        (void)error_set(err, ST_NOT_FOUND, "there is no saved query %.64s; dnsight list names them",
                        name);
    saved_names_release(&names);
    return ST_NOT_FOUND;
}

enum status saved_find(const char *own, const char *name, struct saved_query **query,
                       struct error *err)
{
    if (strchr(name, '/') != NULL) {
        const enum status read = read_query(name, query, err);
        if (read == ST_OK)
            (*query)->word = (*query)->path;
        return read;
    }
    struct folders folders;
    folders_init(&folders, own);
    enum status status = ST_NOT_FOUND;
    for (size_t i = 0; status == ST_NOT_FOUND && i < FOLDERS; i++) {
        if (folders.paths[i].len == 0)
            continue;
        buf_add_format(&folders.paths[i], "/%s%s", name, ENDING);
        status = read_query(buf_text(&folders.paths[i]), query, err);
    }
    folders_release(&folders);
    return status == ST_NOT_FOUND ? say_unknown(own, name, err) : status;
}
