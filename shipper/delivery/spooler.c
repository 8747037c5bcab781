#include "shipper/delivery/spooler.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "shipper/delivery/bulk.h"
#include "shipper/delivery/clock.h"
#include "shipper/delivery/gzip.h"

/* Batches in memory: two that are being filled, one that is being written, the others wait. Each
 * grows to BULK_OCTETS_MAX. */
#define BATCH_COUNT 6
/* Plain answers leave so many batches to failures. */
#define BATCHES_FOR_FAILURES 1
#define FLUSH_MS_DEFAULT     1000U
/* Octets of the largest compressed batch. */
#define GZIP_MAX ((size_t)64 * 1024 * 1024)
/* Time between two attempts to write a batch. */
#define AGAIN_MS 200
/* Attempts at the end, when the adding thread is blocking and there may still be room. */
#define LAST_ATTEMPTS_MAX 300
/* Attempts to write into an empty spool that has no room. */
#define HOPELESS_ATTEMPTS_MAX 5U

struct waiting_batch {
    struct bulk bulk;
    enum spool_kind kind;
    uint64_t since_ms; /* when its first document came */
};

struct spooler {
    struct spooler_options options;
    struct waiting_batch batches[BATCH_COUNT];
    struct waiting_batch *filling[SPOOL_KIND_COUNT]; /* the adding thread's; NULL: none */
    struct buf gzip;                                 /* the writing thread's */
    unsigned hopeless_attempts;                      /* in a row; the writing thread's */
    _Atomic uint64_t added;
    _Atomic uint64_t dropped_queue;
    _Atomic uint64_t dropped_large;
    pthread_t thread;
    bool is_running;
    pthread_mutex_t lock; /* of everything below */
    pthread_cond_t changed;
    struct waiting_batch *unused[BATCH_COUNT];
    size_t unused_count;
    struct waiting_batch *full[BATCH_COUNT]; /* oldest first */
    size_t full_count;
    bool is_ending;
    unsigned last_attempts; /* to write, since then */
    uint64_t written;       /* documents */
    uint64_t dropped_spool;
    uint64_t spool_errors;
    struct error failure; /* of the spool; only if the spooler is blocking */
};

/* --- The thread that writes ------------------------------------------------------------------- */

/* Waits a moment. Returns false when there is no time left for another attempt. */
static bool wait_a_moment(struct spooler *s)
{
    (void)pthread_mutex_lock(&s->lock);
    const bool is_patient =
        !s->is_ending || (s->options.is_blocking && s->last_attempts++ < LAST_ATTEMPTS_MAX);
    if (is_patient)
        clock_wait(&s->changed, &s->lock, clock_now_ms() + AGAIN_MS);
    (void)pthread_mutex_unlock(&s->lock);
    return is_patient;
}

/* A batch could not be written. Returns whether to try it again. */
static bool fail(struct spooler *s, const struct error *error)
{
    bool is_full = error->status == ST_LIMIT;
    if (is_full && !s->options.waits_for_room)
        return false;
    /* Where nothing waits to be sent, sending makes no room. */
    const bool is_hopeless = is_full && spool_stats(s->options.spool).files == 0;
    s->hopeless_attempts = is_hopeless ? s->hopeless_attempts + 1 : 0;
    if (s->options.is_blocking && s->hopeless_attempts >= HOPELESS_ATTEMPTS_MAX)
        is_full = false;
    if (!is_full) {
        (void)pthread_mutex_lock(&s->lock);
        s->spool_errors++;
        if (s->options.is_blocking)
            s->failure = *error;
        (void)pthread_cond_broadcast(&s->changed);
        (void)pthread_mutex_unlock(&s->lock);
        s->options.wrote(s->options.context, error);
    }
    return (is_full || !s->options.is_blocking) && wait_a_moment(s);
}

/* Returns whether the batch is in the spool. */
static bool write_batch(struct spooler *s, const struct waiting_batch *batch)
{
    struct error error = {.status = ST_OK};
    enum status status = gzip_pack(buf_bytes(&batch->bulk.body), &s->gzip);
    if (status != ST_OK)
        status = error_set(&error, ST_NO_MEMORY, "no memory to compress a batch");
    do {
        if (s->gzip.len > 0)
            status = spool_add(s->options.spool, batch->kind, batch->bulk.count,
                               buf_bytes(&s->gzip), &error);
        if (status == ST_OK) {
            s->options.wrote(s->options.context, NULL);
            return true;
        }
    } while (fail(s, &error));
    return false;
}

