/* Kibana's rule for nested fields: a nested field stands in the braces of its path, other fields
 * do not stand in braces. Translation and evaluation refuse the same expressions by it. */
#ifndef DNSIGHT_KQL_NESTED_CHECK_H
#define DNSIGHT_KQL_NESTED_CHECK_H

#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/document/data_view.h"
#include "core/kql/ast.h"
#include "core/kql/parser.h"

/* Checks a tree from left to right. Fields that the data view does not know are not checked;
 * wildcard names outside braces may mean nested fields. Returns ST_OK; ST_INVALID with *error for
 * the first clause that breaks the rule; ST_NO_MEMORY. */
MUST_CHECK enum status kql_check_nested(const struct kql_node *tree, const struct data_view *view,
                                        struct kql_error *error);

#endif
