#include "query/answers/sentence.h"

#include "core/base/display.h"
#include "core/kql/field_name.h"

/* Octets of one name or value. */
#define LITERAL_MAX (4 * KQL_TEXT_MAX)

bool literal_is_lone_wildcard(const struct kql_literal *literal)
{
    return literal->kind == KQL_WILDCARD && literal->piece_count == 2 &&
           literal->pieces[0].len == 0 && literal->pieces[1].len == 0;
}

static void add_literal(const struct kql_literal *literal, struct buf *out)
{
    struct buf text;
    buf_init(&text, LITERAL_MAX);
    kql_literal_add(literal, &text);
    buf_add_text(out, literal->is_quoted ? "\"" : "");
    display_add(out, buf_bytes(&text));
    buf_add_text(out, literal->is_quoted ? "\"" : "");
    buf_release(&text);
}

/* "dns.question.type", or words for free text, which looks everywhere. */
static void add_field(const struct kql_literal *field, struct buf *out)
{
    if (field->kind == KQL_NONE || literal_is_lone_wildcard(field))
        buf_add_text(out, "any field");
    else
        add_literal(field, out);
}

static bool selects_everything(const struct kql_node *node)
{
    return node->kind == KQL_IS && literal_is_lone_wildcard(&node->value) &&
           (node->field.kind == KQL_NONE || literal_is_lone_wildcard(&node->field));
}

static void add_phrase(const struct kql_node *node, bool is_negated, struct buf *out,
                       unsigned depth);

static void add_is(const struct kql_node *node, bool is_negated, struct buf *out)
{
    if (selects_everything(node)) {
        buf_add_text(out, is_negated ? "never anything" : "there is anything at all");
        return;
    }
    add_field(&node->field, out);
    if (literal_is_lone_wildcard(&node->value)) {
        buf_add_text(out, is_negated ? " has no value" : " has a value");
        return;
    }
    const bool is_pattern = node->value.kind == KQL_WILDCARD;
    if (is_pattern)
        buf_add_text(out, is_negated ? " does not match " : " matches ");
    else
        buf_add_text(out, is_negated ? " is not " : " is ");
    add_literal(&node->value, out);
}

static void add_range(const struct kql_node *node, bool is_negated, struct buf *out)
{
    static const char *const words[] = {
        [KQL_GT] = "more than ",
        [KQL_GTE] = "at least ",
        [KQL_LT] = "less than ",
        [KQL_LTE] = "at most ",
    };
    add_field(&node->field, out);
    buf_add_text(out, is_negated ? " is not " : " is ");
    buf_add_text(out, words[node->op]);
    add_literal(&node->value, out);
}

static void add_group(const struct kql_node *node, const char *joint, struct buf *out,
                      unsigned depth)
{
    for (size_t i = 0; i < node->child_count; i++) {
        const struct kql_node *const child = node->children[i];
        const bool needs_brackets = child->kind == KQL_AND || child->kind == KQL_OR;
        buf_add_text(out, i == 0 ? "" : joint);
        buf_add_text(out, needs_brackets ? "(" : "");
        add_phrase(child, false, out, depth + 1);
        buf_add_text(out, needs_brackets ? ")" : "");
    }
}

static void add_nested(const struct kql_node *node, bool is_negated, struct buf *out,
                       unsigned depth)
{
    const enum kql_node_kind kind = node->children[0]->kind;
    const bool is_leaf = kind == KQL_IS || kind == KQL_RANGE;
    buf_add_text(out, is_negated ? "there is no object of " : "there is an object of ");
    add_literal(&node->field, out);
    buf_add_text(out, is_leaf ? " whose " : " such that (");
    add_phrase(node->children[0], false, out, depth + 1);
    buf_add_text(out, is_leaf ? "" : ")");
}

/* A negated clause is also true of documents that lack the field, which the words "is not" leave
 * open as they should. */
static void add_phrase(const struct kql_node *node, bool is_negated, struct buf *out,
                       unsigned depth)
{
    if (depth > KQL_DEPTH_MAX)
        return;
    const bool is_group = node->kind == KQL_AND || node->kind == KQL_OR || node->kind == KQL_NOT;
    buf_add_text(out, is_group && is_negated ? "it is not so that (" : "");
    switch (node->kind) {
    case KQL_AND:
        add_group(node, " and ", out, depth);
        break;
    case KQL_OR:
        add_group(node, " or ", out, depth);
        break;
    case KQL_NOT:
        add_phrase(node->children[0], true, out, depth + 1);
        break;
    case KQL_NESTED:
        add_nested(node, is_negated, out, depth);
        break;
    case KQL_IS:
        add_is(node, is_negated, out);
        break;
    case KQL_RANGE:
        add_range(node, is_negated, out);
        break;
    }
    buf_add_text(out, is_group && is_negated ? ")" : "");
}

void sentence_print(const struct kql_node *tree, struct buf *out)
{
    if (selects_everything(tree)) {
        buf_add_text(out, "Selects every lookup.");
        return;
    }
    buf_add_text(out, "Selects the lookups where ");
    add_phrase(tree, false, out, 0);
    buf_add_u8(out, '.');
}

static void add_leaf(const struct kql_node *node, struct buf *out)
{
    static const char *const signs[] = {
        [KQL_GT] = " > ", [KQL_GTE] = " >= ", [KQL_LT] = " < ", [KQL_LTE] = " <= "};
    const bool is_exists =
        node->kind == KQL_IS && literal_is_lone_wildcard(&node->value) && !selects_everything(node);
    if (node->kind == KQL_RANGE)
        buf_add_text(out, "range ");
    else
        buf_add_text(out, is_exists ? "exists " : "is ");
    add_field(&node->field, out);
    if (is_exists)
        return;
    buf_add_text(out, node->kind == KQL_RANGE ? signs[node->op] : " : ");
    add_literal(&node->value, out);
}

static void add_tree(const struct kql_node *node, struct buf *out, unsigned depth)
{
    if (depth > KQL_DEPTH_MAX)
        return;
    for (unsigned i = 0; i <= depth; i++)
        buf_add_text(out, "  ");
    switch (node->kind) {
    case KQL_AND:
        buf_add_text(out, "and");
        break;
    case KQL_OR:
        buf_add_text(out, "or");
        break;
    case KQL_NOT:
        buf_add_text(out, "not");
        break;
    case KQL_NESTED:
        buf_add_text(out, "nested ");
        add_literal(&node->field, out);
        break;
    case KQL_IS:
    case KQL_RANGE:
        add_leaf(node, out);
        break;
    }
    buf_add_u8(out, '\n');
    for (size_t i = 0; i < node->child_count; i++)
        add_tree(node->children[i], out, depth + 1);
}

void sentence_print_tree(const struct kql_node *tree, struct buf *out)
{
    add_tree(tree, out, 0);
}