static struct waiting_batch *next_full(struct spooler *s)
{
    while (s->full_count == 0 && !s->is_ending)
        (void)pthread_cond_wait(&s->changed, &s->lock);
    return s->full_count == 0 ? NULL : s->full[0];
}

static void *work(void *context)
{
    struct spooler *const s = context;
    (void)pthread_mutex_lock(&s->lock);
    for (struct waiting_batch *batch = next_full(s); batch != NULL; batch = next_full(s)) {
        (void)pthread_mutex_unlock(&s->lock);
        const bool is_written = write_batch(s, batch);
        (void)pthread_mutex_lock(&s->lock);
        if (is_written)
            s->written += batch->bulk.count;
        else
            s->dropped_spool += batch->bulk.count;
        bulk_reset(&batch->bulk);
        s->full_count--;
        for (size_t i = 0; i < s->full_count; i++)
            s->full[i] = s->full[i + 1];
        s->unused[s->unused_count++] = batch;
        (void)pthread_cond_broadcast(&s->changed);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* --- Making ----------------------------------------------------------------------------------- */

static bool make_batches(struct spooler *s)
{
    for (size_t i = 0; i < BATCH_COUNT; i++) {
        if (bulk_init(&s->batches[i].bulk) != ST_OK)
            return false;
        s->unused[s->unused_count++] = &s->batches[i];
    }
    return true;
}

enum status spooler_new(const struct spooler_options *options, struct spooler **spooler)
{
    struct spooler *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return ST_NO_MEMORY;
    made->options = *options;
    if (made->options.flush_ms == 0)
        made->options.flush_ms = FLUSH_MS_DEFAULT;
    if (options->batch_documents == 0 || options->batch_documents > BULK_DOCUMENTS_MAX)
        made->options.batch_documents = BULK_DOCUMENTS_MAX;
    if (options->batch_octets == 0 || options->batch_octets > BULK_OCTETS_MAX)
        made->options.batch_octets = BULK_OCTETS_MAX;
    buf_init(&made->gzip, GZIP_MAX);
    clock_condition_init(&made->changed);
    (void)pthread_mutex_init(&made->lock, NULL);
    made->is_running = make_batches(made) && pthread_create(&made->thread, NULL, work, made) == 0;
    if (!made->is_running) {
        spooler_free(made);
        return ST_NO_MEMORY;
    }
    *spooler = made;
    return ST_OK;
}

void spooler_free(struct spooler *spooler)
{
    if (spooler == NULL)
        return;
    assert(!spooler->is_running);
    for (size_t i = 0; i < BATCH_COUNT; i++)
        bulk_release(&spooler->batches[i].bulk);
    buf_release(&spooler->gzip);
    (void)pthread_mutex_destroy(&spooler->lock);
    (void)pthread_cond_destroy(&spooler->changed);
    free(spooler);
}

/* --- The thread that adds --------------------------------------------------------------------- */

/* What the spool said while batches were handed to it. The lock is held. */
static enum status failure(const struct spooler *s, struct error *err)
{
    if (s->failure.status != ST_OK && err != NULL)
        *err = s->failure;
    return s->failure.status;
}

/* Gives a kind a batch to fill, if there is one. Returns as spooler_add. */
static MUST_CHECK enum status take_batch(struct spooler *s, enum spool_kind kind, struct error *err)
{
    const size_t left = kind == SPOOL_ANSWERS ? BATCHES_FOR_FAILURES : 0;
    (void)pthread_mutex_lock(&s->lock);
    while (s->options.is_blocking && s->unused_count <= left && s->failure.status == ST_OK)
        (void)pthread_cond_wait(&s->changed, &s->lock);
    const enum status status = failure(s, err);
    if (status == ST_OK && s->unused_count > left) {
        s->filling[kind] = s->unused[--s->unused_count];
        s->filling[kind]->kind = kind;
        s->filling[kind]->since_ms = clock_now_ms();
    }
    (void)pthread_mutex_unlock(&s->lock);
    return status;
}

static void hand_over(struct spooler *s, enum spool_kind kind)
{
    (void)pthread_mutex_lock(&s->lock);
    s->full[s->full_count++] = s->filling[kind];
    (void)pthread_cond_broadcast(&s->changed);
    (void)pthread_mutex_unlock(&s->lock);
    s->filling[kind] = NULL;
}

static void hand_over_if_full(struct spooler *s, enum spool_kind kind)
{
    const struct bulk *const bulk = &s->filling[kind]->bulk;
    if (bulk->count >= s->options.batch_documents || bulk->body.len >= s->options.batch_octets)
        hand_over(s, kind);
}

/* Adds a document to the batch that is being filled; false if it does not fit. */
static bool add_to_batch(struct spooler *s, enum spool_kind kind, struct bytes id,
                         struct bytes document)
{
    if (bulk_add(&s->filling[kind]->bulk, id, document) != ST_OK)
        return false;
    hand_over_if_full(s, kind);
    return true;
}

enum status spooler_add(struct spooler *spooler, enum spool_kind kind, struct bytes id,
                        struct bytes document, struct error *err)
{
    atomic_fetch_add_explicit(&spooler->added, 1, memory_order_relaxed);
    if (spooler->options.has_no_ids)
        id = (struct bytes){0};
    for (;;) {
        enum status status = ST_OK;
        if (spooler->filling[kind] == NULL)
            status = take_batch(spooler, kind, err);
        if (status != ST_OK || spooler->filling[kind] == NULL) {
            atomic_fetch_add_explicit(&spooler->dropped_queue, 1, memory_order_relaxed);
            return status;
        }
        if (add_to_batch(spooler, kind, id, document))
            return ST_OK;
        if (spooler->filling[kind]->bulk.count == 0) {
            atomic_fetch_add_explicit(&spooler->dropped_large, 1, memory_order_relaxed);
            return ST_OK;
        }
        hand_over(spooler, kind);
    }
}

enum status spooler_flush(struct spooler *spooler, struct error *err)
{
    const uint64_t now = clock_now_ms();
    /* Behind batches that wait for the disk there is time to fill another one. */
    (void)pthread_mutex_lock(&spooler->lock);
    const bool is_behind = spooler->full_count > 0;
    const enum status status = failure(spooler, err);
    (void)pthread_mutex_unlock(&spooler->lock);
    for (enum spool_kind kind = SPOOL_ANSWERS; kind < SPOOL_KIND_COUNT && !is_behind; kind++) {
        const struct waiting_batch *const batch = spooler->filling[kind];
        if (batch != NULL && batch->bulk.count > 0 &&
            now - batch->since_ms >= spooler->options.flush_ms)
            hand_over(spooler, kind);
    }
    return status;
}

enum status spooler_finish(struct spooler *spooler, struct error *err)
{
    for (enum spool_kind kind = SPOOL_ANSWERS; kind < SPOOL_KIND_COUNT; kind++) {
        if (spooler->filling[kind] != NULL && spooler->filling[kind]->bulk.count > 0)
            hand_over(spooler, kind);
    }
    (void)pthread_mutex_lock(&spooler->lock);
    spooler->is_ending = true;
    (void)pthread_cond_broadcast(&spooler->changed);
    (void)pthread_mutex_unlock(&spooler->lock);
    if (spooler->is_running)
        (void)pthread_join(spooler->thread, NULL);
    spooler->is_running = false;
    return failure(spooler, err);
}

struct spooler_counters spooler_counters(struct spooler *spooler)
{
    struct spooler_counters counters = {
        .added = atomic_load(&spooler->added),
        .dropped_queue = atomic_load(&spooler->dropped_queue),
        .dropped_large = atomic_load(&spooler->dropped_large),
    };
    (void)pthread_mutex_lock(&spooler->lock);
    counters.dropped_spool = spooler->dropped_spool;
    counters.spool_errors = spooler->spool_errors;
    const uint64_t gone =
        counters.dropped_queue + counters.dropped_large + counters.dropped_spool + spooler->written;
    (void)pthread_mutex_unlock(&spooler->lock);
    counters.waiting = counters.added > gone ? counters.added - gone : 0;
    return counters;
}
