/* A report as a page: one file that needs nothing else (docs/report.md). */
#ifndef DNSIGHT_QUERY_ANSWERS_REPORT_HTML_H
#define DNSIGHT_QUERY_ANSWERS_REPORT_HTML_H

#include "core/base/buf.h"
#include "query/answers/report.h"
#include "query/answers/report_print.h"

/* Appends the page of a report that was asked as one (PRINT_HTML). */
void report_print_html(const struct report *report, const struct report_head *head,
                       struct buf *out);

#endif
