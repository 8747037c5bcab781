#include "query/gathering/runs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/buf.h"

/* Octets read at once from each run, at least. */
#define READ_SIZE_MIN ((size_t)4 * 1024)

/* Octets before each record in the file: lengths of its key and its payload. */
#define RECORD_HEAD (2 * sizeof(uint32_t))

/* A run that is written, later read: [at, end) of the file is what is left of it. */
struct run {
    uint64_t at;
    uint64_t end;
    struct buf read;           /* octets from the file */
    size_t used;               /* of these, those that belong to records already given */
    struct bytes key, payload; /* the current record, in `read` */
};

struct runs {
    FILE *file;
    const char *folder; /* borrowed */
    struct run *runs;   /* owned */
    size_t count;
    size_t cap;
    uint64_t records;
    size_t *heap; /* while merging: indexes of runs that have a record, smallest key first */
    size_t heap_count;
};

static enum status io_error(const struct runs *runs, const char *what, struct error *err)
{
    return error_set_os(err, ST_IO, errno, "%s the temporary file in %s", what, runs->folder);
}

static FILE *open_nameless(const char *folder)
{
    char path[PATH_MAX];
    const int len = snprintf(path, sizeof path, "%s/dnsight-XXXXXX", folder);
    if (len < 0 || (size_t)len >= sizeof path) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    const int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        return NULL;
    (void)unlink(path);
    FILE *const file = fdopen(fd, "w+");
    if (file == NULL)
        (void)close(fd);
    return file;
}

enum status runs_new(const char *folder, struct runs **runs, struct error *err)
{
    struct runs *const r = calloc(1, sizeof *r);
    if (r == NULL)
        return error_set(err, ST_NO_MEMORY, "no memory to sort");
    r->folder = folder;
    r->file = open_nameless(folder);
    if (r->file == NULL) {
        const enum status status = io_error(r, "cannot make", err);
        free(r);
        return status;
    }
    *runs = r;
    return ST_OK;
}

void runs_free(struct runs *runs)
{
    if (runs == NULL)
        return;
    for (size_t i = 0; i < runs->count; i++)
        buf_release(&runs->runs[i].read);
    (void)fclose(runs->file);
    free(runs->heap);
    free(runs->runs);
    free(runs);
}

enum status runs_begin(struct runs *runs, struct error *err)
{
    if (runs->count == runs->cap) {
        const size_t cap = runs->cap == 0 ? 16 : runs->cap * 2;
        struct run *const grown = reallocarray(runs->runs, cap, sizeof *grown);
        if (grown == NULL)
            return error_set(err, ST_NO_MEMORY, "no memory to sort");
        runs->runs = grown;
        runs->cap = cap;
    }
    const uint64_t at = runs->count == 0 ? 0 : runs->runs[runs->count - 1].end;
    struct run *const run = &runs->runs[runs->count++];
    *run = (struct run){.at = at, .end = at};
    buf_init(&run->read, SIZE_MAX / 2);
    return ST_OK;
}

enum status runs_add(struct runs *runs, struct bytes key, struct bytes payload, struct error *err)
{
    const uint32_t lengths[2] = {(uint32_t)key.len, (uint32_t)payload.len};
    if (fwrite(lengths, RECORD_HEAD, 1, runs->file) != 1 ||
        fwrite(key.data, 1, key.len, runs->file) != key.len ||
        fwrite(payload.data, 1, payload.len, runs->file) != payload.len)
        return io_error(runs, "cannot write to", err);
    runs->runs[runs->count - 1].end += RECORD_HEAD + key.len + payload.len;
    runs->records++;
    return ST_OK;
}

uint64_t runs_count(const struct runs *runs)
{
    return runs->records;
}

