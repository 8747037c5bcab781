/* From frames to lines of JSON on standard output, one a DNS message: `read --messages`. */
#ifndef DNSIGHT_SHIPPER_OUTPUT_MESSAGE_LINES_H
#define DNSIGHT_SHIPPER_OUTPUT_MESSAGE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/net/frame.h"

struct message_lines;

struct message_lines_options {
    const uint16_t *ports; /* looked at besides those of DNS, mDNS and LLMNR; copied */
    size_t port_count;
    bool any_port; /* as in lookups_options, and so is this: */
    bool counts_checksums;
};

/* Returns ST_OK and the lines, which the caller closes; ST_LIMIT (too many ports) or ST_NO_MEMORY
 * with *err. */
MUST_CHECK enum status message_lines_open(const struct message_lines_options *options,
                                          struct message_lines **lines, struct error *err);

/* Decodes one frame. Returns ST_OK, or a failure of standard output with *err, after which nothing
 * more is written. */
MUST_CHECK enum status message_lines_frame(struct message_lines *lines, const struct frame *frame,
                                           struct error *err);

/* The end of a capture: writes what waits for octets that have not come. Returns as
 * message_lines_frame. */
MUST_CHECK enum status message_lines_finish(struct message_lines *lines, struct error *err);

/* Messages so far. */
uint64_t message_lines_count(const struct message_lines *lines);

/* Appends one line of figures for people: packets, messages, what was skipped and why. */
void message_lines_summary(const struct message_lines *lines, struct buf *out);

/* Writes the rest and frees everything, in any case. Returns as message_lines_frame. NULL is
 * fine. */
MUST_CHECK enum status message_lines_close(struct message_lines *lines, struct error *err);

#endif
