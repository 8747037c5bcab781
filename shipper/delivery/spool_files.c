#include "shipper/delivery/spool_files.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/capture/input.h"
#include "core/json/tree.h"
#include "core/json/writer.h"
#include "shipper/delivery/bulk.h"
#include "shipper/delivery/gzip.h"

/* Octets of the largest file that is read, and of the longest line of the dead letters. */
#define FILE_MAX ((size_t)64 * 1024 * 1024)
/* Dead letters while they are being taken back. */
#define RETRY_END ".retry"

/* --- list ------------------------------------------------------------------------------------- */

static MUST_CHECK enum status list_folder(const char *path, const char *what, FILE *out,
                                          struct error *err)
{
    struct spool_listing listing = {0};
    const enum status status = spool_list(path, &listing, err);
    uint64_t documents = 0;
    uint64_t octets = 0;
    for (size_t i = 0; i < listing.count; i++) {
        const struct spool_found *const found = &listing.files[i];
        char name[SPOOL_NAME_SIZE];
        spool_name_print(&found->name, name);
        (void)fprintf(out, "%s%s\t%" PRIu32 "\t%" PRIu64 "\n", what, name, found->name.count,
                      found->octets);
        documents += found->name.count;
        octets += found->octets;
    }
    if (status == ST_OK)
        (void)fprintf(out, "%s%zu files\t%" PRIu64 "\t%" PRIu64 "\n", what, listing.count,
                      documents, octets);
    spool_listing_release(&listing);
    return status;
}

/* Calls for every line of the dead letters. */
struct letter_sink {
    enum status (*take)(void *context, struct bytes line, struct error *err);
    void *context;
};

static MUST_CHECK enum status read_letters(const char *path, const struct letter_sink *sink,
                                           struct error *err)
{
    struct input *input = NULL;
    enum status status = input_open(path, &input, err);
    while (status == ST_OK) {
        struct bytes line;
        status = input_line(input, FILE_MAX, &line, err);
        if (status == ST_OK && line.len > 0)
            status = sink->take(sink->context, line, err);
    }
    input_close(input);
    return status == ST_END ? ST_OK : status;
}

static enum status count_letter(void *context, struct bytes line, struct error *err)
{
    (void)line;
    (void)err;
    ++*(uint64_t *)context;
    return ST_OK;
}

/* The path of something in the spool; the caller releases it. */
static struct buf inside(const char *path, const char *name)
{
    struct buf full;
    buf_init(&full, SIZE_MAX);
    buf_add_format(&full, "%s/%s", path, name);
    (void)buf_text(&full);
    return full;
}

static uint64_t count_letters(const char *path)
{
    struct buf file = inside(path, SPOOL_DEAD_LETTERS);
    uint64_t count = 0;
    const struct letter_sink sink = {count_letter, &count};
    if (access(buf_text(&file), F_OK) == 0 && read_letters(buf_text(&file), &sink, NULL) != ST_OK)
        count = 0;
    buf_release(&file);
    return count;
}

enum status spool_files_list(const char *path, FILE *out, struct error *err)
{
    (void)fprintf(out, "file\tdocuments\toctets\n");
    enum status status = list_folder(path, "", out, err);
    if (status != ST_OK)
        return status;
    struct buf quarantine = inside(path, SPOOL_QUARANTINE);
    if (access(buf_text(&quarantine), F_OK) == 0)
        status = list_folder(buf_text(&quarantine), SPOOL_QUARANTINE "/", out, err);
    buf_release(&quarantine);
    (void)fprintf(out, SPOOL_DEAD_LETTERS "\t%" PRIu64 "\n", count_letters(path));
    return status;
}

/* --- show ------------------------------------------------------------------------------------- */

