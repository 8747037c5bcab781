/* What the server said about documents that it refused, each reason once. */
#ifndef DNSIGHT_SHIPPER_DELIVERY_REFUSALS_H
#define DNSIGHT_SHIPPER_DELIVERY_REFUSALS_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

/* Different reasons that are kept. */
#define REFUSALS_MAX 5

/* Documents refused for one reason: the server's words up to where they name the document. */
struct refusal {
    uint64_t count;
    char reason[512]; /* of the first of them, free of control characters */
    char id[64];      /* _id of the first of them */
};

struct refusals {
    uint64_t total;
    struct refusal list[REFUSALS_MAX]; /* the first different reasons */
    size_t count;
};

void refusals_add(struct refusals *refusals, struct bytes id, struct bytes reason);

#endif
