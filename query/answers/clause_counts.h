/* How many lookups each clause of an expression selects alone: where an expression that finds
 * nothing loses them. */
#ifndef DNSIGHT_QUERY_ANSWERS_CLAUSE_COUNTS_H
#define DNSIGHT_QUERY_ANSWERS_CLAUSE_COUNTS_H

#include "core/base/buf.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "query/questions/question.h"
#include "query/questions/survey.h"
#include "query/questions/time_range.h"

/* Reads the sources of a survey, which has not been read, and appends a line for all lookups, for
 * each clause (a group of braces is one clause), and for the whole expression, within the range of
 * time. Returns ST_OK; ST_INVALID, which was said, or ST_NO_MEMORY. */
MUST_CHECK enum status clause_counts(struct survey *survey, struct question *question,
                                     const struct time_range *range, struct buf *out);

#endif
