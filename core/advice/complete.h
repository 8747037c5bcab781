/* How the beginning of an expression can go on: names of fields, the values of fields that have
 * only a few, and the words between clauses; for the completion of shells. */
#ifndef DNSIGHT_ADVICE_COMPLETE_H
#define DNSIGHT_ADVICE_COMPLETE_H

#include "core/advice/spelling.h"
#include "core/base/bytes.h"

/* Gives each text that an expression over Dnsight's fields can go on as: all of `text`, with its
 * last word completed.
 * Nothing for an expression that is no beginning of one. Objects of arrays are offered with their
 * brace, and between the braces the fields inside of them. */
void complete_expression(struct bytes text, advice_handler handler, void *context);

#endif
