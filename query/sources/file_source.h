/* Files, standard input and log directories as sources. */
#ifndef DNSIGHT_QUERY_SOURCES_FILE_SOURCE_H
#define DNSIGHT_QUERY_SOURCES_FILE_SOURCE_H

#include "core/base/error.h"
#include "core/base/macros.h"
#include "query/sources/source.h"

/* A capture, or NDJSON, either of them plain, gzip or zstd; "-" is standard input. Nothing is
 * opened before it is read, so that any number of files can be named. Returns ST_OK, or
 * ST_NO_MEMORY with *err. */
MUST_CHECK enum status file_source_open(const char *path, struct source **source,
                                        struct error *err);

/* All *.ndjson, *.ndjson.gz and *.ndjson.zst of a directory, oldest first by name. Files that are
 * being written are read as far as their lines are whole; a file that gets another name or is
 * compressed meanwhile is read once. Returns ST_OK; ST_IO, or ST_NOT_FOUND (no such file in it), or
 * ST_NO_MEMORY with *err. */
MUST_CHECK enum status directory_source_open(const char *path, struct source **source,
                                             struct error *err);

#endif
