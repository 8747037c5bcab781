/* Counts of documents by the values of fields, with the latency of each group. */
#ifndef DNSIGHT_QUERY_GATHERING_GROUPS_H
#define DNSIGHT_QUERY_GATHERING_GROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/document/document.h"
#include "query/gathering/quantiles.h"
#include "query/records/fields.h"
#include "query/sources/source.h"

/* Most groups that are told apart. */
#define GROUPS_MAX ((size_t)1024 * 1024)

/* Most groups that one document counts in. */
#define GROUPS_PER_DOCUMENT_MAX 1000

/* Which groups are wanted. All zero is: all of them. */
struct group_filter {
    uint64_t count_min;      /* documents */
    struct bytes distinct;   /* a field whose different values are counted; empty: none */
    uint64_t distinct_min;   /* of its values */
    uint64_t distinct_max;   /* 0: any number */
    uint64_t uneven_percent; /* of the documents a group would have if all had the same number, in
                                percent, and only if there are two or more; 0: any share */
    bool is_new;             /* only groups without documents from before `since_ns`, if there are
                                such documents at all: otherwise nobody knows what is new */
    int64_t since_ns;
};

/* True if the filter leaves groups out or counts values. */
bool group_filter_is_set(const struct group_filter *filter);

struct group {
    uint64_t count;           /* documents */
    uint64_t distinct;        /* different values of the filter's field, as far as it asks for them:
                                 one more than distinct_max at most */
    uint64_t old_count;       /* documents from before the filter's time; not in `count` */
    struct quantiles latency; /* event.duration of those that have one, nanoseconds */
    struct bytes key;         /* private: the values, see group_value */
};

struct groups;

/* Groups by the values of one field or more; `by` and `filter` are borrowed. Returns ST_OK or
 * ST_NO_MEMORY. */
MUST_CHECK enum status groups_new(const struct field_names *by, const struct group_filter *filter,
                                  struct groups **groups);
void groups_free(struct groups *groups);

/* Counts a document. With several values of a field it counts once in the group of each, as the
 * `terms` aggregation of Elasticsearch counts; without a value, in the group that has none. When
 * there are GROUPS_MAX groups a new one is not made: see groups_left_out. Returns ST_OK or
 * ST_NO_MEMORY. */
MUST_CHECK enum status groups_add(struct groups *groups, const struct document *document);

/* Adds documents that a source has counted already; `values` has the values of one group. Returns
 * ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status groups_add_counted(struct groups *groups, const struct document *values,
                                          const struct source_group *counted);

/* The wanted groups, most documents first, equal ones by their values: *count of them in *sorted,
 * which live as long as `groups`. Nothing may be added afterwards. Returns ST_OK or
 * ST_NO_MEMORY. */
MUST_CHECK enum status groups_sort(struct groups *groups, const struct group **sorted,
                                   size_t *count);

/* The documents that were counted, those from before the filter's time left out. */
uint64_t groups_documents(const struct groups *groups);

/* Documents (counted once a group) whose group was not made, or whose value was not counted because
 * there are too many. */
uint64_t groups_left_out(const struct groups *groups);

/* The value of the `at`-th field of the group; false if it is the group without a value. */
bool group_value(const struct group *group, size_t at, struct bytes *value);

#endif
