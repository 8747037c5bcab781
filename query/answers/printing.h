/* One expression whose answer is printed: lookups, groups or a number. */
#ifndef DNSIGHT_QUERY_ANSWERS_PRINTING_H
#define DNSIGHT_QUERY_ANSWERS_PRINTING_H

#include <stdint.h>
#include <stdio.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "query/answers/collector.h"
#include "query/questions/question.h"
#include "query/questions/settings.h"
#include "query/questions/survey.h"

struct printing {
    const struct settings *settings; /* borrowed: what to print, in which order, how much */
    struct survey_part part;         /* for the survey: its text and tree are set by the caller */
    struct collector *collector;
    FILE *paged; /* borrowed, set by the caller: a long table on this terminal goes through the
                    pager; NULL: never */
    struct collector_totals totals; /* after printing_finish */
};

/* Makes ready to print on `to`; printing_release is due in any case. Question and settings are
 * borrowed. Returns ST_OK, or ST_NO_MEMORY with *err. */
MUST_CHECK enum status printing_init(struct printing *printing, struct question *question,
                                     const struct settings *settings, FILE *to, struct error *err);
void printing_release(struct printing *printing);

/* Returns ST_OK when the fields that the settings name are known to a source of the survey;
 * otherwise ST_INVALID with *err. */
MUST_CHECK enum status printing_check(const struct settings *settings, const struct survey *survey,
                                      struct error *err);

/* Prints the answer after the survey was read, and says what is not in it although it matched.
 * Returns the hits: groups, if only some of them are wanted, or lookups. */
uint64_t printing_finish(struct printing *printing, struct messages *messages);

/* Groups that were found and not printed, for want of room. After printing_finish. */
uint64_t printing_rows_left_out(const struct printing *printing);

#endif
