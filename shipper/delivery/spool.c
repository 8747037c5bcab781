#include "shipper/delivery/spool.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "core/base/siphash.h"

#define OCTETS_MAX_DEFAULT (UINT64_C(1024) * 1024 * 1024)
/* Files take whole blocks of the disk, and a folder entry; small ones must not outgrow the limit.
 */
#define BLOCK UINT64_C(4096)

/* Batches of one kind, oldest first. */
struct spool_list {
    struct spool_batch *first; /* owned */
    struct spool_batch *last;
};

struct spool {
    struct spool_folder folder;
    uint64_t octets_max;
    enum spool_policy policy;
    bool syncs_late;      /* SPOOL_ON_FAILURE */
    pthread_mutex_t lock; /* of everything below; never held while a file is written or read */
    struct spool_list lists[SPOOL_KIND_COUNT];
    uint64_t next_number;
    uint64_t blocks; /* of all files, octets */
    struct spool_stats stats;
    bool is_failing;        /* the last batch that was sent came back */
    struct siphash_key key; /* of the checksums */
};

static uint64_t blocks_of(uint64_t octets)
{
    return (octets + BLOCK - 1) / BLOCK * BLOCK;
}

static uint64_t checksum(const struct spool *spool, struct bytes octets)
{
    return siphash_quick_64(spool->key, octets);
}

/* --- The lists; the lock is held ------------------------------------------------------------ */

static void count_in(struct spool *spool, const struct spool_batch *batch)
{
    spool->stats.files++;
    spool->stats.documents += batch->name.count;
    spool->stats.octets += batch->octets;
    spool->blocks += blocks_of(batch->octets);
}

static void count_out(struct spool *spool, const struct spool_batch *batch)
{
    spool->stats.files--;
    spool->stats.documents -= batch->name.count;
    spool->stats.octets -= batch->octets;
    spool->blocks -= blocks_of(batch->octets);
}

/* Adds the youngest batch of its kind. */
static void append(struct spool *spool, struct spool_batch *batch)
{
    struct spool_list *const list = &spool->lists[batch->name.kind];
    if (list->last == NULL)
        list->first = batch;
    else
        list->last->next = batch;
    list->last = batch;
    count_in(spool, batch);
}

static void unlink_batch(struct spool *spool, const struct spool_batch *batch)
{
    struct spool_list *const list = &spool->lists[batch->name.kind];
    struct spool_batch *before = NULL;
    for (struct spool_batch *b = list->first; b != batch; b = b->next) {
        assert(b != NULL);
        before = b;
    }
    if (before == NULL)
        list->first = batch->next;
    else
        before->next = batch->next;
    if (list->last == batch)
        list->last = before;
    count_out(spool, batch);
}

static struct spool_batch *oldest_free(const struct spool_list *list)
{
    struct spool_batch *batch = list->first;
    while (batch != NULL && batch->is_taken)
        batch = batch->next;
    return batch;
}

/* --- Opening ---------------------------------------------------------------------------------- */

static struct spool_batch *new_batch(const struct spool_name *name, uint64_t octets)
{
    struct spool_batch *const batch = calloc(1, sizeof *batch);
    if (batch != NULL)
        *batch = (struct spool_batch){.name = *name, .octets = octets, .is_synced = true};
    return batch;
}

static MUST_CHECK enum status take_found(struct spool *spool, struct error *err)
{
    struct spool_listing listing = {0};
    enum status status = spool_list(spool->folder.path, &listing, err);
    for (size_t i = 0; i < listing.count && status == ST_OK; i++) {
        const struct spool_found *const found = &listing.files[i];
        struct spool_batch *const batch = new_batch(&found->name, found->octets);
        if (batch == NULL) {
            status = error_set(err, ST_NO_MEMORY, "memory is exhausted");
            break;
        }
        append(spool, batch);
        spool->stats.recovered += found->name.count;
        spool->next_number = found->name.number + 1;
    }
    spool_listing_release(&listing);
    return status;
}

/* Numbers of files in the quarantine are not given again. */
static MUST_CHECK enum status pass_quarantine(struct spool *spool, struct error *err)
{
    struct buf path;
    buf_init(&path, SIZE_MAX);
    buf_add_format(&path, "%s/" SPOOL_QUARANTINE, spool->folder.path);
    struct spool_listing listing = {0};
    const enum status status = spool_list(buf_text(&path), &listing, err);
    if (listing.count > 0 && listing.files[listing.count - 1].name.number >= spool->next_number)
        spool->next_number = listing.files[listing.count - 1].name.number + 1;
    spool_listing_release(&listing);
    buf_release(&path);
    return status;
}

