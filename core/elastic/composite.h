/* Counts by the values of fields, made by the server: a composite aggregation, page by page through
 * a point in time, so that the counts are exact however many groups there are. */
#ifndef DNSIGHT_ELASTIC_COMPOSITE_H
#define DNSIGHT_ELASTIC_COMPOSITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/elastic/http.h"
#include "core/elastic/server.h"

/* Percentiles that each group has. */
#define COMPOSITE_PERCENTS \
    {                      \
        50, 95, 99         \
    }
#define COMPOSITE_PERCENT_COUNT 3

struct composite {
    const char *target; /* see search.h */
    struct bytes query;
    const struct bytes *fields; /* to group by, one or more; by one only if `nested` is set */
    size_t field_count;
    const char *nested; /* path of the nested objects that the field stands in; NULL: none */
    size_t intervals; /* not 0: the first field is a date, whose values are put into at most so many
                         intervals (core/base/interval.h); a group has the beginning of its own,
                         milliseconds since 1970 */
    const char *metric; /* field of numbers, none negative, whose percentiles are wanted */
};

struct composite_group {
    struct bytes values; /* JSON text: an object of field names and values, null for none */
    uint64_t count;      /* documents */
    bool has_percentiles;
    /* Of `metric`, to one percent: the smallest number that so many percent do not exceed. Of
     * groups of more than 200 (95) or 1,000 (99) numbers in Elasticsearch perhaps the one below
     * that. */
    double percentiles[COMPOSITE_PERCENT_COUNT];
};

/* Takes one group, whose views die when it returns. Anything but ST_OK ends the reading with that
 * status and the *err it filled. */
typedef enum status (*composite_handler)(void *context, const struct composite_group *group,
                                         struct error *err);

/* Where groups go. */
struct composite_sink {
    composite_handler take;
    void *context;
    uint64_t matched; /* set at the end: documents that the query selects */
};

/* Gives each group to the sink, in any order. A document with several values of a field counts in
 * the group of each, one without any in that of null. A server that says "not now" is asked again
 * (answer_await). Returns ST_OK; what the sink returned; or as search_run, ST_INVALID also where
 * the server cannot group by such a field. */
MUST_CHECK enum status composite_run(struct http_client *client, const struct server *server,
                                     const struct composite *composite, struct composite_sink *sink,
                                     struct error *err);

#endif
