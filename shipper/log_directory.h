/* The log directory: documents as NDJSON in rotated files, which `dnsight` reads without any
 * configuration.
 *
 * The file that grows is lookups.ndjson, finished ones are lookups-NNNNNN.ndjson, oldest first by
 * name. Only whole lines are written, and a finished file gets its name by one rename. */
#ifndef DNSIGHT_SHIPPER_LOG_DIRECTORY_H
#define DNSIGHT_SHIPPER_LOG_DIRECTORY_H

#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"

struct log_directory_options {
    const char *path;
    uint64_t file_max;  /* octets after which a file is finished; 0 is 64 MiB */
    uint64_t total_max; /* octets of all files; the oldest finished ones are deleted; 0 is 1 GiB */
};

struct log_directory;

/* Opens (and makes, if it is missing) a log directory and takes its lock. A last line without its
 * end, left by a machine that stopped, is cut off. Returns ST_OK; ST_IO with *err naming the
 * path (also when another process holds the lock), or ST_NO_MEMORY. */
MUST_CHECK enum status log_directory_open(const struct log_directory_options *options,
                                          struct log_directory **directory, struct error *err);

/* Adds one document (without line end). It reaches the file at the next flush, or when enough
 * lines have come together. Returns ST_OK; ST_IO (lines that were waiting are lost) or ST_LIMIT
 * (this one is) with *err. */
MUST_CHECK enum status log_directory_add(struct log_directory *directory, struct bytes document,
                                         struct error *err);

/* Writes what is waiting. Returns as log_directory_add. */
MUST_CHECK enum status log_directory_flush(struct log_directory *directory, struct error *err);

/* Flushes, syncs to the disk and closes. The directory is freed in any case. NULL is fine. */
MUST_CHECK enum status log_directory_close(struct log_directory *directory, struct error *err);

#endif
