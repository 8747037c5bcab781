/* A tree as KQL text. */
#ifndef DNSIGHT_KQL_PRINTER_H
#define DNSIGHT_KQL_PRINTER_H

#include "core/base/buf.h"
#include "core/kql/ast.h"

/* Appends an expression that parses into the same tree, offsets aside. Value groups are written
 * out: `f:(a or b)` becomes `f:a or f:b`. */
void kql_print(const struct kql_node *tree, struct buf *out);

#endif
