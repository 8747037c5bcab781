/* Sorted runs of records in one temporary file, and their merge: the part of the sorter that does
 * not fit into memory. */
#ifndef DNSIGHT_QUERY_GATHERING_RUNS_H
#define DNSIGHT_QUERY_GATHERING_RUNS_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "query/gathering/sorter.h"

struct runs;

/* Makes the temporary file in a folder; it has no name there and goes with the process. Returns
 * ST_OK, ST_IO or ST_NO_MEMORY with *err. */
MUST_CHECK enum status runs_new(const char *folder, struct runs **runs, struct error *err);
void runs_free(struct runs *runs);

/* Begins a run; its records follow, in order. Returns ST_OK or ST_NO_MEMORY with *err. */
MUST_CHECK enum status runs_begin(struct runs *runs, struct error *err);

/* Adds a record to the run. Returns ST_OK or ST_IO with *err. */
MUST_CHECK enum status runs_add(struct runs *runs, struct bytes key, struct bytes payload,
                                struct error *err);

/* Records of all runs. */
uint64_t runs_count(const struct runs *runs);

/* Which records are wanted of the merged runs. */
struct runs_part {
    uint64_t skip;     /* records to leave out at the beginning */
    uint64_t limit;    /* records to give behind them, at most */
    size_t memory_max; /* octets that wait, records that are larger than their share aside */
};

/* Gives a part of all records to the sink, in order, equal keys in the order of the runs. Returns
 * ST_OK, what the sink returned, ST_IO or ST_NO_MEMORY with *err. */
MUST_CHECK enum status runs_merge(struct runs *runs, const struct runs_part *part,
                                  const struct sorter_sink *sink, struct error *err);

#endif