static void print_documents(const struct bulk *bulk, FILE *out)
{
    for (size_t i = 0; i < bulk->count; i++) {
        const struct bytes id = bulk_id(bulk, i);
        const struct bytes document = bulk_document(bulk, i);
        (void)fputs("{", out);
        if (id.len > 0)
            (void)fprintf(out, "\"_id\":\"%.*s\",", (int)id.len, (const char *)id.data);
        (void)fputs("\"_source\":", out);
        (void)fwrite(document.data, 1, document.len, out);
        (void)fputs("}\n", out);
    }
}

static MUST_CHECK enum status show_file(const struct spool_folder *folder, const char *name,
                                        struct bulk *bulk, FILE *out, struct error *err)
{
    struct spool_name parsed;
    if (!spool_name_parse(name, &parsed))
        return error_set(err, ST_INVALID, "%s is not the name of a batch", name);
    struct buf gzip;
    buf_init(&gzip, FILE_MAX);
    enum status status = spool_folder_read(folder, &parsed, &gzip, err);
    if (status == ST_OK &&
        (gzip_unpack(buf_bytes(&gzip), &bulk->body) != ST_OK || bulk_find_items(bulk) != ST_OK))
        status = error_set(err, ST_MALFORMED, "%s is damaged", name);
    if (status == ST_OK)
        print_documents(bulk, out);
    buf_release(&gzip);
    return status;
}

enum status spool_files_show(const char *path, const struct spool_selection *files, FILE *out,
                             struct error *err)
{
    struct spool_folder folder;
    enum status status = spool_folder_look(&folder, path, err);
    if (status != ST_OK)
        return status;
    struct bulk bulk;
    status = bulk_init(&bulk);
    for (size_t i = 0; i < files->count && status == ST_OK; i++)
        status = show_file(&folder, files->names[i], &bulk, out, err);
    bulk_release(&bulk);
    spool_folder_close(&folder);
    return status;
}

/* Opening a spool would make it: what is to be looked after must be there. */
static MUST_CHECK enum status expect_spool(const char *path, struct error *err)
{
    struct spool_folder folder;
    const enum status status = spool_folder_look(&folder, path, err);
    if (status == ST_OK)
        spool_folder_close(&folder);
    return status;
}

/* --- drop ------------------------------------------------------------------------------------- */

static MUST_CHECK enum status drop_file(const struct spool_folder *folder, const char *name,
                                        uint64_t *dropped, struct error *err)
{
    struct spool_name parsed;
    if (!spool_name_parse(name, &parsed))
        return error_set(err, ST_INVALID, "%s is not the name of a batch", name);
    if (faccessat(folder->folder, name, F_OK, 0) != 0)
        return error_set_os(err, ST_NOT_FOUND, errno, "cannot find %s", name);
    const enum status status = spool_folder_delete(folder, &parsed, err);
    if (status == ST_OK)
        *dropped += parsed.count;
    return status;
}

static MUST_CHECK enum status drop_letters(const char *path, uint64_t *dropped, struct error *err)
{
    const uint64_t count = count_letters(path);
    struct buf file = inside(path, SPOOL_DEAD_LETTERS);
    enum status status = ST_OK;
    if (unlink(buf_text(&file)) != 0 && errno != ENOENT)
        status = error_set_os(err, ST_IO, errno, "cannot delete %s", buf_text(&file));
    buf_release(&file);
    if (status == ST_OK)
        *dropped += count;
    return status;
}

enum status spool_files_drop(const char *path, const struct spool_selection *files,
                             bool with_dead_letters, FILE *out, struct error *err)
{
    struct spool_folder folder;
    enum status status = expect_spool(path, err);
    if (status == ST_OK)
        status = spool_folder_open(&folder, path, false, file_calls_real(), err);
    if (status != ST_OK)
        return status;
    uint64_t dropped = 0;
    for (size_t i = 0; i < files->count && status == ST_OK; i++)
        status = drop_file(&folder, files->names[i], &dropped, err);
    if (status == ST_OK && with_dead_letters)
        status = drop_letters(path, &dropped, err);
    spool_folder_close(&folder);
    (void)fprintf(out, "%" PRIu64 " documents were dropped\n", dropped);
    return status;
}

