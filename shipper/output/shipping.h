/* From frames to stored documents: decoding, the filter, encoding, the output. Shared by `read`
 * and `run`. */
#ifndef DNSIGHT_SHIPPER_OUTPUT_SHIPPING_H
#define DNSIGHT_SHIPPER_OUTPUT_SHIPPING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/capture/lookups.h"
#include "core/document/result.h"
#include "shipper/output/output.h"

struct shipping_options {
    struct lookups_options lookups;
    const char *filter; /* KQL: only lookups that match are stored; NULL stores all */
    struct output_options output;
};

struct shipping;

/* Returns ST_OK; ST_INVALID (the filter is wrong: *err has the message with its caret lines), or
 * what opening the output gave, with *err. */
MUST_CHECK enum status shipping_open(const struct shipping_options *options,
                                     struct shipping **shipping, struct error *err);

/* Replaces the filter from the next lookup on; NULL stores all. Returns ST_OK, or as shipping_open
 * with the old filter in place. */
MUST_CHECK enum status shipping_set_filter(struct shipping *shipping, const char *expression,
                                           struct error *err);

/* As output_renew. */
MUST_CHECK enum status shipping_renew(struct shipping *shipping, const struct http_options *http,
                                      struct error *err);

/* Decodes one frame. Returns ST_OK, or a failure of the output with *err, after which nothing more
 * is stored. */
MUST_CHECK enum status shipping_frame(struct shipping *shipping, const struct frame *frame,
                                      struct error *err);

/* Packet time passes without a frame, and what waits for the output is handed on. */
MUST_CHECK enum status shipping_idle(struct shipping *shipping, int64_t time_ns, struct error *err);

/* Everything that is still open becomes a document and is handed on: the end of a capture. */
MUST_CHECK enum status shipping_finish(struct shipping *shipping, struct error *err);

struct shipping_counters {
    struct lookups_counters lookups;
    uint64_t results[RESULT_COUNT]; /* documents by lookup.result */
    uint64_t stored;                /* documents given to the output */
    uint64_t filtered;              /* documents that the filter left out */
    struct output_counters output;
};

struct shipping_counters shipping_counters(const struct shipping *shipping);

/* Appends one line of figures for people: packets, messages, lookups, how they ended, what was
 * skipped and why. */
void shipping_summary(const struct shipping *shipping, struct buf *out);

/* Closes the output and frees everything, in any case. Returns as output_close. NULL is fine. */
MUST_CHECK enum status shipping_close(struct shipping *shipping, bool is_quiet, struct error *err);

#endif
