/* What `dnsightd spool` does with the files of a spool. */
#ifndef DNSIGHT_SHIPPER_DELIVERY_SPOOL_FILES_H
#define DNSIGHT_SHIPPER_DELIVERY_SPOOL_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "shipper/delivery/elastic_output.h"

/* Names of files in the spool. */
struct spool_selection {
    const char *const *names;
    size_t count;
};

/* Prints one line for each batch, those in the quarantine, and the dead letters. Reads only.
 * Returns ST_OK, or ST_NOT_FOUND, ST_IO or ST_NO_MEMORY with *err. */
MUST_CHECK enum status spool_files_list(const char *path, FILE *out, struct error *err);

/* Prints the documents of files, one a line, with their _id. Returns ST_OK; ST_INVALID (not the
 * name of a batch), ST_NOT_FOUND, ST_MALFORMED (damaged) or ST_IO with *err. */
MUST_CHECK enum status spool_files_show(const char *path, const struct spool_selection *files,
                                        FILE *out, struct error *err);

/* Deletes files, and the dead letters if `with_dead_letters`; the spool must not be in use. Says on
 * `out` how many documents that were. Returns as spool_files_show. */
MUST_CHECK enum status spool_files_drop(const char *path, const struct spool_selection *files,
                                        bool with_dead_letters, FILE *out, struct error *err);

/* Sends what is in the spool that the settings name, and the dead letters as well if
 * `with_dead_letters`. Those are deleted once they are in the spool. Returns ST_NOT_FOUND (no such
 * spool); as elastic_output_open, _add and _finish; ST_REFUSED when some were refused again. */
MUST_CHECK enum status spool_files_retry(const struct elastic_output_options *options,
                                         bool with_dead_letters, FILE *out, struct error *err);

#endif
