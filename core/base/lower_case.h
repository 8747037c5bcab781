/* Lower case by the simple mappings of Unicode. */
#ifndef DNSIGHT_BASE_LOWER_CASE_H
#define DNSIGHT_BASE_LOWER_CASE_H

#include "core/base/buf.h"
#include "core/base/bytes.h"

/* Appends text in lower case, one character for each, whatever the language (Java's
 * Character.toLowerCase). Octets that are not valid UTF-8 become U+FFFD each. */
void lower_case(struct bytes text, struct buf *out);

#endif
