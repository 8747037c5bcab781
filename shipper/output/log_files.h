/* The files of a log directory: their names, the room they take, and what becomes of the old ones.
 *
 * lookups-NNNNNN.ndjson holds whole lines; the one with the highest number grows. A finished file
 * becomes lookups-NNNNNN.ndjson.zst in one rename, and only then the plain one goes: readers take
 * either, the number says that they are the same. */
#ifndef DNSIGHT_SHIPPER_OUTPUT_LOG_FILES_H
#define DNSIGHT_SHIPPER_OUTPUT_LOG_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/macros.h"

/* Octets that hold any of the names, the final NUL included. */
#define LOG_FILE_NAME_SIZE 64

enum log_file_form {
    LOG_FILE_PLAIN,   /* lookups-000001.ndjson */
    LOG_FILE_ZSTD,    /* lookups-000001.ndjson.zst */
    LOG_FILE_PARTIAL, /* lookups-000001.partial: what becomes the .zst; no reader looks at it */
};

/* Writes the name of a file. */
void log_file_name(unsigned number, enum log_file_form form, char name[LOG_FILE_NAME_SIZE]);

/* What a listing found. A number is 0 if there is no such file. */
struct log_files {
    unsigned oldest;       /* in any form */
    unsigned newest;       /* in any form */
    unsigned oldest_plain; /* of those below `below` */
    bool is_newest_plain;
    uint64_t octets; /* of all files, in every form */
};

/* Looks at the files of a folder; oldest_plain is the oldest plain one with a smaller number than
 * `below`. Returns ST_OK, or ST_IO with *err naming `path`. */
MUST_CHECK enum status log_files_list(int folder, const char *path, unsigned below,
                                      struct log_files *files, struct error *err);

/* Takes away what a killed process left: partial files, and plain files whose compressed form is
 * whole. Returns as log_files_list. */
MUST_CHECK enum status log_files_tidy(int folder, const char *path, struct error *err);

/* Deletes a file in both forms; that it is not there is no failure. Returns as log_files_list. */
MUST_CHECK enum status log_files_delete(int folder, const char *path, unsigned number,
                                        struct error *err);

#endif
