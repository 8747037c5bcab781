#include "shipper/output/log_compressor.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zstd.h>

#include "core/base/bytes.h"
#include "shipper/output/log_files.h"

/* zstd's own default: some 300 MB/s, and documents become a tenth. */
#define LEVEL 3

#define READ_SIZE ((size_t)256 * 1024)

struct log_compressor {
    pthread_t thread;
    int folder;
    const char *path;
    ZSTD_CCtx *zstd;     /* of the thread */
    uint8_t *plain;      /* READ_SIZE octets, of the thread */
    uint8_t *compressed; /* compressed_size octets, of the thread */
    size_t compressed_size;
    pthread_mutex_t lock; /* of everything below */
    pthread_cond_t wake;
    unsigned below;
    bool is_changed; /* there may be new files below `below` */
    bool is_stopped;
    struct error error;
};

static enum status write_all(int file, struct bytes octets)
{
    while (octets.len > 0) {
        const ssize_t n = write(file, octets.data, octets.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return ST_IO;
        octets = bytes_slice(octets, (size_t)n, octets.len);
    }
    return ST_OK;
}

/* Hands octets to zstd and writes what comes out. */
static enum status put(struct log_compressor *c, int to, size_t len, ZSTD_EndDirective end)
{
    ZSTD_inBuffer in = {c->plain, len, 0};
    for (bool is_done = false; !is_done;) {
        ZSTD_outBuffer out = {c->compressed, c->compressed_size, 0};
        const size_t left = ZSTD_compressStream2(c->zstd, &out, &in, end);
        if (ZSTD_isError(left) != 0)
            return ST_NO_MEMORY;
        const enum status status = write_all(to, (struct bytes){c->compressed, out.pos});
        if (status != ST_OK)
            return status;
        is_done = end == ZSTD_e_end ? left == 0 : in.pos == in.size;
    }
    return ST_OK;
}

static enum status copy(struct log_compressor *c, int from, int to)
{
    (void)ZSTD_CCtx_reset(c->zstd, ZSTD_reset_session_only);
    for (;;) {
        const ssize_t got = read(from, c->plain, READ_SIZE);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ST_IO;
        const enum status status = put(c, to, (size_t)got, got == 0 ? ZSTD_e_end : ZSTD_e_continue);
        if (status != ST_OK || got == 0)
            return status;
    }
}

/* Makes the partial file, whole and on the disk. */
static enum status write_partial(struct log_compressor *c, const char *plain, const char *partial)
{
    const int from = openat(c->folder, plain, O_RDONLY | O_CLOEXEC);
    if (from < 0)
        return ST_IO;
    enum status status = ST_IO;
    const int to = openat(c->folder, partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (to >= 0) {
        status = copy(c, from, to);
        if (status == ST_OK && fsync(to) != 0)
            status = ST_IO;
        const int reason = errno;
        (void)close(to);
        errno = reason;
    }
    const int reason = errno;
    (void)close(from);
    errno = reason;
    return status;
}

static enum status compress_file(struct log_compressor *c, unsigned number, struct error *err)
{
    char plain[LOG_FILE_NAME_SIZE];
    char partial[LOG_FILE_NAME_SIZE];
    char whole[LOG_FILE_NAME_SIZE];
    log_file_name(number, LOG_FILE_PLAIN, plain);
    log_file_name(number, LOG_FILE_PARTIAL, partial);
    log_file_name(number, LOG_FILE_ZSTD, whole);
    enum status status = write_partial(c, plain, partial);
    if (status == ST_OK && renameat(c->folder, partial, c->folder, whole) != 0)
        status = ST_IO;
    /* The compressed form must be on the disk under its name before the plain one goes. */
    if (status == ST_OK && (fsync(c->folder) != 0 || unlinkat(c->folder, plain, 0) != 0))
        status = ST_IO;
    /* It was deleted meanwhile, because it was the oldest. */
    if (status == ST_OK || errno == ENOENT)
        return ST_OK;
    (void)error_set_os(err, status, status == ST_NO_MEMORY ? ENOMEM : errno,
                       "cannot compress %s/%s", c->path, plain);
    (void)unlinkat(c->folder, partial, 0);
    return status;
}

/* Compresses what is there to compress, oldest first, as long as nobody wants an end. */
static enum status compress_files(struct log_compressor *c, struct error *err)
{
    for (;;) {
        (void)pthread_mutex_lock(&c->lock);
        const unsigned below = c->is_stopped ? 0 : c->below;
        (void)pthread_mutex_unlock(&c->lock);
        struct log_files files = {0};
        enum status status = log_files_list(c->folder, c->path, below, &files, err);
        if (status != ST_OK || files.oldest_plain == 0)
            return status;
        status = compress_file(c, files.oldest_plain, err);
        if (status != ST_OK)
            return status;
    }
}

static void *run(void *context)
{
    struct log_compressor *const c = context;
    (void)pthread_mutex_lock(&c->lock);
    while (!c->is_stopped) {
        if (!c->is_changed) {
            (void)pthread_cond_wait(&c->wake, &c->lock);
            continue;
        }
        c->is_changed = false;
        (void)pthread_mutex_unlock(&c->lock);
        struct error error = {.status = ST_OK};
        const enum status status = compress_files(c, &error);
        (void)pthread_mutex_lock(&c->lock);
        if (status != ST_OK && c->error.status == ST_OK)
            c->error = error;
    }
    (void)pthread_mutex_unlock(&c->lock);
    return NULL;
}

/* Signals are the main thread's. */
static int start_thread(struct log_compressor *c)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    const int failed = pthread_create(&c->thread, NULL, run, c);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

static void free_all(struct log_compressor *c)
{
    (void)pthread_cond_destroy(&c->wake);
    (void)pthread_mutex_destroy(&c->lock);
    (void)ZSTD_freeCCtx(c->zstd);
    free(c->plain);
    free(c->compressed);
    free(c);
}

enum status log_compressor_start(int folder, const char *path, struct log_compressor **compressor,
                                 struct error *err)
{
    struct log_compressor *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(err, ST_NO_MEMORY, "no memory to compress files of %s", path);
    made->folder = folder;
    made->path = path;
    made->compressed_size = ZSTD_CStreamOutSize();
    made->zstd = ZSTD_createCCtx();
    made->plain = malloc(READ_SIZE);
    made->compressed = malloc(made->compressed_size);
    /* Neither fails with default attributes on Linux. */
    (void)pthread_mutex_init(&made->lock, NULL);
    (void)pthread_cond_init(&made->wake, NULL);
    if (made->zstd != NULL) {
        (void)ZSTD_CCtx_setParameter(made->zstd, ZSTD_c_compressionLevel, LEVEL);
        (void)ZSTD_CCtx_setParameter(made->zstd, ZSTD_c_checksumFlag, 1);
    }
    if (made->zstd == NULL || made->plain == NULL || made->compressed == NULL ||
        start_thread(made) != 0) {
        free_all(made);
        return error_set(err, ST_NO_MEMORY, "no memory to compress files of %s", path);
    }
    *compressor = made;
    return ST_OK;
}

void log_compressor_set(struct log_compressor *compressor, unsigned below)
{
    (void)pthread_mutex_lock(&compressor->lock);
    compressor->below = below;
    compressor->is_changed = true;
    (void)pthread_cond_signal(&compressor->wake);
    (void)pthread_mutex_unlock(&compressor->lock);
}

enum status log_compressor_take_error(struct log_compressor *compressor, struct error *err)
{
    (void)pthread_mutex_lock(&compressor->lock);
    const enum status status = compressor->error.status;
    if (status != ST_OK && err != NULL)
        *err = compressor->error;
    compressor->error.status = ST_OK;
    (void)pthread_mutex_unlock(&compressor->lock);
    return status;
}

void log_compressor_stop(struct log_compressor *compressor)
{
    if (compressor == NULL)
        return;
    (void)pthread_mutex_lock(&compressor->lock);
    compressor->is_stopped = true;
    (void)pthread_cond_signal(&compressor->wake);
    (void)pthread_mutex_unlock(&compressor->lock);
    (void)pthread_join(compressor->thread, NULL);
    free_all(compressor);
}
