/* Warnings about the expressions of a saved query: a misspelt field finds nothing, and a saved
 * query that finds nothing looks like good news. */
#ifndef DNSIGHT_QUERY_ANSWERS_SAVED_WARNINGS_H
#define DNSIGHT_QUERY_ANSWERS_SAVED_WARNINGS_H

#include "core/document/data_view.h"
#include "query/questions/saved_kql.h"
#include "query/questions/saved_query.h"
#include "query/records/messages.h"

/* Says them as notes, behind the name of the query. `view` has the fields; NULL: they are not
 * known. */
void saved_warnings_say(struct saved_query *query, const struct saved_values *values,
                        const struct data_view *view, struct messages *messages);

#endif
