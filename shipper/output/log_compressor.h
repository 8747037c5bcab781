/* Compresses the finished files of a log directory (log_files.h) in a thread of its own, so that
 * whoever writes lines does not wait for it. */
#ifndef DNSIGHT_SHIPPER_OUTPUT_LOG_COMPRESSOR_H
#define DNSIGHT_SHIPPER_OUTPUT_LOG_COMPRESSOR_H

#include "core/base/error.h"
#include "core/base/macros.h"

struct log_compressor;

/* Starts the thread; it has nothing to do yet. The folder (a descriptor) and its path, for
 * messages, are borrowed. Returns ST_OK, or ST_NO_MEMORY with *err. */
MUST_CHECK enum status log_compressor_start(int folder, const char *path,
                                            struct log_compressor **compressor, struct error *err);

/* All plain files with a number below `below` are finished: they are compressed, oldest first. */
void log_compressor_set(struct log_compressor *compressor, unsigned below);

/* The first failure since the last call: ST_OK if there was none, otherwise ST_IO or ST_NO_MEMORY
 * with *err. The file stays as it is and is tried again with the next one. */
MUST_CHECK enum status log_compressor_take_error(struct log_compressor *compressor,
                                                 struct error *err);

/* Lets the thread finish the file it is at (a second or so), and ends it. NULL is fine. */
void log_compressor_stop(struct log_compressor *compressor);

#endif
