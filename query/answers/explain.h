/* What an expression means: its tree, the Elasticsearch query, one English sentence, and warnings
 * about what its author may not have meant. */
#ifndef DNSIGHT_QUERY_ANSWERS_EXPLAIN_H
#define DNSIGHT_QUERY_ANSWERS_EXPLAIN_H

#include <stdbool.h>

#include "core/advice/advice.h"
#include "core/base/buf.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "query/questions/question.h"

/* Appends the explanation. Returns ST_OK; ST_INVALID with *error when the expression parses but
 * cannot be asked (nested fields, values of the wrong type); ST_NO_MEMORY. */
MUST_CHECK enum status explain(struct question *question, struct buf *out, struct kql_error *error);

/* Gives only the warnings; without guesses, those that nearly nobody can have meant. */
void explain_warnings(const struct question *question, bool with_guesses, advice_handler handler,
                      void *context);

#endif