/* Makes `need` octets behind the used ones available in memory, reading at least `read_size`. */
static enum status run_fill(struct runs *runs, struct run *run, size_t need, size_t read_size,
                            struct error *err)
{
    if (run->read.len - run->used >= need)
        return ST_OK;
    const size_t left = run->read.len - run->used;
    if (left > 0)
        memmove(run->read.data, run->read.data + run->used, left);
    buf_reset(&run->read);
    run->read.len = left;
    run->used = 0;
    while (run->read.len < need) {
        size_t want = need - run->read.len > read_size ? need - run->read.len : read_size;
        if (want > run->end - run->at)
            want = (size_t)(run->end - run->at);
        uint8_t *const to = buf_space(&run->read, want);
        if (to == NULL)
            return error_set(err, ST_NO_MEMORY, "no memory to sort");
        const ssize_t got = pread(fileno(runs->file), to, want, (off_t)run->at);
        if (got == 0)
            errno = EIO;
        if (got <= 0)
            return io_error(runs, "cannot read", err);
        buf_wrote(&run->read, (size_t)got);
        run->at += (uint64_t)got;
    }
    return ST_OK;
}

/* Moves a run to its next record; ST_END behind the last. */
static enum status run_next(struct runs *runs, struct run *run, size_t read_size, struct error *err)
{
    if (run->at == run->end && run->used == run->read.len)
        return ST_END;
    enum status status = run_fill(runs, run, RECORD_HEAD, read_size, err);
    if (status != ST_OK)
        return status;
    uint32_t lengths[2];
    memcpy(lengths, run->read.data + run->used, RECORD_HEAD);
    const size_t len = RECORD_HEAD + lengths[0] + lengths[1];
    status = run_fill(runs, run, len, read_size, err);
    if (status != ST_OK)
        return status;
    const struct bytes record = {run->read.data + run->used, len};
    run->key = bytes_slice(record, RECORD_HEAD, lengths[0]);
    run->payload = bytes_slice(record, RECORD_HEAD + lengths[0], lengths[1]);
    run->used += len;
    return ST_OK;
}

static bool run_is_before(const struct runs *runs, size_t a, size_t b)
{
    const int order = bytes_compare(runs->runs[a].key, runs->runs[b].key);
    return order < 0 || (order == 0 && a < b);
}

/* Restores the order of the heap below position `at`. */
static void heap_sink(struct runs *runs, size_t at)
{
    size_t *const heap = runs->heap;
    for (size_t child = 2 * at + 1; child < runs->heap_count; child = 2 * at + 1) {
        if (child + 1 < runs->heap_count && run_is_before(runs, heap[child + 1], heap[child]))
            child++;
        if (!run_is_before(runs, heap[child], heap[at]))
            return;
        const size_t swapped = heap[at];
        heap[at] = heap[child];
        heap[child] = swapped;
        at = child;
    }
}

static enum status heap_fill(struct runs *runs, size_t read_size, struct error *err)
{
    runs->heap = calloc(runs->count, sizeof *runs->heap);
    if (runs->heap == NULL)
        return error_set(err, ST_NO_MEMORY, "no memory to sort");
    for (size_t i = 0; i < runs->count; i++) {
        const enum status status = run_next(runs, &runs->runs[i], read_size, err);
        if (status == ST_OK)
            runs->heap[runs->heap_count++] = i;
        else if (status != ST_END)
            return status;
    }
    for (size_t i = runs->heap_count; i > 0; i--)
        heap_sink(runs, i - 1);
    return ST_OK;
}

/* Moves the run with the smallest key to its next record. */
static enum status advance(struct runs *runs, size_t read_size, struct error *err)
{
    enum status status = run_next(runs, &runs->runs[runs->heap[0]], read_size, err);
    if (status == ST_END) {
        runs->heap[0] = runs->heap[--runs->heap_count];
        status = ST_OK;
    }
    heap_sink(runs, 0);
    return status;
}

enum status runs_merge(struct runs *runs, const struct runs_part *part,
                       const struct sorter_sink *sink, struct error *err)
{
    if (runs->count == 0)
        return ST_OK;
    if (fflush(runs->file) != 0)
        return io_error(runs, "cannot write to", err);
    const size_t share = part->memory_max / runs->count;
    const size_t read_size = share < READ_SIZE_MIN ? READ_SIZE_MIN : share;
    enum status status = heap_fill(runs, read_size, err);
    for (uint64_t seen = 0; status == ST_OK && runs->heap_count > 0; seen++) {
        if (seen >= part->skip && seen - part->skip >= part->limit)
            break;
        const struct run *const run = &runs->runs[runs->heap[0]];
        if (seen >= part->skip)
            status = sink->take(sink->context, run->key, run->payload, err);
        if (status == ST_OK)
            status = advance(runs, read_size, err);
    }
    return status;
}
