/* An error in an expression, as people read it on a terminal. */
#ifndef DNSIGHT_KQL_ERROR_PRINT_H
#define DNSIGHT_KQL_ERROR_PRINT_H

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/kql/parser.h"

/* Appends the message with its column (characters from 1), the expression on one line, carets
 * under the places that are meant, and the hint if there is one; each line ends with LF:
 *
 *     syntax error at column 21: "}" is missing, the group opened at column 8 is not closed
 *       rrsets:{type:"CNAME"
 *              ^            ^
 *       hint: rrsets:{type:"CNAME"}
 *
 * Of a long expression only the part around the place is shown. Characters that could steer a
 * terminal appear as \uXXXX. */
void kql_error_print(struct bytes text, const struct kql_error *error, struct buf *out);

#endif
