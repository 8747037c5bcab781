#include "core/kql/parser.h"

#include <stdint.h>
#include <stdio.h>

#include "core/base/utf8.h"
#include "core/kql/literal.h"
#include "core/kql/syntax_error.h"

/* Kibana's grammar is a PEG with ordered choice, but its first token always settles which choice
 * can still succeed: once a clause has gone past a "(", a ":" or an operator, every other choice
 * fails further left. So one pass without backtracking gives the same trees and the same error
 * places, in linear time. */
struct parser {
    struct bytes text; /* on the arena, so that literals can be views of it */
    size_t pos;
    unsigned depth; /* open groups and negations */
    struct arena *arena;
    struct kql_error *error;       /* NULL: only the verdict is wanted */
    const struct kql_group *group; /* innermost open group, or NULL */
    struct bytes before;           /* the last operator or opening sign */
    size_t literal_at;             /* the last literal, for messages */
    size_t literal_end;
};

/* The operands of an and or an or. */
struct operands {
    const struct kql_node **items;
    size_t count;
    size_t cap;
};

static enum status parse_chain(struct parser *p, enum kql_node_kind kind,
                               const struct kql_literal *field, const struct kql_node **node);

static enum status fail(struct parser *p, enum kql_expected expected)
{
    if (p->error == NULL)
        return ST_INVALID;
    const struct kql_failure failure = {
        .text = p->text,
        .at = p->pos,
        .expected = expected,
        .group = p->group,
        .before = p->before,
        .literal_at = p->literal_at,
        .literal_end = p->literal_end,
    };
    kql_syntax_error(&failure, p->error);
    return ST_INVALID;
}

static enum status fail_limit(struct kql_error *error, enum status status, size_t at,
                              const char *message)
{
    if (error == NULL)
        return status;
    *error = (struct kql_error){.kind = KQL_ERROR_LIMIT, .at = at, .related_at = SIZE_MAX};
    (void)snprintf(error->message, sizeof error->message, "%s", message);
    return status;
}

static enum status fail_memory(struct parser *p)
{
    return fail_limit(p->error, ST_NO_MEMORY, p->pos, "not enough memory for this expression");
}

static enum status go_deeper(struct parser *p)
{
    if (p->depth >= KQL_DEPTH_MAX) {
        char message[128];
        (void)snprintf(message, sizeof message,
                       "parentheses, braces and \"not\" are nested deeper than %d levels",
                       KQL_DEPTH_MAX);
        return fail_limit(p->error, ST_LIMIT, p->pos, message);
    }
    p->depth++;
    return ST_OK;
}

static uint8_t peek(const struct parser *p)
{
    return p->pos < p->text.len ? p->text.data[p->pos] : 0;
}

static void skip_space(struct parser *p)
{
    p->pos = kql_skip_space(p->text, p->pos);
}

/* Takes `len` octets of an operator or opening sign and the white space behind it. */
static void take(struct parser *p, size_t len)
{
    p->before = bytes_slice(p->text, p->pos, len);
    p->pos = kql_skip_space(p->text, p->pos + len);
}

static bool take_operator(struct parser *p, const char *word)
{
    const size_t behind = kql_skip_operator(p->text, p->pos, word);
    if (behind == p->pos)
        return false;
    skip_space(p);
    take(p, strlen(word));
    return true;
}

static struct kql_node *new_node(struct parser *p, enum kql_node_kind kind)
{
    struct kql_node *const node = arena_array(p->arena, 1, sizeof *node);
    if (node != NULL)
        node->kind = kind;
    return node;
}

static enum status read_literal(struct parser *p, enum kql_expected expected,
                                struct kql_literal *literal)
{
    const enum status status = kql_literal_read(p->text, &p->pos, p->arena, literal);
    if (status == ST_INVALID)
        return fail(p, expected);
    if (status != ST_OK)
        return fail_memory(p);
    p->literal_at = literal->at;
    p->literal_end = literal->end;
    return ST_OK;
}

/* A clause `field : value`; field NULL: free text. */
static enum status is_node(struct parser *p, const struct kql_literal *field,
                           const struct kql_literal *value, const struct kql_node **node)
{
    struct kql_node *const is = new_node(p, KQL_IS);
    if (is == NULL)
        return fail_memory(p);
    /* Kibana reads the field name `null` as no name at all. */
    if (field != NULL && field->kind != KQL_NULL)
        is->field = *field;
    is->value = *value;
    is->at = field != NULL && field->at < value->at ? field->at : value->at;
    is->end = value->end;
    *node = is;
    return ST_OK;
}

static enum status one_child(struct parser *p, struct kql_node *parent,
                             const struct kql_node *child)
{
    parent->children = arena_alloc(p->arena, sizeof(struct kql_node *));
    if (parent->children == NULL)
        return fail_memory(p);
    parent->children[0] = child;
    parent->child_count = 1;
    return ST_OK;
}

