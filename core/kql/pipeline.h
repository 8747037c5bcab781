/* Statements of ES|QL, SQL and search pipelines, pasted where a KQL expression is expected. */
#ifndef DNSIGHT_KQL_PIPELINE_H
#define DNSIGHT_KQL_PIPELINE_H

#include <stdbool.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"

/* True for text that KQL refuses and that looks like one: FROM logs-* | ..., SELECT ... */
bool kql_is_pipeline(struct bytes text);

/* True for text that can only be one, although KQL accepts it as words to look for: FROM logs-* |
 * WHERE x == 1, SELECT * FROM logs. */
bool kql_is_surely_pipeline(struct bytes text);

/* Appends the condition of a statement as KQL: FROM logs-* | WHERE type == "A" | LIMIT 5 becomes
 * type: "A". False if it has none. */
bool kql_pipeline_condition(struct bytes text, struct buf *out);

#endif
