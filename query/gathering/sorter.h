/* Puts records into the order of their keys in bounded memory, and can keep only the first or the
 * last of them.
 *
 * Records gather in memory. When it is full, those that the limit has no room for are forgotten;
 * if that is not enough the rest goes, in order, to a temporary file, and everything is merged
 * from there in the end. */
#ifndef DNSIGHT_QUERY_GATHERING_SORTER_H
#define DNSIGHT_QUERY_GATHERING_SORTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"

struct sorter_options {
    size_t memory_max;  /* octets; 4 MiB or more */
    uint64_t limit;     /* records to keep; UINT64_MAX: all */
    bool keeps_last;    /* those with the largest keys instead of the smallest */
    const char *folder; /* for the temporary file, made only when it is needed; borrowed */
};

/* Takes one record, in order; both views die when it returns. Anything but ST_OK ends
 * sorter_finish with that status. */
typedef enum status (*sorter_handler)(void *context, struct bytes key, struct bytes payload,
                                      struct error *err);

/* Where the records go in the end. */
struct sorter_sink {
    sorter_handler take;
    void *context;
};

struct sorter;

/* Options are copied. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status sorter_new(const struct sorter_options *options, struct sorter **sorter);
void sorter_free(struct sorter *sorter);

/* Copies a record. Keys are compared as octets; records with equal keys keep the order in which
 * they were added. Returns ST_OK; ST_LIMIT (the record alone is larger than half the memory),
 * ST_IO (the temporary file) or ST_NO_MEMORY with *err. */
MUST_CHECK enum status sorter_add(struct sorter *sorter, struct bytes key, struct bytes payload,
                                  struct error *err);

/* Gives the kept records to the sink, smallest key first. The sorter is then good for nothing
 * but sorter_free. Returns ST_OK, what the handler returned, or as sorter_add. */
MUST_CHECK enum status sorter_finish(struct sorter *sorter, const struct sorter_sink *sink,
                                     struct error *err);

#endif