/* The octet length of the comparison at the cursor, 0 if there is none. */
static size_t range_op(const struct parser *p, enum kql_range_op *op)
{
    const uint8_t sign = peek(p);
    if (sign != '<' && sign != '>')
        return 0;
    const bool or_equal = p->pos + 1 < p->text.len && p->text.data[p->pos + 1] == '=';
    if (sign == '<')
        *op = or_equal ? KQL_LTE : KQL_LT;
    else
        *op = or_equal ? KQL_GTE : KQL_GT;
    return or_equal ? 2 : 1;
}

/* True if a ">" behind a value ends a `path:<...>` group instead of comparing: nothing that could
 * be compared with follows. */
static bool closes_angle(const struct parser *p)
{
    if (p->group == NULL || p->group->close != '>' || peek(p) != '>')
        return false;
    const size_t behind = p->pos + 1;
    const size_t next = kql_skip_space(p->text, behind);
    const uint8_t found = next < p->text.len ? p->text.data[next] : ')';
    if (found == ')' || found == '}' || found == '>')
        return true;
    return kql_skip_operator(p->text, behind, "and") != behind ||
           kql_skip_operator(p->text, behind, "or") != behind;
}

static enum status parse_range(struct parser *p, const struct kql_literal *field,
                               enum kql_range_op op, const struct kql_node **node)
{
    struct kql_literal value = {0};
    const enum status status = read_literal(p, KQL_EXPECT_VALUE, &value);
    if (status != ST_OK)
        return status;
    struct kql_node *const range = new_node(p, KQL_RANGE);
    if (range == NULL)
        return fail_memory(p);
    range->op = op;
    range->field = *field;
    /* Only a colon turns the field name `null` into no name. */
    if (field->kind == KQL_NULL)
        range->field.kind = KQL_TEXT;
    range->value = value;
    range->at = field->at;
    range->end = value.end;
    *node = range;
    return ST_OK;
}

/* A group in ( ), { } or < >, its opening character at the cursor. */
static enum status parse_group(struct parser *p, char close, const struct kql_literal *field,
                               const struct kql_node **node)
{
    const enum status deeper = go_deeper(p);
    if (deeper != ST_OK)
        return deeper;
    const struct kql_group group = {.at = p->pos, .close = close, .outer = p->group};
    p->group = &group;
    take(p, 1);
    const enum status status = parse_chain(p, KQL_OR, field, node);
    if (status != ST_OK)
        return status;
    skip_space(p);
    if (peek(p) != (uint8_t)close)
        return fail(p, KQL_EXPECT_END);
    p->pos++;
    p->group = group.outer;
    p->depth--;
    return ST_OK;
}

static enum status parse_nested(struct parser *p, const struct kql_literal *path,
                                const struct kql_node **node)
{
    const struct kql_node *child = NULL;
    const enum status status = parse_group(p, peek(p) == '{' ? '}' : '>', NULL, &child);
    if (status != ST_OK)
        return status;
    struct kql_node *const nested = new_node(p, KQL_NESTED);
    if (nested == NULL)
        return fail_memory(p);
    nested->field = *path;
    nested->at = path->at;
    nested->end = p->pos;
    *node = nested;
    return one_child(p, nested, child);
}

/* A value, or a group of values in parentheses. */
static enum status parse_values(struct parser *p, const struct kql_literal *field,
                                const struct kql_node **node)
{
    if (peek(p) == '(')
        return parse_group(p, ')', field, node);
    struct kql_literal value = {0};
    const enum status status = read_literal(p, KQL_EXPECT_VALUE, &value);
    if (status != ST_OK)
        return status;
    return is_node(p, field, &value, node);
}

/* A clause that starts with a literal. */
static enum status parse_clause(struct parser *p, const struct kql_node **node)
{
    struct kql_literal literal = {0};
    const enum status status = read_literal(p, KQL_EXPECT_CLAUSE, &literal);
    if (status != ST_OK)
        return status;
    const size_t behind = p->pos;
    skip_space(p);
    if (peek(p) == ':') {
        take(p, 1);
        const bool is_nested = peek(p) == '{' || peek(p) == '<';
        return is_nested ? parse_nested(p, &literal, node) : parse_values(p, &literal, node);
    }
    enum kql_range_op op = KQL_GT;
    const size_t op_len = range_op(p, &op);
    if (op_len != 0 && !closes_angle(p)) {
        take(p, op_len);
        return parse_range(p, &literal, op, node);
    }
    p->pos = behind;
    return is_node(p, NULL, &literal, node);
}

static enum status parse_operand(struct parser *p, const struct kql_literal *field,
                                 const struct kql_node **node)
{
    if (peek(p) == '(')
        return parse_group(p, ')', field, node);
    return field != NULL ? parse_values(p, field, node) : parse_clause(p, node);
}

static enum status parse_not(struct parser *p, const struct kql_literal *field,
                             const struct kql_node **node)
{
    const size_t at = p->pos;
    if (kql_skip_keyword(p->text, at, "not") == at)
        return parse_operand(p, field, node);
    const enum status deeper = go_deeper(p);
    if (deeper != ST_OK)
        return deeper;
    take(p, strlen("not"));
    const struct kql_node *child = NULL;
    const enum status status = parse_operand(p, field, &child);
    if (status != ST_OK)
        return status;
    p->depth--;
    struct kql_node *const not_node = new_node(p, KQL_NOT);
    if (not_node == NULL)
        return fail_memory(p);
    not_node->at = at;
    not_node->end = p->pos;
    *node = not_node;
    return one_child(p, not_node, child);
}

