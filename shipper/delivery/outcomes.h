/* What answers to bulk requests mean: two tables, and nothing else decides it. */
#ifndef DNSIGHT_SHIPPER_DELIVERY_OUTCOMES_H
#define DNSIGHT_SHIPPER_DELIVERY_OUTCOMES_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

/* What became of one document. */
enum bulk_outcome {
    BULK_CREATED,
    BULK_ALREADY_THERE, /* 409: an earlier attempt got through */
    BULK_FAILURE_STORE, /* accepted, but stored among the failures: the mapping refused it */
    BULK_RETRY,         /* the server is overloaded or its disks are full; later it may work */
    BULK_HOLD,          /* nothing is wrong with the document, but with the set-up: no template, no
                           privilege */
    BULK_REFUSED,       /* will never be accepted: to the dead letters */
};

/* What became of a request as a whole. */
enum request_outcome {
    REQUEST_ANSWERED,  /* each document has its own outcome */
    REQUEST_TOO_LARGE, /* send it in halves; one document alone goes to the dead letters */
    REQUEST_BUSY,      /* back off, then send everything again */
    REQUEST_HOLD,      /* somebody must act; keep everything and try again at the longest wait */
    REQUEST_LOST,      /* nobody knows what became of it: send everything again, to another host if
                          there is one. Also for connections that fail and answers that make no
                          sense */
};

/* For an HTTP status (0: there was no answer). */
enum request_outcome outcome_of_request(unsigned status);

/* For an item's status and error type ("" if none). */
enum bulk_outcome outcome_of_item(int64_t status, struct bytes error_type);

#endif