enum status spool_open(const struct spool_settings *settings, const struct file_calls *calls,
                       struct spool **spool, struct error *err)
{
    struct spool *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(err, ST_NO_MEMORY, "no memory for the spool");
    made->octets_max = settings->octets_max == 0 ? OCTETS_MAX_DEFAULT : settings->octets_max;
    made->policy = settings->policy;
    made->syncs_late = settings->mode == SPOOL_ON_FAILURE && !settings->is_unsynced;
    made->key = siphash_key_random();
    made->next_number = 1;
    enum status status =
        spool_folder_open(&made->folder, settings->path, settings->is_unsynced, calls, err);
    if (status != ST_OK) {
        free(made);
        return status;
    }
    (void)pthread_mutex_init(&made->lock, NULL);
    status = take_found(made, err);
    if (status == ST_OK)
        status = pass_quarantine(made, err);
    if (status != ST_OK) {
        spool_free(made);
        return status;
    }
    *spool = made;
    return ST_OK;
}

void spool_free(struct spool *spool)
{
    if (spool == NULL)
        return;
    for (size_t kind = 0; kind < SPOOL_KIND_COUNT; kind++) {
        while (spool->lists[kind].first != NULL) {
            struct spool_batch *const batch = spool->lists[kind].first;
            spool->lists[kind].first = batch->next;
            free(batch);
        }
    }
    (void)pthread_mutex_destroy(&spool->lock);
    spool_folder_close(&spool->folder);
    free(spool);
}

/* --- Adding ----------------------------------------------------------------------------------- */

/* The batch that goes first when room is needed for one of `kind`; NULL if none may. */
static struct spool_batch *first_to_go(const struct spool *spool, enum spool_kind kind)
{
    struct spool_batch *const answers = oldest_free(&spool->lists[SPOOL_ANSWERS]);
    if (spool->policy == SPOOL_DROP_OLDEST && answers != NULL)
        return answers;
    if (spool->policy == SPOOL_DROP_NEW && kind == SPOOL_FAILURES && answers != NULL)
        return answers;
    const bool may_drop_failures = spool->policy == SPOOL_DROP_OLDEST && kind == SPOOL_FAILURES;
    return may_drop_failures ? oldest_free(&spool->lists[SPOOL_FAILURES]) : NULL;
}

/* Drops one batch to make room. False if there is none that may go. */
static bool drop_one(struct spool *spool, enum spool_kind kind)
{
    (void)pthread_mutex_lock(&spool->lock);
    struct spool_batch *const batch = first_to_go(spool, kind);
    if (batch != NULL) {
        unlink_batch(spool, batch);
        spool->stats.dropped += batch->name.count;
    }
    (void)pthread_mutex_unlock(&spool->lock);
    if (batch == NULL)
        return false;
    /* A file that cannot be deleted is sent by the next process: better than asked for. */
    const bool is_deleted = spool_folder_delete(&spool->folder, &batch->name, NULL) == ST_OK;
    free(batch);
    return is_deleted;
}

/* Takes a number for a new batch; 0 if it does not fit into the limit. */
static uint64_t take_number(struct spool *spool, uint64_t octets)
{
    (void)pthread_mutex_lock(&spool->lock);
    const bool has_room = spool->blocks + blocks_of(octets) <= spool->octets_max;
    const uint64_t number = has_room ? spool->next_number++ : 0;
    (void)pthread_mutex_unlock(&spool->lock);
    return number;
}

/* Whether files may be written without being synced at once. */
static bool is_late(struct spool *spool)
{
    (void)pthread_mutex_lock(&spool->lock);
    const bool is_late = spool->syncs_late && !spool->is_failing;
    (void)pthread_mutex_unlock(&spool->lock);
    return is_late;
}

/* Writes the file of a batch, making room until it fits. */
static MUST_CHECK enum status write_file(struct spool *spool, struct spool_batch *batch,
                                         struct bytes gzip, struct error *err)
{
    struct spool_name *const name = &batch->name;
    struct spool_folder folder = spool->folder;
    batch->is_synced = !is_late(spool);
    folder.is_unsynced = folder.is_unsynced || !batch->is_synced;
    for (;;) {
        name->number = take_number(spool, gzip.len);
        enum status status = ST_LIMIT;
        if (name->number != 0)
            status = spool_folder_write(&folder, name, gzip, err);
        else
            (void)error_set(err, ST_LIMIT, "the spool %s is full", spool->folder.path);
        if (status != ST_LIMIT || !drop_one(spool, name->kind))
            return status;
    }
}

enum status spool_add(struct spool *spool, enum spool_kind kind, size_t count, struct bytes gzip,
                      struct error *err)
{
    struct spool_name name = {.kind = kind, .count = (uint32_t)count};
    struct spool_batch *const batch = new_batch(&name, gzip.len);
    if (batch == NULL)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    batch->checksum = checksum(spool, gzip);
    batch->has_checksum = true;
    const enum status status = write_file(spool, batch, gzip, err);
    if (status != ST_OK) {
        free(batch);
        return status;
    }
    (void)pthread_mutex_lock(&spool->lock);
    append(spool, batch);
    (void)pthread_mutex_unlock(&spool->lock);
    return ST_OK;
}

/* --- Sending ---------------------------------------------------------------------------------- */

