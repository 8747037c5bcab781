#include "core/kql/compiler.h"

#include <assert.h>
#include <stdio.h>

#include "core/kql/clause.h"
#include "core/kql/field_name.h"
#include "core/kql/literal.h"
#include "core/kql/nested_check.h"

/* Octets of all paths of an expression, with a dot for each. */
#define PATH_MAX_LEN (2 * KQL_TEXT_MAX)

/* Costs of program nodes against that of one check of a root field. */
#define COST_ROW    8
#define COST_NESTED 16
#define COST_WORDS  8

static const struct program_node NOTHING = {.kind = PROGRAM_NOTHING};
static const struct program_node EVERYTHING = {.kind = PROGRAM_EVERYTHING};

enum status compile_refuse(struct compiler *c, enum kql_error_kind kind, const char *message,
                           const char *hint)
{
    *c->error = (struct kql_error){.at = c->at, .related_at = SIZE_MAX};
    c->error->kind = kind;
    (void)snprintf(c->error->message, sizeof c->error->message, "%s", message);
    (void)snprintf(c->error->hint, sizeof c->error->hint, "%s", hint);
    return ST_INVALID;
}

enum status compile_no_memory(struct compiler *c)
{
    (void)compile_refuse(c, KQL_ERROR_LIMIT, "not enough memory for this expression", "");
    return ST_NO_MEMORY;
}

struct compiled compiled_nothing(void)
{
    return (struct compiled){.node = &NOTHING};
}

struct compiled compiled_everything(void)
{
    return (struct compiled){.node = &EVERYTHING};
}

enum status compile_fault(struct compiler *c, const struct kql_error *error, struct compiled *out)
{
    struct kql_error *const fault = arena_array(c->arena, 1, sizeof *fault);
    if (fault == NULL)
        return compile_no_memory(c);
    *fault = *error;
    fault->at = c->at;
    fault->related_at = SIZE_MAX;
    *out = (struct compiled){.node = &NOTHING, .fault = fault};
    return ST_OK;
}

const struct program_node **compile_node_array(struct compiler *c, size_t count)
{
    return arena_array(c->arena, count, sizeof(void *));
}

/* Cheapest first; nodes of equal cost keep their order. */
static void sort_by_cost(const struct program_node **nodes, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct program_node *const node = nodes[i];
        size_t at = i;
        for (; at > 0 && nodes[at - 1]->cost > node->cost; at--)
            nodes[at] = nodes[at - 1];
        nodes[at] = node;
    }
}

enum status compile_bool(struct compiler *c, enum program_kind kind,
                         const struct program_node **children, size_t count,
                         const struct program_node **node)
{
    if (count == 1 && kind != PROGRAM_NOT) {
        *node = children[0];
        return ST_OK;
    }
    struct program_node *const made = arena_array(c->arena, 1, sizeof *made);
    if (made == NULL)
        return compile_no_memory(c);
    sort_by_cost(children, count);
    made->kind = kind;
    made->children = children;
    made->child_count = count;
    for (size_t i = 0; i < count; i++)
        made->cost += children[i]->cost;
    *node = made;
    return ST_OK;
}

/* Finds the rows between the scope and a field; false if the field does not lie in the scope. */
static enum status find_path(struct compiler *c, uint16_t field, struct program_path *path,
                             bool *is_inside)
{
    const struct data_view_field *const fields = c->view->fields;
    size_t count = 0;
    uint16_t row = fields[field].parent;
    for (; row != c->scope && row != FIELD_NONE; row = fields[row].parent)
        count++;
    *is_inside = row == c->scope && !c->scope_is_lost;
    uint16_t *const rows = arena_array(c->arena, count, sizeof *rows);
    if (rows == NULL)
        return compile_no_memory(c);
    row = fields[field].parent;
    for (size_t i = count; i > 0; i--) {
        rows[i - 1] = row;
        row = fields[row].parent;
    }
    *path = (struct program_path){rows, count};
    return ST_OK;
}

static uint32_t cost_of(const struct value_check *check, size_t rows)
{
    const bool has_words = check->kind == CHECK_WORDS || check->kind == CHECK_PHRASE ||
                           check->kind == CHECK_WORD_PIECES || check->kind == CHECK_WORD_RANGE;
    return (has_words ? COST_WORDS : 1) + COST_ROW * (uint32_t)rows;
}

