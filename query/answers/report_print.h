/* A report as text for a mail (80 columns, no colour) and as JSON (docs/report.md). */
#ifndef DNSIGHT_QUERY_ANSWERS_REPORT_PRINT_H
#define DNSIGHT_QUERY_ANSWERS_REPORT_PRINT_H

#include <stddef.h>

#include "core/base/buf.h"
#include "query/answers/report.h"

/* What a report says about itself. */
struct report_head {
    const char *const *sources; /* as they were typed; none: what is asked by default */
    size_t source_count;
};

void report_print_text(const struct report *report, const struct report_head *head,
                       struct buf *out);
void report_print_json(const struct report *report, const struct report_head *head,
                       struct buf *out);

/* What the hits of a finding are, in the right number: "lookup", "lookups", "group", "groups". */
const char *report_noun(const struct finding *finding);

/* Appends the command that prints everything that a finding is about. */
void report_add_command(const struct finding *finding, const struct report_head *head,
                        struct buf *out);

#endif