/* The oldest batch of a list that is due and free; lowers *next_due_ms for one that is not due. */
static struct spool_batch *first_due(const struct spool_list *list, uint64_t now_ms,
                                     uint64_t *next_due_ms)
{
    for (struct spool_batch *batch = list->first; batch != NULL; batch = batch->next) {
        if (batch->is_taken)
            continue;
        if (batch->due_ms <= now_ms)
            return batch;
        if (batch->due_ms < *next_due_ms)
            *next_due_ms = batch->due_ms;
    }
    return NULL;
}

struct spool_batch *spool_take(struct spool *spool, uint64_t now_ms, uint64_t *next_due_ms)
{
    *next_due_ms = UINT64_MAX;
    (void)pthread_mutex_lock(&spool->lock);
    struct spool_batch *const answers =
        first_due(&spool->lists[SPOOL_ANSWERS], now_ms, next_due_ms);
    struct spool_batch *const failures =
        first_due(&spool->lists[SPOOL_FAILURES], now_ms, next_due_ms);
    struct spool_batch *batch = answers == NULL ? failures : answers;
    if (answers != NULL && failures != NULL && failures->name.number < answers->name.number)
        batch = failures;
    if (batch != NULL)
        batch->is_taken = true;
    (void)pthread_mutex_unlock(&spool->lock);
    return batch;
}

enum status spool_read(struct spool *spool, const struct spool_batch *batch, struct buf *gzip,
                       struct error *err)
{
    const enum status status = spool_folder_read(&spool->folder, &batch->name, gzip, err);
    if (status != ST_OK || !batch->has_checksum)
        return status;
    if (batch->checksum == checksum(spool, buf_bytes(gzip)))
        return ST_OK;
    return error_set(err, ST_MALFORMED, "a file in the spool %s is not what was written",
                     spool->folder.path);
}

void spool_put_back(struct spool *spool, struct spool_batch *batch, uint64_t due_ms)
{
    if (!batch->is_synced)
        batch->is_synced = spool_folder_sync(&spool->folder, &batch->name) == ST_OK;
    (void)pthread_mutex_lock(&spool->lock);
    spool->is_failing = true;
    batch->due_ms = due_ms;
    batch->is_taken = false;
    (void)pthread_mutex_unlock(&spool->lock);
}

/* Takes a batch out of the lists; the caller frees it. */
static void remove_batch(struct spool *spool, const struct spool_batch *batch)
{
    (void)pthread_mutex_lock(&spool->lock);
    unlink_batch(spool, batch);
    (void)pthread_mutex_unlock(&spool->lock);
}

enum status spool_shrink(struct spool *spool, struct spool_batch *batch, size_t count,
                         struct bytes gzip, uint64_t due_ms)
{
    assert(count > 0 && count < batch->name.count);
    const struct spool_name before = batch->name;
    struct spool_name smaller = before;
    smaller.count = (uint32_t)count;
    const enum status status = spool_folder_write(&spool->folder, &smaller, gzip, NULL);
    if (status == ST_OK) {
        (void)pthread_mutex_lock(&spool->lock);
        count_out(spool, batch);
        batch->name = smaller;
        batch->octets = gzip.len;
        batch->checksum = checksum(spool, gzip);
        batch->has_checksum = true;
        batch->is_synced = true;
        count_in(spool, batch);
        (void)pthread_mutex_unlock(&spool->lock);
        /* Should it stay, the next process sends documents again that are there: no harm. */
        (void)!spool_folder_delete(&spool->folder, &before, NULL);
    }
    spool_put_back(spool, batch, due_ms);
    return status;
}

enum status spool_finish(struct spool *spool, struct spool_batch *batch, struct error *err)
{
    const enum status status = spool_folder_delete(&spool->folder, &batch->name, err);
    remove_batch(spool, batch);
    (void)pthread_mutex_lock(&spool->lock);
    spool->is_failing = false;
    (void)pthread_mutex_unlock(&spool->lock);
    free(batch);
    return status;
}

enum status spool_set_aside(struct spool *spool, struct spool_batch *batch, struct error *err)
{
    const enum status status = spool_folder_quarantine(&spool->folder, &batch->name, err);
    remove_batch(spool, batch);
    (void)pthread_mutex_lock(&spool->lock);
    spool->stats.quarantined += batch->name.count;
    spool->stats.quarantined_files++;
    (void)pthread_mutex_unlock(&spool->lock);
    free(batch);
    return status;
}

void spool_forget(struct spool *spool, struct spool_batch *batch)
{
    remove_batch(spool, batch);
    (void)pthread_mutex_lock(&spool->lock);
    spool->stats.dropped += batch->name.count;
    (void)pthread_mutex_unlock(&spool->lock);
    free(batch);
}

struct spool_stats spool_stats(struct spool *spool)
{
    (void)pthread_mutex_lock(&spool->lock);
    const struct spool_stats stats = spool->stats;
    (void)pthread_mutex_unlock(&spool->lock);
    return stats;
}

const char *spool_path(const struct spool *spool)
{
    return spool->folder.path;
}
