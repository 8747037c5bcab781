/* The log directory: documents as NDJSON in rotated files (log_files.h), which `dnsight` reads
 * without any configuration.
 *
 * Only whole lines are written. The growing file can still end within a line for the moment of a
 * write, or when the process was killed in it: readers leave that line out, and the next opening
 * cuts it off. All other files are whole whatever happens to the process. */
#ifndef DNSIGHT_SHIPPER_OUTPUT_LOG_DIRECTORY_H
#define DNSIGHT_SHIPPER_OUTPUT_LOG_DIRECTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "shipper/base/log.h"

/* Octets of one file, and of all, when nothing else is said. */
#define LOG_DIRECTORY_FILE_MAX  (UINT64_C(64) * 1024 * 1024)
#define LOG_DIRECTORY_TOTAL_MAX (UINT64_C(1024) * 1024 * 1024)

/* Files of full size that all together have room for at least: the one that grows, the one that is
 * compressed, and its compressed form. */
#define LOG_DIRECTORY_FILES_LEAST 3

/* All members but `path` may be zero. */
struct log_directory_options {
    const char *path;
    uint64_t file_max;  /* octets after which a file is finished; 0 is 64 MiB */
    uint64_t total_max; /* octets that all files take at most: before that the oldest are deleted.
                           0 is 1 GiB; at least three times file_max */
    unsigned age_max_s; /* seconds after which a file that has lines is finished; 0: never */
    bool is_plain;      /* finished files are not compressed */
    struct log *log;    /* borrowed. With it a file that cannot be written costs its lines, which
                           are counted, but is no failure: the next ones are tried again. NULL: it
                           is one */
};

/* Sums since the start. LOG_DIRECTORY_COUNTER(name, "words for people and for metrics") */
#define LOG_DIRECTORY_COUNTER_LIST(COUNTER)                                \
    COUNTER(written, "documents written")                                  \
    COUNTER(dropped, "documents lost because a file could not be written") \
    COUNTER(octets, "octets written, before compression")                  \
    COUNTER(files_finished, "files finished")                              \
    COUNTER(files_deleted, "old files deleted to make room")               \
    COUNTER(failures, "attempts to write, compress or delete a file that failed")

struct log_directory_counters {
#define LOG_DIRECTORY_COUNTER_MEMBER(name, text) uint64_t name;
    LOG_DIRECTORY_COUNTER_LIST(LOG_DIRECTORY_COUNTER_MEMBER)
#undef LOG_DIRECTORY_COUNTER_MEMBER
    bool is_failing; /* the last attempt failed */
};

struct log_directory;

/* Opens (and makes, if it is missing) a log directory, takes its lock, and tidies up what a killed
 * process left. Returns ST_OK; ST_IO with *err naming the path (also when another process holds the
 * lock), ST_INVALID (total_max) or ST_NO_MEMORY. */
MUST_CHECK enum status log_directory_open(const struct log_directory_options *options,
                                          struct log_directory **directory, struct error *err);

/* Adds one document (without line end). It reaches the file at the next flush, or when enough
 * lines have come together. Returns ST_OK; ST_IO (lines that were waiting are lost) or ST_LIMIT
 * (this one is) with *err. */
MUST_CHECK enum status log_directory_add(struct log_directory *directory, struct bytes document,
                                         struct error *err);

/* Writes what is waiting, and finishes the file when it is old enough. Returns as
 * log_directory_add. */
MUST_CHECK enum status log_directory_flush(struct log_directory *directory, struct error *err);

/* They live until the directory is closed. */
const struct log_directory_counters *log_directory_counters(const struct log_directory *directory);

/* Flushes, syncs to the disk and closes; waits for the file that is being compressed. The directory
 * is freed in any case. NULL is fine. */
MUST_CHECK enum status log_directory_close(struct log_directory *directory, struct error *err);

#endif
