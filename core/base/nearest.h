/* The known name that a mistyped one most likely meant. */
#ifndef DNSIGHT_BASE_NEAREST_H
#define DNSIGHT_BASE_NEAREST_H

#include <stddef.h>

#include "core/base/bytes.h"

/* Octets of the longest name that is compared; longer ones are near nothing. */
#define NEAREST_NAME_MAX 128

/* A search over names that are offered one by one, so that any kind of list can be searched. */
struct nearest {
    struct bytes wanted; /* borrowed: the name that was typed */
    const char *name;    /* the nearest one so far, or NULL: nothing is near enough to be meant */
    size_t distance;     /* edits from `wanted` to `name`; the largest allowed while it is NULL */
};

/* Begins a search. A name is near enough when no more edits separate them than a third of the
 * typed octets (rounded up) and four: insert, delete, replace, or swap two neighbours. */
struct nearest nearest_to(struct bytes wanted);

/* Offers a name (borrowed); the first of several equally near ones stays. */
void nearest_offer(struct nearest *nearest, const char *name);

#endif
