/* `--since` and `--until`: a range of @timestamp that becomes part of the expression, so that every
 * source understands it. */
#ifndef DNSIGHT_QUERY_QUESTIONS_TIME_RANGE_H
#define DNSIGHT_QUERY_QUESTIONS_TIME_RANGE_H

#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/base/time_zone.h"
#include "core/kql/ast.h"

/* Times as a person types them: a span before now (15m, 24h, 7d), Elasticsearch date math, or a
 * date. What is not written of a time is filled up as Elasticsearch does it: from its beginning in
 * `since`, to its end in `until`. */
struct time_range {
    const char *since; /* NULL: from the beginning */
    const char *until; /* NULL: to the end */
    int64_t now_ns;
    const struct time_zone *zone; /* of dates without one; NULL: UTC */
};

/* The ends of a range, nanoseconds since 1970; INT64_MIN and INT64_MAX where it is open. */
struct time_span {
    int64_t since_ns;
    int64_t until_ns;
};

/* Returns ST_OK and the ends; ST_INVALID or ST_NO_MEMORY with *err. */
MUST_CHECK enum status time_range_span(const struct time_range *range, struct arena *arena,
                                       struct time_span *span, struct error *err);

/* Sets *ranged to a tree on the arena that selects what `tree` does, within the range; to `tree`
 * itself if the range is open. Times become absolute here: however long the reading takes, `now`
 * stays. Returns ST_OK; ST_INVALID or ST_NO_MEMORY with *err. */
MUST_CHECK enum status time_range_apply(const struct time_range *range, struct arena *arena,
                                        const struct kql_node *tree, const struct kql_node **ranged,
                                        struct error *err);

#endif