/* --- retry ------------------------------------------------------------------------------------ */

/* Gives one line of the dead letters to the output again. */
static enum status retry_letter(void *context, struct bytes line, struct error *err)
{
    struct arena arena;
    arena_init(&arena, FILE_MAX);
    struct buf text;
    buf_init(&text, FILE_MAX);
    const struct json_value *root = NULL;
    enum status status = json_tree_read(line, &arena, &root, err);
    const struct json_value *const source = json_member(root, "_source");
    if (status == ST_OK && source == NULL)
        status = error_set(err, ST_MALFORMED, "a line of the dead letters has no _source");
    if (status == ST_OK) {
        struct json_writer w = json_writer_of(&text);
        json_tree_write(source, &w);
        status = elastic_output_add(context, SPOOL_FAILURES,
                                    json_string_or_empty(json_member(root, "_id")),
                                    buf_bytes(&text), err);
    }
    buf_release(&text);
    arena_release(&arena);
    return status;
}

/* Moves the dead letters out of the way of new ones. What an earlier attempt left goes first. */
static MUST_CHECK enum status take_letters(const char *letters, const char *taken,
                                           struct error *err)
{
    if (access(taken, F_OK) == 0 || rename(letters, taken) == 0 || errno == ENOENT)
        return ST_OK;
    return error_set_os(err, ST_IO, errno, "cannot rename %s", letters);
}

static MUST_CHECK enum status retry_letters(struct elastic_output *output, const char *taken,
                                            struct error *err)
{
    if (access(taken, F_OK) != 0)
        return ST_OK;
    const struct letter_sink sink = {retry_letter, output};
    return read_letters(taken, &sink, err);
}

static MUST_CHECK enum status run_retry(struct elastic_output *output, const char *taken, FILE *out,
                                        struct error *err)
{
    enum status status = taken == NULL ? ST_OK : retry_letters(output, taken, err);
    const bool is_taken = status == ST_OK;
    const enum status finished = elastic_output_finish(output, status == ST_OK ? err : NULL);
    status = status == ST_OK ? finished : status;
    /* In the spool, or further. */
    const bool is_safe = finished == ST_OK || finished == ST_KEPT || finished == ST_UNAUTHORISED;
    if (taken != NULL && is_taken && is_safe)
        (void)unlink(taken);
    struct elastic_counters counters;
    elastic_output_counters(output, &counters);
    (void)fprintf(out,
                  "%" PRIu64 " new, %" PRIu64 " already there, %" PRIu64 " refused, %" PRIu64
                  " in the spool\n",
                  counters.created + counters.failure_store, counters.already_there,
                  counters.dead_letters + counters.dead_letters_full, counters.spooled);
    if (status == ST_OK && counters.dead_letters + counters.dead_letters_full > 0)
        status = error_set(err, ST_REFUSED, "documents were refused again");
    return status;
}

enum status spool_files_retry(const struct elastic_output_options *options, bool with_dead_letters,
                              FILE *out, struct error *err)
{
    struct elastic_output *output = NULL;
    enum status status = expect_spool(options->settings.spool.path, err);
    if (status == ST_OK)
        status = elastic_output_open(options, &output, err);
    if (status != ST_OK)
        return status;
    struct buf letters = inside(elastic_output_spool(output), SPOOL_DEAD_LETTERS);
    struct buf taken = inside(elastic_output_spool(output), SPOOL_DEAD_LETTERS RETRY_END);
    if (with_dead_letters)
        status = take_letters(buf_text(&letters), buf_text(&taken), err);
    if (status == ST_OK)
        status = run_retry(output, with_dead_letters ? buf_text(&taken) : NULL, out, err);
    elastic_output_free(output);
    buf_release(&letters);
    buf_release(&taken);
    return status;
}
