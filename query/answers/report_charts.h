/* The charts of a report: lookups by how they went, latencies, and each result alone. */
#ifndef DNSIGHT_QUERY_ANSWERS_REPORT_CHARTS_H
#define DNSIGHT_QUERY_ANSWERS_REPORT_CHARTS_H

#include "query/answers/report.h"
#include "query/printing/markup.h"

void report_charts(const struct report *report, struct markup *m);

#endif
