/* JSON for people: a line for each member. */
#ifndef DNSIGHT_QUERY_PRINTING_PRETTY_H
#define DNSIGHT_QUERY_PRINTING_PRETTY_H

#include "core/base/buf.h"
#include "core/base/bytes.h"

/* Appends valid JSON text that has no white space between its tokens, indented by two blanks a
 * level and without a line end behind it. */
void pretty_print(struct bytes json, struct buf *out);

#endif
