#include "core/kql/printer.h"

#include <assert.h>

#include "core/kql/literal.h"

static void print_node(const struct kql_node *node, struct buf *out, unsigned depth);

static bool is_space_at(struct bytes text, size_t at)
{
    return kql_skip_space(text, at) != at;
}

static bool is_space_before(struct bytes text, size_t at)
{
    return is_space_at(text, at - 1) || (at > 1 && kql_skip_space(text, at - 2) >= at);
}

/* True if an operator stands at text[at] that an unquoted literal must not show. */
static bool is_operator(struct bytes text, size_t at)
{
    static const char *const words[] = {"not", "or", "and"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        const size_t len = strlen(words[i]);
        if (text.len - at < len || strncasecmp((const char *)text.data + at, words[i], len) != 0)
            continue;
        /* `not` needs no blank before it: "cannot connect". */
        const bool starts = i == 0 || at == 0 || is_space_before(text, at);
        return starts && (at + len == text.len || is_space_at(text, at + len));
    }
    return false;
}

/* Appends text of an unquoted literal, escaped. `not` cannot be escaped by a backslash alone:
 * \n is a line feed. */
static void print_escaped(struct bytes text, struct buf *out)
{
    for (size_t at = 0; at < text.len; at++) {
        const uint8_t octet = text.data[at];
        if (is_operator(text, at)) {
            buf_add_format(out, "\\u%04x", octet);
            continue;
        }
        if (kql_is_special(octet))
            buf_add_u8(out, '\\');
        buf_add_u8(out, octet);
    }
}

static void print_quoted(struct bytes text, struct buf *out)
{
    buf_add_u8(out, '"');
    for (size_t at = 0; at < text.len; at++) {
        if (text.data[at] == '"' || text.data[at] == '\\')
            buf_add_u8(out, '\\');
        buf_add_u8(out, text.data[at]);
    }
    buf_add_u8(out, '"');
}

static void print_literal(const struct kql_literal *literal, struct buf *out)
{
    if (literal->kind == KQL_WILDCARD) {
        for (size_t i = 0; i < literal->piece_count; i++) {
            if (i != 0)
                buf_add_u8(out, '*');
            print_escaped(literal->pieces[i], out);
        }
    } else if (literal->is_quoted) {
        print_quoted(literal->text, out);
    } else if (literal->text.len == 0) {
        /* An unquoted literal is empty only when a blank was trimmed from it. */
        buf_add_text(out, "\\t");
    } else {
        print_escaped(literal->text, out);
    }
}

static void print_clause(const struct kql_node *node, struct buf *out)
{
    static const char *const ops[] = {
        [KQL_GT] = " > ", [KQL_GTE] = " >= ", [KQL_LT] = " < ", [KQL_LTE] = " <= "};
    if (node->field.kind != KQL_NONE) {
        print_literal(&node->field, out);
        buf_add_text(out, node->kind == KQL_RANGE ? ops[node->op] : ":");
    }
    print_literal(&node->value, out);
}

/* How tightly a node binds its operands. */
static int rank(enum kql_node_kind kind)
{
    switch (kind) {
    case KQL_OR:
        return 0;
    case KQL_AND:
        return 1;
    case KQL_NOT:
        return 2;
    case KQL_NESTED:
    case KQL_IS:
    case KQL_RANGE:
        return 3;
    }
    return 3;
}

/* An operand, in parentheses unless it binds more tightly than its operator. */
static void print_operand(const struct kql_node *node, enum kql_node_kind parent, struct buf *out,
                          unsigned depth)
{
    const bool is_bare = rank(node->kind) > rank(parent);
    if (!is_bare)
        buf_add_u8(out, '(');
    print_node(node, out, depth);
    if (!is_bare)
        buf_add_u8(out, ')');
}

static void print_chain(const struct kql_node *node, struct buf *out, unsigned depth)
{
    for (size_t i = 0; i < node->child_count; i++) {
        if (i != 0)
            buf_add_text(out, node->kind == KQL_OR ? " or " : " and ");
        print_operand(node->children[i], node->kind, out, depth);
    }
}

static void print_node(const struct kql_node *node, struct buf *out, unsigned depth)
{
    assert(depth <= KQL_TREE_DEPTH_MAX);
    switch (node->kind) {
    case KQL_AND:
    case KQL_OR:
        print_chain(node, out, depth + 1);
        return;
    case KQL_NOT:
        buf_add_text(out, "not ");
        print_operand(node->children[0], KQL_NOT, out, depth + 1);
        return;
    case KQL_NESTED:
        print_literal(&node->field, out);
        buf_add_text(out, ":{");
        print_node(node->children[0], out, depth + 1);
        buf_add_u8(out, '}');
        return;
    case KQL_IS:
    case KQL_RANGE:
        print_clause(node, out);
        return;
    }
}

void kql_print(const struct kql_node *tree, struct buf *out)
{
    print_node(tree, out, 0);
}
