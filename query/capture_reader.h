/* The lookups of capture files. All captures of one query are read as one: a question at the end of
 * a file may be answered at the beginning of the next. */
#ifndef DNSIGHT_QUERY_CAPTURE_READER_H
#define DNSIGHT_QUERY_CAPTURE_READER_H

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/capture/input.h"
#include "query/matcher.h"
#include "query/source.h"

struct capture_reader;

/* Borrows the matcher and the listener. Returns ST_OK, or ST_NO_MEMORY with *err. */
MUST_CHECK enum status capture_reader_new(struct matcher *matcher, struct source_listener *listener,
                                          struct capture_reader **reader, struct error *err);
void capture_reader_free(struct capture_reader *reader);

/* Reads an input of kind INPUT_CAPTURE to its end, until the listener is stopped, or to the fault
 * that ends it. Returns ST_OK, or as capture_file_open and capture_file_next with *err. */
MUST_CHECK enum status capture_reader_read(struct capture_reader *reader, struct input *input,
                                           struct error *err);

/* Gives what was still open when the last capture ended. */
void capture_reader_finish(struct capture_reader *reader);

#endif
