/* The lookups of capture files. All captures of one query are read as one, merged by packet time: a
 * question in one file may be answered in another. */
#ifndef DNSIGHT_QUERY_SOURCES_CAPTURE_READER_H
#define DNSIGHT_QUERY_SOURCES_CAPTURE_READER_H

#include <stdint.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/capture/input.h"
#include "query/records/matcher.h"
#include "query/sources/source.h"

struct capture_reader;

/* Borrows the matcher and the listener. Returns ST_OK, or ST_NO_MEMORY with *err. */
MUST_CHECK enum status capture_reader_new(struct matcher *matcher, struct source_listener *listener,
                                          struct capture_reader **reader, struct error *err);
void capture_reader_free(struct capture_reader *reader);

/* Adds an input of kind INPUT_CAPTURE, which it takes. Returns as merged_captures_add. */
MUST_CHECK enum status capture_reader_add(struct capture_reader *reader, struct input *input,
                                          struct error *err);

/* Reads the captures to their ends or until the listener is stopped. One that ends too early, or
 * that holds no DNS, is said. */
void capture_reader_read(struct capture_reader *reader);

/* Says when the captures were made, if that was not within a span of time, nanoseconds since 1970:
 * the question asks for another time. */
void capture_reader_say_times(const struct capture_reader *reader, int64_t since_ns,
                              int64_t until_ns);

#endif
