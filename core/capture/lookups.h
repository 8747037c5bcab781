/* Frames to documents: decoding, pairing and document building in one place, for `dnsightd` and
 * for queries over captures. Packet time only; nothing here looks at a clock. */
#ifndef DNSIGHT_CAPTURE_LOOKUPS_H
#define DNSIGHT_CAPTURE_LOOKUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/dns/pairing.h"
#include "core/document/build.h"
#include "core/document/document.h"
#include "core/net/decoder.h"
#include "core/net/frame.h"

struct lookups_options {
    const uint16_t *ports; /* DNS ports; NULL is 53 only */
    size_t port_count;
    bool any_port;         /* every port, those but 53, 5353 and 5355 if messages are recognised */
    bool counts_checksums; /* see net_options */
    struct pairing_options pairing; /* zero members mean the defaults */
    struct build_options build;
};

struct lookups_counters {
    const struct net_counters *net;
    const struct pairing_counters *pairing;
    uint64_t messages;  /* DNS messages read */
    uint64_t malformed; /* of these, with at least one defect */
    uint64_t documents; /* given to the handler */
};

/* Called for each lookup when it is complete; the document dies when it returns. */
typedef void (*lookup_handler)(void *context, const struct document *document);

struct lookups;

/* Options are copied, what they point to is borrowed. Returns ST_OK, or ST_NO_MEMORY with *err. */
MUST_CHECK enum status lookups_new(const struct lookups_options *options, lookup_handler handler,
                                   void *context, struct lookups **lookups, struct error *err);
void lookups_free(struct lookups *lookups);

/* Decodes one frame; may call the handler several times. */
void lookups_frame(struct lookups *lookups, const struct frame *frame);

/* Lets packet time pass without a frame (live capture on a quiet wire). */
void lookups_time(struct lookups *lookups, int64_t time_ns);

/* End of the capture: everything that is still open becomes a document. */
void lookups_finish(struct lookups *lookups);

struct lookups_counters lookups_counters(const struct lookups *lookups);

#endif
