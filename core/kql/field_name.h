/* Which fields of a data view a name in an expression means. */
#ifndef DNSIGHT_KQL_FIELD_NAME_H
#define DNSIGHT_KQL_FIELD_NAME_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/document/data_view.h"
#include "core/kql/ast.h"

/* Longest full name that is looked for; a longer one means no field. */
#define KQL_FIELD_NAME_MAX 1024

/* A name where it stands in the tree: names in braces are relative to the braces' path. */
struct kql_field_name {
    struct bytes path; /* of the braces around it, outermost first, joined by dots; empty: none */
    const struct kql_literal *name;
};

/* The first field at or behind index `from` that the name means, or FIELD_NONE. A wildcard may
 * mean any number of fields, in the order of the data view; another name at most one. Rows of
 * objects are not fields to KQL. Free text in braces means a field "null", as in Kibana. */
uint16_t kql_field_next(const struct kql_field_name *name, const struct data_view *view,
                        uint16_t from);

/* Appends the octets that a literal means, its wildcards as "*". */
void kql_literal_add(const struct kql_literal *literal, struct buf *out);

/* Appends the full name. */
void kql_field_name_add(const struct kql_field_name *name, struct buf *out);

/* Appends the path of a nested group to the path of the groups around it. */
void kql_path_enter(struct buf *path, const struct kql_literal *name);

#endif
