/* Counts the hits of one part of a survey by the values of fields. */
#ifndef DNSIGHT_QUERY_GATHERING_TALLY_H
#define DNSIGHT_QUERY_GATHERING_TALLY_H

#include <stdbool.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/document/data_view.h"
#include "query/gathering/groups.h"
#include "query/records/field_reader.h"
#include "query/records/fields.h"
#include "query/records/matcher.h"
#include "query/sources/source.h"

struct tally {
    struct field_names by;
    struct field_names fields; /* what hits must have read */
    struct groups *groups;     /* owned */
    struct field_reader *reader;
    const struct data_view *view; /* of the reader; borrowed */
    struct error fault;           /* the first thing that failed; ST_OK if nothing did */
};

/* Makes ready to count by these fields; tally_release is due in any case. Returns ST_OK, ST_LIMIT
 * or ST_NO_MEMORY. */
MUST_CHECK enum status tally_init(struct tally *tally, const struct field_names *by);
void tally_release(struct tally *tally);

/* What a survey calls (survey.h); the context is the tally. */
enum status tally_begin(void *context, const struct data_view *view, struct error *err);
bool tally_take(void *context, const struct hit *hit);
bool tally_take_group(void *context, const struct source_group *group);

#endif