static bool operands_add(struct operands *operands, struct arena *arena,
                         const struct kql_node *item)
{
    if (operands->count == operands->cap) {
        const size_t cap = operands->cap == 0 ? 4 : operands->cap * 2;
        const struct kql_node **const items = arena_alloc(arena, cap * sizeof(struct kql_node *));
        if (items == NULL)
            return false;
        for (size_t i = 0; i < operands->count; i++)
            items[i] = operands->items[i];
        operands->items = items;
        operands->cap = cap;
    }
    operands->items[operands->count++] = item;
    return true;
}

static enum status parse_link(struct parser *p, enum kql_node_kind kind,
                              const struct kql_literal *field, const struct kql_node **node)
{
    return kind == KQL_OR ? parse_chain(p, KQL_AND, field, node) : parse_not(p, field, node);
}

/* Operands joined by `or` (each of them joined by `and`), or by `and`. With a field, the operands
 * are its values. */
static enum status parse_chain(struct parser *p, enum kql_node_kind kind,
                               const struct kql_literal *field, const struct kql_node **node)
{
    const char *const word = kind == KQL_OR ? "or" : "and";
    const size_t at = p->pos;
    const struct kql_node *operand = NULL;
    enum status status = parse_link(p, kind, field, &operand);
    if (status != ST_OK)
        return status;
    struct operands operands = {0};
    while (take_operator(p, word)) {
        if (operands.count == 0 && !operands_add(&operands, p->arena, operand))
            return fail_memory(p);
        status = parse_link(p, kind, field, &operand);
        if (status != ST_OK)
            return status;
        if (!operands_add(&operands, p->arena, operand))
            return fail_memory(p);
    }
    if (operands.count == 0) {
        *node = operand;
        return ST_OK;
    }
    struct kql_node *const chain = new_node(p, kind);
    if (chain == NULL)
        return fail_memory(p);
    chain->children = operands.items;
    chain->child_count = operands.count;
    chain->at = at;
    chain->end = p->pos;
    *node = chain;
    return ST_OK;
}

/* The tree of an empty expression: * : * */
static enum status match_all(struct parser *p, const struct kql_node **tree)
{
    struct bytes *const pieces = arena_array(p->arena, 2, sizeof *pieces);
    if (pieces == NULL)
        return fail_memory(p);
    const struct kql_literal any = {.kind = KQL_WILDCARD, .pieces = pieces, .piece_count = 2};
    return is_node(p, &any, &any, tree);
}

static enum status check_text(struct bytes text, struct kql_error *error)
{
    if (text.len > KQL_TEXT_MAX) {
        char message[128];
        (void)snprintf(message, sizeof message, "longer than %zu octets", KQL_TEXT_MAX);
        return fail_limit(error, ST_LIMIT, KQL_TEXT_MAX, message);
    }
    for (size_t pos = 0; pos < text.len;) {
        if (text.data[pos] < 0x80) {
            pos++;
            continue;
        }
        const struct utf8_char next = utf8_next(bytes_slice(text, pos, text.len));
        if (!next.is_valid && error == NULL)
            return ST_INVALID;
        if (!next.is_valid) {
            *error =
                (struct kql_error){.kind = KQL_ERROR_SYNTAX, .at = pos, .related_at = SIZE_MAX};
            (void)snprintf(error->message, sizeof error->message,
                           "the octet 0x%02x is not valid UTF-8 here", text.data[pos]);
            return ST_INVALID;
        }
        pos += next.len;
    }
    return ST_OK;
}

static enum status parse(struct bytes text, struct arena *arena, const struct kql_node **tree,
                         struct kql_error *error)
{
    const enum status checked = check_text(text, error);
    if (checked != ST_OK)
        return checked;
    struct parser p = {.text = arena_copy(arena, text), .arena = arena, .error = error};
    if (p.text.len != text.len)
        return fail_memory(&p);
    skip_space(&p);
    if (p.pos == p.text.len)
        return match_all(&p, tree);
    const struct kql_node *root = NULL;
    const enum status status = parse_chain(&p, KQL_OR, NULL, &root);
    if (status != ST_OK)
        return status;
    skip_space(&p);
    if (p.pos != p.text.len)
        return fail(&p, KQL_EXPECT_END);
    *tree = root;
    return ST_OK;
}

enum status kql_parse(struct bytes text, struct arena *arena, const struct kql_node **tree,
                      struct kql_error *error)
{
    return parse(text, arena, tree, error);
}

bool kql_is_expression(struct bytes text)
{
    struct arena arena;
    arena_init(&arena, text.len * KQL_ARENA_PER_OCTET + KQL_ARENA_LEAST);
    const struct kql_node *tree = NULL;
    const enum status status = parse(text, &arena, &tree, NULL);
    arena_release(&arena);
    return status == ST_OK;
}
