/* One clause, `field: value` or `field < value` or free text, as a part of a program. */
#ifndef DNSIGHT_KQL_CLAUSE_H
#define DNSIGHT_KQL_CLAUSE_H

#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/kql/ast.h"
#include "core/kql/compiler.h"

MUST_CHECK enum status compile_clause(struct compiler *c, const struct kql_node *node,
                                      struct compiled *out);

#endif
