/* The folder of the spool on disk: one batch, one file.
 *
 * A file is named NNNNNNNNNNNNNNNN.KIND-COUNT.bulk.gz: sequence number (16 digits), what its
 * documents are (answers, failures), how many they are. It holds the body of one bulk request,
 * compressed, as it is sent. It is written under a name that ends in .tmp, synced and renamed, so a
 * file with the final name is whole unless the disk damaged it. */
#ifndef DNSIGHT_SHIPPER_DELIVERY_SPOOL_FOLDER_H
#define DNSIGHT_SHIPPER_DELIVERY_SPOOL_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "shipper/delivery/file_calls.h"

/* Octets of the longest file name, the NUL included. */
#define SPOOL_NAME_SIZE 64

/* Folder inside the spool for damaged files, and the file of refused documents. */
#define SPOOL_QUARANTINE   "quarantine"
#define SPOOL_DEAD_LETTERS "dead-letters.ndjson"

enum spool_kind {
    SPOOL_ANSWERS,  /* lookups that were answered */
    SPOOL_FAILURES, /* the others: dropped last */
};
#define SPOOL_KIND_COUNT 2

/* What the name of a file says. */
struct spool_name {
    uint64_t number; /* 1 and more */
    enum spool_kind kind;
    uint32_t count; /* documents, 1 and more */
};

void spool_name_print(const struct spool_name *name, char text[SPOOL_NAME_SIZE]);
/* False if this is not the name of a file of the spool. */
bool spool_name_parse(const char *text, struct spool_name *name);

/* A file as it was found. */
struct spool_found {
    struct spool_name name;
    uint64_t octets;
};

struct spool_listing {
    struct spool_found *files; /* owned, by number */
    size_t count;
    size_t capacity;
};

void spool_listing_release(struct spool_listing *listing);

/* Lists the batches in a folder. Returns ST_OK; ST_IO (ST_NOT_FOUND: there is no such folder) or
 * ST_NO_MEMORY with *err. Anything in *listing before is kept; release it in any case. */
MUST_CHECK enum status spool_list(const char *path, struct spool_listing *listing,
                                  struct error *err);

struct spool_folder {
    const struct file_calls *calls;
    char *path; /* owned */
    int folder;
    int quarantine;
    int lock;
    bool is_unsynced;
};

/* Opens (and makes, if it is missing) the folder, takes its lock and deletes files that were being
 * written when a process ended. Returns ST_OK; ST_IO with *err naming the path (also when another
 * process holds the lock), or ST_NO_MEMORY. */
MUST_CHECK enum status spool_folder_open(struct spool_folder *folder, const char *path,
                                         bool is_unsynced, const struct file_calls *calls,
                                         struct error *err);
/* Opens a folder for reading only, without its lock. Returns as spool_list. */
MUST_CHECK enum status spool_folder_look(struct spool_folder *folder, const char *path,
                                         struct error *err);
void spool_folder_close(struct spool_folder *folder);

/* Writes a file so that it outlives the machine. Returns ST_OK; ST_LIMIT (the disk or a quota is
 * full) or ST_IO with *err: then there is no such file. */
MUST_CHECK enum status spool_folder_write(const struct spool_folder *folder,
                                          const struct spool_name *name, struct bytes octets,
                                          struct error *err);

/* Makes a file that was written by an unsynced folder outlive the machine. Returns ST_OK or ST_IO.
 */
MUST_CHECK enum status spool_folder_sync(const struct spool_folder *folder,
                                         const struct spool_name *name);

/* Replaces what `out` holds by the octets of a file. Returns ST_OK, ST_LIMIT (the buffer), ST_IO or
 * ST_NOT_FOUND with *err. */
MUST_CHECK enum status spool_folder_read(const struct spool_folder *folder,
                                         const struct spool_name *name, struct buf *out,
                                         struct error *err);

/* Returns ST_OK (also when there is no such file) or ST_IO with *err. */
MUST_CHECK enum status spool_folder_delete(const struct spool_folder *folder,
                                           const struct spool_name *name, struct error *err);

/* Moves a file into the quarantine. Returns ST_OK or ST_IO with *err. */
MUST_CHECK enum status spool_folder_quarantine(const struct spool_folder *folder,
                                               const struct spool_name *name, struct error *err);

#endif
