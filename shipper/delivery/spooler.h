/* Between the thread that makes documents and the spool: fills batches, and a thread of its own
 * compresses and writes them, so that a slow disk never stops capture. */
#ifndef DNSIGHT_SHIPPER_DELIVERY_SPOOLER_H
#define DNSIGHT_SHIPPER_DELIVERY_SPOOLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "shipper/delivery/spool.h"

struct spooler_options {
    struct spool *spool; /* borrowed */
    bool is_blocking;    /* adding waits for room, and a spool that cannot be written is an error;
                            otherwise documents are dropped and counted */
    bool waits_for_room; /* a batch waits while the spool is full, instead of being dropped */
    size_t batch_documents; /* 0: as many as a bulk body may have */
    size_t batch_octets;
    unsigned flush_ms; /* 0: one second */
    bool has_no_ids;   /* the server makes them */
    /* Called by the thread: a batch was written (error NULL), or could not be. */
    void (*wrote)(void *context, const struct error *error);
    void *context;
};

struct spooler_counters {
    uint64_t added;
    uint64_t dropped_queue;
    uint64_t dropped_spool;
    uint64_t dropped_large;
    uint64_t spool_errors;
    uint64_t waiting; /* documents now */
};

struct spooler;

/* Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status spooler_new(const struct spooler_options *options, struct spooler **spooler);

/* Takes a document, JSON on one line, in. One thread calls this and the next two. Returns ST_OK, or
 * if the spooler is blocking the failure of the spool with *err. */
MUST_CHECK enum status spooler_add(struct spooler *spooler, enum spool_kind kind, struct bytes id,
                                   struct bytes document, struct error *err);

/* Hands over batches that have waited long enough. Returns as spooler_add. */
MUST_CHECK enum status spooler_flush(struct spooler *spooler, struct error *err);

/* Hands over everything, and waits until it is written, or dropped because that fails: ends the
 * thread. Returns as spooler_add. */
MUST_CHECK enum status spooler_finish(struct spooler *spooler, struct error *err);

/* From any thread. */
struct spooler_counters spooler_counters(struct spooler *spooler);

/* After spooler_finish. NULL is fine. */
void spooler_free(struct spooler *spooler);

#endif
