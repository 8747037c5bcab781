/* Expressions asked of sources: any number of expressions at once. A local source is read once,
 * however many there are; a server is asked for each of them. */
#ifndef DNSIGHT_QUERY_QUESTIONS_SURVEY_H
#define DNSIGHT_QUERY_QUESTIONS_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/document/data_view.h"
#include "core/kql/ast.h"
#include "query/base/command.h"
#include "query/questions/question.h"
#include "query/questions/time_range.h"
#include "query/records/fields.h"
#include "query/records/matcher.h"
#include "query/records/messages.h"
#include "query/records/order.h"
#include "query/sources/source.h"

/* One expression, and who takes what it selects. Owned by the caller and borrowed by the survey;
 * everything in it must stay as it is from survey_read on. */
struct survey_part {
    struct bytes text;                /* the expression, for messages about it */
    const struct kql_node *tree;      /* the same, with the range of time */
    const struct field_names *fields; /* what is looked at in each hit */
    bool wants_json;                  /* hits need their JSON text, whole */
    bool wants_count;                 /* only the number of hits is needed: none need be taken */
    const struct field_names *by;     /* groups by these fields may be given instead of hits; NULL:
                                         hits are needed */
    size_t intervals;                 /* as in source.h */
    struct order order;               /* with `limit`, which hits are enough, see source.h */
    uint64_t limit;
    /* Names the data view of the hits that follow, which lives as long as the survey. Returns
     * ST_OK; otherwise, with *err, nothing more is given to the part. */
    enum status (*begin)(void *context, const struct data_view *view, struct error *err);
    /* Takes one hit; false when no more are wanted. */
    bool (*take)(void *context, const struct hit *hit);
    /* Takes one group, where there is `by`; false when no more are wanted. */
    bool (*take_group)(void *context, const struct source_group *group);
    void *context;
    uint64_t matched; /* set by survey_read: lookups that match, those not taken included */
    bool is_stopped;  /* no more hits are wanted */
};

struct survey_options {
    struct question *question; /* data view, time zone, memory for trees; borrowed */
    struct messages *messages; /* failures, notes, progress; borrowed */
    FILE *out;                 /* where faults in an expression go as JSON, if `faults_as_json` */
    bool faults_as_json;
    unsigned timeout_s; /* that a request to a server may take; 0: source.h has the default */
};

struct survey;

/* Opens the sources that a person named, or, if there are none, the server that the environment
 * names, else the log directory. What cannot be opened is said. Returns ST_OK, ST_NOT_FOUND
 * (nothing could be opened) or ST_NO_MEMORY. */
MUST_CHECK enum status survey_open(const struct survey_options *options, const char *const *names,
                                   size_t name_count, struct survey **survey);
void survey_free(struct survey *survey);

/* Returns ST_OK when one of the sources has a field of that name, otherwise as field_check. */
MUST_CHECK enum status survey_check_field(const struct survey *survey, struct bytes name,
                                          struct error *err);

/* Reads the sources and gives each part its hits. Whatever goes wrong is said. Returns ST_OK (some
 * sources may have failed: messages.has_failure), or ST_INVALID: an expression is wrong. */
MUST_CHECK enum status survey_read(struct survey *survey, struct survey_part *parts,
                                   size_t part_count);

/* Says, behind survey_read, when captures were made if nothing of them is within the span. */
void survey_say_times(const struct survey *survey, const struct time_span *span);

/* False if survey_read could read none of the sources, not even in part: there is no answer. */
bool survey_has_read(const struct survey *survey);

#endif