enum status compile_field(struct compiler *c, uint16_t field, const struct value_check *check,
                          const struct program_node **node)
{
    struct program_path path;
    bool is_inside = false;
    const enum status status = find_path(c, field, &path, &is_inside);
    if (status != ST_OK)
        return status;
    if (!is_inside) {
        *node = &NOTHING;
        return ST_OK;
    }
    struct program_node *const made = arena_array(c->arena, 1, sizeof *made);
    if (made == NULL)
        return compile_no_memory(c);
    made->kind = PROGRAM_FIELD;
    made->field = field;
    made->path = path;
    made->check = *check;
    made->cost = cost_of(check, path.count);
    *node = made;
    return ST_OK;
}

enum status compiled_or_add(struct compiler *c, struct compiled_or *parts,
                            const struct compiled *part)
{
    if (parts->count == parts->cap) {
        const size_t cap = parts->cap == 0 ? 8 : 2 * parts->cap;
        const struct program_node **const nodes = compile_node_array(c, cap);
        if (nodes == NULL)
            return compile_no_memory(c);
        for (size_t i = 0; i < parts->count; i++)
            nodes[i] = parts->nodes[i];
        parts->nodes = nodes;
        parts->cap = cap;
    }
    parts->nodes[parts->count++] = part->node;
    parts->rewritten += part->is_rewritten_to_nothing ? 1 : 0;
    if (parts->fault == NULL)
        parts->fault = part->fault;
    return ST_OK;
}

enum status compiled_or_end(struct compiler *c, struct compiled_or *parts, struct compiled *out)
{
    const bool is_rewritten = parts->count > 0 && parts->rewritten == parts->count;
    *out = (struct compiled){
        .node = &NOTHING,
        .fault = is_rewritten ? NULL : parts->fault,
        .is_rewritten_to_nothing = is_rewritten,
    };
    if (parts->count == 0)
        return ST_OK;
    return compile_bool(c, PROGRAM_OR, parts->nodes, parts->count, &out->node);
}

static enum status compile_node(struct compiler *c, const struct kql_node *node, unsigned depth,
                                struct compiled *out);

static enum status compile_and(struct compiler *c, const struct kql_node *node, unsigned depth,
                               struct compiled *out)
{
    const struct program_node **const children = compile_node_array(c, node->child_count);
    if (children == NULL)
        return compile_no_memory(c);
    *out = (struct compiled){.node = &NOTHING};
    for (size_t i = 0; i < node->child_count; i++) {
        struct compiled part;
        const enum status status = compile_node(c, node->children[i], depth, &part);
        if (status != ST_OK)
            return status;
        children[i] = part.node;
        out->is_rewritten_to_nothing |= part.is_rewritten_to_nothing;
        if (out->fault == NULL)
            out->fault = part.fault;
    }
    if (out->is_rewritten_to_nothing) {
        out->fault = NULL;
        return ST_OK;
    }
    return compile_bool(c, PROGRAM_AND, children, node->child_count, &out->node);
}

static enum status compile_or(struct compiler *c, const struct kql_node *node, unsigned depth,
                              struct compiled *out)
{
    struct compiled_or parts = {.count = 0};
    for (size_t i = 0; i < node->child_count; i++) {
        struct compiled part;
        enum status status = compile_node(c, node->children[i], depth, &part);
        if (status == ST_OK)
            status = compiled_or_add(c, &parts, &part);
        if (status != ST_OK)
            return status;
    }
    return compiled_or_end(c, &parts, out);
}

static enum status compile_not(struct compiler *c, const struct kql_node *node, unsigned depth,
                               struct compiled *out)
{
    struct compiled part;
    const struct program_node **const child = compile_node_array(c, 1);
    if (child == NULL)
        return compile_no_memory(c);
    const enum status status = compile_node(c, node->children[0], depth, &part);
    if (status != ST_OK)
        return status;
    child[0] = part.node;
    *out = (struct compiled){.fault = part.fault, .is_rewritten_to_nothing = part.is_match_all};
    return compile_bool(c, PROGRAM_NOT, child, 1, &out->node);
}

