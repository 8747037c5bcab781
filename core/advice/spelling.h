/* Values that cannot match because Dnsight writes them otherwise: names are stored in lower case
 * and without a final dot, mnemonics in capitals, keywords match exactly, and some fields have only
 * a few values. */
#ifndef DNSIGHT_ADVICE_SPELLING_H
#define DNSIGHT_ADVICE_SPELLING_H

#include "core/base/bytes.h"
#include "core/kql/ast.h"

/* Takes one warning, a sentence without a final dot that is safe on a terminal; it dies when the
 * function returns. */
typedef void (*advice_handler)(void *context, const char *warning);

/* Gives a warning for each such value of an expression. */
void spelling_check(const struct kql_node *tree, advice_handler handler, void *context);

/* Gives the values that a field can have, if they are a few words; none of any other field. */
void spelling_values(struct bytes field, advice_handler handler, void *context);

#endif
