/* Texts of an expression that look like lists, although KQL has none. */
#ifndef DNSIGHT_KQL_WORD_LIST_H
#define DNSIGHT_KQL_WORD_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"

/* Appends the words of a text, which blanks and commas separate, with an operator (" or ") between
 * them. Returns how many there are. */
size_t kql_join_words(struct bytes text, const char *operator, struct buf * out);

/* True if the octets [at, end) of an expression are all that is between two parentheses. */
bool kql_is_in_parentheses(struct bytes text, size_t at, size_t end);

#endif