/* Objects of a nested field for which a node holds. */
static enum status make_nested(struct compiler *c, uint16_t row, const struct program_node *inner,
                               const struct program_node **node)
{
    struct program_node *const made = arena_array(c->arena, 1, sizeof *made);
    const struct program_node **const child = compile_node_array(c, 1);
    bool is_inside = false;
    if (made == NULL || child == NULL)
        return compile_no_memory(c);
    const enum status status = find_path(c, row, &made->path, &is_inside);
    if (status != ST_OK)
        return status;
    child[0] = inner;
    made->kind = PROGRAM_NESTED;
    made->field = row;
    made->children = child;
    made->child_count = 1;
    made->cost = COST_NESTED + COST_ROW * (uint32_t)made->path.count + inner->cost;
    *node = is_inside ? made : &NOTHING;
    return ST_OK;
}

static enum status refuse_path(struct compiler *c, const struct kql_node *node,
                               struct compiled *out)
{
    struct kql_error error = {.kind = KQL_ERROR_TYPE};
    c->at = node->field.at;
    (void)snprintf(error.message, sizeof error.message,
                   "\"%.200s\" is not a nested field, so it cannot have braces",
                   buf_text(&c->path));
    (void)snprintf(error.hint, sizeof error.hint, "write the fields with their full names");
    return compile_fault(c, &error, out);
}

static enum status compile_nested(struct compiler *c, const struct kql_node *node, unsigned depth,
                                  struct compiled *out)
{
    const size_t outer_len = c->path.len;
    const uint16_t outer_scope = c->scope;
    const bool outer_is_lost = c->scope_is_lost;
    kql_path_enter(&c->path, &node->field);
    if (!buf_ok(&c->path))
        return compile_no_memory(c);
    const uint16_t row = data_view_find(c->view, buf_bytes(&c->path));
    const bool is_nested = row != FIELD_NONE && c->view->fields[row].type == FIELD_NESTED;
    c->scope = is_nested ? row : outer_scope;
    c->scope_is_lost = !is_nested;
    struct compiled inner;
    enum status status = compile_node(c, node->children[0], depth, &inner);
    c->scope = outer_scope;
    if (status == ST_OK && !is_nested)
        status = refuse_path(c, node, out);
    c->scope_is_lost = outer_is_lost;
    c->path.len = outer_len;
    if (status != ST_OK || !is_nested)
        return status;
    *out = (struct compiled){.fault = inner.fault};
    return make_nested(c, row, inner.node, &out->node);
}

static enum status compile_node(struct compiler *c, const struct kql_node *node, unsigned depth,
                                struct compiled *out)
{
    assert(depth <= PROGRAM_DEPTH_MAX);
    switch (node->kind) {
    case KQL_AND:
        return compile_and(c, node, depth + 1, out);
    case KQL_OR:
        return compile_or(c, node, depth + 1, out);
    case KQL_NOT:
        return compile_not(c, node, depth + 1, out);
    case KQL_NESTED:
        return compile_nested(c, node, depth + 1, out);
    case KQL_IS:
    case KQL_RANGE:
        return compile_clause(c, node, out);
    }
    return ST_INVALID;
}

enum status compile_expression(const struct kql_node *tree, const struct kql_options *options,
                               struct arena *arena, const struct program_node **root,
                               struct kql_error *error)
{
    enum status status = kql_check_nested(tree, options->view, error);
    if (status != ST_OK)
        return status;
    struct kql_error fault = {.kind = KQL_ERROR_NONE};
    struct compiler c = {
        .view = options->view,
        .arena = arena,
        .scope = FIELD_NONE,
        .time_zone = options->time_zone,
        .check = {.arena = arena, .now_ns = options->now_ns, .error = &fault},
        .error = error,
    };
    buf_init(&c.path, PATH_MAX_LEN);
    struct compiled compiled;
    status = compile_node(&c, tree, 0, &compiled);
    buf_release(&c.path);
    if (status != ST_OK)
        return status;
    if (compiled.fault != NULL) {
        *error = *compiled.fault;
        return ST_INVALID;
    }
    *root = compiled.node;
    return ST_OK;
}
