/* Figures of delivery to Elasticsearch or OpenSearch. At any moment
 *
 *   added + recovered = created + already_there + failure_store + dead_letters
 *                       + dead_letters_full + dropped_queue + dropped_spool + dropped_large
 *                       + quarantined + documents that wait (waiting + spooled). */
#ifndef DNSIGHT_SHIPPER_DELIVERY_ELASTIC_COUNTERS_H
#define DNSIGHT_SHIPPER_DELIVERY_ELASTIC_COUNTERS_H

#include <stdint.h>

#include "core/base/error.h"

/* Sums since the start. COUNTER(name, "words for people and for metrics") */
#define ELASTIC_COUNTER_LIST(COUNTER)                                                         \
    COUNTER(added, "documents given to the output")                                           \
    COUNTER(recovered, "documents found in the spool at the start")                           \
    COUNTER(created, "documents stored")                                                      \
    COUNTER(already_there, "documents that were stored by an earlier attempt")                \
    COUNTER(failure_store, "documents stored among the failures of the data stream")          \
    COUNTER(dead_letters, "documents that the server refused, written to the dead letters")   \
    COUNTER(dead_letters_full, "refused documents that found no room in the dead letters")    \
    COUNTER(dropped_queue, "documents dropped because batches were written too slowly")       \
    COUNTER(dropped_spool, "documents dropped because the spool was full")                    \
    COUNTER(dropped_large, "documents dropped because they are larger than a request may be") \
    COUNTER(quarantined, "documents in damaged spool files that were put aside")              \
    COUNTER(quarantined_files, "damaged spool files that were put aside")                     \
    COUNTER(requests, "bulk requests sent")                                                   \
    COUNTER(failed_requests, "bulk requests that were not answered with 200")                 \
    COUNTER(retried, "documents sent again because the server asked for it")                  \
    COUNTER(spool_errors, "attempts to write the spool that failed")                          \
    COUNTER(sent_octets, "octets of bulk requests, compressed")

/* Values now. GAUGE(name, "words") */
#define ELASTIC_GAUGE_LIST(GAUGE)                             \
    GAUGE(waiting, "documents in memory")                     \
    GAUGE(spooled, "documents in the spool")                  \
    GAUGE(spool_files, "files in the spool")                  \
    GAUGE(spool_octets, "octets of the files in the spool")   \
    GAUGE(hosts_up, "hosts that answer as they should")       \
    GAUGE(in_flight, "bulk requests that are being answered") \
    GAUGE(window, "bulk requests that may be in flight")

/* Whether documents reach the server. */
enum elastic_health {
    ELASTIC_WORKS,
    ELASTIC_WAITS, /* no host can be reached, or all are overloaded: it passes by itself */
    ELASTIC_HOLDS, /* credentials, privileges or templates are wrong: somebody must act. Documents
                      wait in the spool, attempts go on */
    ELASTIC_FAILS, /* the spool cannot be written */
};

struct elastic_counters {
#define ELASTIC_COUNTER_MEMBER(name, text) uint64_t name;
    ELASTIC_COUNTER_LIST(ELASTIC_COUNTER_MEMBER)
    ELASTIC_GAUGE_LIST(ELASTIC_COUNTER_MEMBER)
#undef ELASTIC_COUNTER_MEMBER
    enum elastic_health health;
    struct error reason; /* why health is not ELASTIC_WORKS */
};

#endif
