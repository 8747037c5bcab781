/* An expression as one English sentence. */
#ifndef DNSIGHT_QUERY_ANSWERS_SENTENCE_H
#define DNSIGHT_QUERY_ANSWERS_SENTENCE_H

#include "core/base/buf.h"
#include "core/kql/ast.h"

/* Appends "Selects the lookups where ...", with a full stop. */
void sentence_print(const struct kql_node *tree, struct buf *out);

/* Appends the tree itself, a line a node, with Kibana's names for the kinds of nodes. */
void sentence_print_tree(const struct kql_node *tree, struct buf *out);

/* True if a value, or a field, is a lone `*`. */
bool literal_is_lone_wildcard(const struct kql_literal *literal);

#endif
