/* What to write instead of an expression that does not parse. */
#ifndef DNSIGHT_KQL_HINTS_H
#define DNSIGHT_KQL_HINTS_H

#include "core/kql/parser.h"
#include "core/kql/syntax_error.h"

/* Sets error->hint to the whole expression, mended as its author probably meant it: habits of
 * Lucene, SQL and programming languages, and what is left open at the end; error->message too,
 * where the habit explains more than the place. Nothing if there is no guess that parses. */
void kql_hint(const struct kql_failure *failure, struct kql_error *error);

#endif
