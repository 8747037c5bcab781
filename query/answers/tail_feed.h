/* Lines as they come: of standard input, of a file that grows, or of the growing file of a log
 * directory, which is another one from time to time. */
#ifndef DNSIGHT_QUERY_ANSWERS_TAIL_FEED_H
#define DNSIGHT_QUERY_ANSWERS_TAIL_FEED_H

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"

struct tail_feed;

/* Opens "-", a file or a directory, at its beginning; of a directory, the newest file that dnsightd
 * wrote. A directory may be empty still. A file that is cut or replaced is read from its beginning
 * again. Returns ST_OK; ST_NOT_FOUND, ST_IO or ST_NO_MEMORY with *err. */
MUST_CHECK enum status tail_feed_open(const char *path, struct tail_feed **feed, struct error *err);
void tail_feed_free(struct tail_feed *feed);

/* The next whole line without its end, which dies with the next call; a line that is longer than 16
 * MiB is left out. Returns ST_OK; ST_NOT_FOUND: none has come yet; ST_END: none will come; ST_IO or
 * ST_NO_MEMORY with *err. */
MUST_CHECK enum status tail_feed_line(struct tail_feed *feed, struct bytes *line,
                                      struct error *err);

/* Waits until there may be more, up to `timeout_ms`. */
void tail_feed_wait(const struct tail_feed *feed, int timeout_ms);

#endif
