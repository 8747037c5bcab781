/* Counts of documents by the values of fields, with the latency of each group. */
#ifndef DNSIGHT_QUERY_GROUPS_H
#define DNSIGHT_QUERY_GROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/document/document.h"
#include "query/fields.h"
#include "query/quantiles.h"

/* Most groups that are told apart. */
#define GROUPS_MAX ((size_t)1024 * 1024)

/* Most groups that one document counts in. */
#define GROUPS_PER_DOCUMENT_MAX 1000

struct group {
    uint64_t count;           /* documents */
    struct quantiles latency; /* event.duration of those that have one, nanoseconds */
    struct bytes key;         /* private: the values, see group_value */
};

struct groups;

/* Groups by the values of one field or more; `by` is borrowed. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status groups_new(const struct field_names *by, struct groups **groups);
void groups_free(struct groups *groups);

/* Counts a document. With several values of a field it counts once in the group of each, as the
 * `terms` aggregation of Elasticsearch counts; without a value, in the group that has none. When
 * there are GROUPS_MAX groups a new one is not made: see groups_left_out. Returns ST_OK or
 * ST_NO_MEMORY. */
MUST_CHECK enum status groups_add(struct groups *groups, const struct document *document);

/* All groups, most documents first, equal ones by their values: *groups_count of them, which live
 * as long as `groups`. Nothing may be added afterwards. */
const struct group *groups_sort(struct groups *groups, size_t *groups_count);

/* Documents (counted once a group) whose group was not made. */
uint64_t groups_left_out(const struct groups *groups);

/* The value of the `at`-th field of the group; false if it is the group without a value. */
bool group_value(const struct group *group, size_t at, struct bytes *value);

#endif
