/* The batches that wait on disk to be sent: which there are, which go next, and which go when there
 * is no room. Any thread may use it. */
#ifndef DNSIGHT_SHIPPER_DELIVERY_SPOOL_H
#define DNSIGHT_SHIPPER_DELIVERY_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "shipper/delivery/elastic_settings.h"
#include "shipper/delivery/spool_folder.h"

struct spool;

/* A batch as a sender holds it. */
struct spool_batch {
    struct spool_name name;
    uint64_t octets;
    uint64_t checksum;        /* of the file, if this process wrote it */
    bool has_checksum;        /* otherwise an earlier process did */
    bool is_synced;           /* or need not be */
    bool is_taken;            /* a sender holds it */
    unsigned attempts;        /* that left documents of it open */
    uint64_t due_ms;          /* not to be sent before; monotonic clock */
    struct spool_batch *next; /* the next younger one of its kind */
};

struct spool_stats {
    uint64_t files;
    uint64_t documents;
    uint64_t octets;
    uint64_t recovered; /* documents found when the spool was opened */
    uint64_t dropped;   /* documents, for lack of room or because somebody deleted their file */
    uint64_t quarantined;
    uint64_t quarantined_files;
};

/* Opens the folder of the settings (its path is set) and finds what an earlier process left.
 * Returns as spool_folder_open. */
MUST_CHECK enum status spool_open(const struct spool_settings *settings,
                                  const struct file_calls *calls, struct spool **spool,
                                  struct error *err);
/* Frees the spool, not its files. NULL is fine. */
void spool_free(struct spool *spool);

/* Takes a compressed batch in: durable when it returns ST_OK (with SPOOL_ON_FAILURE only while
 * sending fails; otherwise when it is put back). What must go to make room is dropped
 * and counted, by the policy, plain answers before failures. Returns ST_OK; ST_LIMIT (no room; the
 * batch is not in) or ST_IO or ST_NO_MEMORY with *err. */
MUST_CHECK enum status spool_add(struct spool *spool, enum spool_kind kind, size_t count,
                                 struct bytes gzip, struct error *err);

/* The oldest batch that is due and that no other sender holds; NULL if there is none. *next_due_ms
 * is set to the time at which there may be one, UINT64_MAX if only a new one can be. */
struct spool_batch *spool_take(struct spool *spool, uint64_t now_ms, uint64_t *next_due_ms);

/* Reads the body of a batch that was taken. Returns ST_OK; ST_MALFORMED (this process wrote other
 * octets), ST_NOT_FOUND (somebody deleted the file), ST_LIMIT, ST_IO or ST_NO_MEMORY with *err. */
MUST_CHECK enum status spool_read(struct spool *spool, const struct spool_batch *batch,
                                  struct buf *gzip, struct error *err);

/* What ends the holding of a batch. Each frees it or makes it the spool's again. */

/* To be sent again, from due_ms on. */
void spool_put_back(struct spool *spool, struct spool_batch *batch, uint64_t due_ms);
/* The same, but only `count` documents are left, which the smaller body holds. When that cannot be
 * written the batch stays as it was, which does no harm. Returns ST_OK, ST_LIMIT or ST_IO. */
MUST_CHECK enum status spool_shrink(struct spool *spool, struct spool_batch *batch, size_t count,
                                    struct bytes gzip, uint64_t due_ms);
/* Every document has an outcome. Returns ST_OK, or ST_IO with *err: the file is still there, and
 * the next process will send it again. */
MUST_CHECK enum status spool_finish(struct spool *spool, struct spool_batch *batch,
                                    struct error *err);
/* The file is damaged. Returns ST_OK, or ST_IO with *err: it is left where it is. */
MUST_CHECK enum status spool_set_aside(struct spool *spool, struct spool_batch *batch,
                                       struct error *err);
/* The file is gone; its documents count as dropped. */
void spool_forget(struct spool *spool, struct spool_batch *batch);

struct spool_stats spool_stats(struct spool *spool);
const char *spool_path(const struct spool *spool);

#endif
