#include "core/kql/evaluator.h"

#include <assert.h>

#include "core/kql/compiler.h"
#include "core/kql/program.h"

/* What is evaluated: the document itself (object VALUE_NONE), or one object in it. */
struct scope {
    const struct document *document;
    uint32_t object;
};

static bool matches(const struct program_node *node, struct scope scope, unsigned depth);

static bool all_match(const struct program_node *node, struct scope scope, unsigned depth)
{
    for (size_t i = 0; i < node->child_count; i++) {
        if (!matches(node->children[i], scope, depth))
            return false;
    }
    return true;
}

static bool one_matches(const struct program_node *node, struct scope scope, unsigned depth)
{
    for (size_t i = 0; i < node->child_count; i++) {
        if (matches(node->children[i], scope, depth))
            return true;
    }
    return false;
}

/* What the values of node->field that are found in an object have to say: one of them passes, or
 * the child holds for one of them. */
static bool leaf_matches(const struct program_node *node, struct scope scope, unsigned depth)
{
    const struct value *value = document_first(scope.document, scope.object, node->field);
    if (node->kind == PROGRAM_FIELD)
        return value_check_any(&node->check, scope.document, value);
    for (; value != NULL; value = document_next(scope.document, value)) {
        const struct scope inner = {scope.document, document_index(scope.document, value)};
        if (one_matches(node, inner, depth))
            return true;
    }
    return false;
}

/* Follows the path from its row `at` on; recursion ends with the path. */
static bool path_matches(const struct program_node *node, size_t at, struct scope scope,
                         unsigned depth)
{
    if (at == node->path.count)
        return leaf_matches(node, scope, depth);
    for (const struct value *row =
             document_first(scope.document, scope.object, node->path.rows[at]);
         row != NULL; row = document_next(scope.document, row)) {
        const struct scope inner = {scope.document, document_index(scope.document, row)};
        if (path_matches(node, at + 1, inner, depth))
            return true;
    }
    return false;
}

static bool id_matches(const struct program_node *node, const struct document *document)
{
    const struct value id = {.kind = VALUE_TEXT, .next = VALUE_NONE, .text = document->id};
    if (document->id.len != 0)
        return value_check_any(&node->check, document, &id);
    return node->field != FIELD_NONE &&
           value_check_any(&node->check, document,
                           document_first(document, VALUE_NONE, node->field));
}

static bool matches(const struct program_node *node, struct scope scope, unsigned depth)
{
    assert(depth <= PROGRAM_DEPTH_MAX);
    switch (node->kind) {
    case PROGRAM_NOTHING:
        return false;
    case PROGRAM_EVERYTHING:
        return true;
    case PROGRAM_AND:
        return all_match(node, scope, depth + 1);
    case PROGRAM_OR:
        return one_matches(node, scope, depth + 1);
    case PROGRAM_NOT:
        return !one_matches(node, scope, depth + 1);
    case PROGRAM_NESTED:
    case PROGRAM_FIELD:
        return path_matches(node, 0, scope, depth + 1);
    case PROGRAM_ID:
        return id_matches(node, scope.document);
    }
    return false;
}

bool kql_matches(const struct kql_program *program, const struct document *document)
{
    return matches(program->root, (struct scope){document, VALUE_NONE}, 0);
}

static void want(uint64_t *wanted, uint16_t field)
{
    wanted[field / 64] |= UINT64_C(1) << (field % 64);
}

static void want_node(const struct program_node *node, uint64_t *wanted, unsigned depth)
{
    assert(depth <= PROGRAM_DEPTH_MAX);
    const bool is_leaf = node->kind == PROGRAM_FIELD || node->kind == PROGRAM_ID;
    if ((is_leaf || node->kind == PROGRAM_NESTED) && node->field != FIELD_NONE)
        want(wanted, node->field);
    for (size_t i = 0; i < node->path.count; i++)
        want(wanted, node->path.rows[i]);
    if (is_leaf)
        return;
    for (size_t i = 0; i < node->child_count; i++)
        want_node(node->children[i], wanted, depth + 1);
}

void kql_wanted_fields(const struct kql_program *program, uint64_t *wanted)
{
    want_node(program->root, wanted, 0);
}

enum status kql_compile(const struct kql_node *tree, const struct kql_options *options,
                        struct arena *arena, const struct kql_program **program,
                        struct kql_error *error)
{
    const struct program_node *root = NULL;
    const enum status status = compile_expression(tree, options, arena, &root, error);
    if (status != ST_OK)
        return status;
    struct kql_program *const made = arena_array(arena, 1, sizeof *made);
    if (made == NULL) {
        *error = (struct kql_error){
            .kind = KQL_ERROR_LIMIT, .related_at = SIZE_MAX, .message = "not enough memory"};
        return ST_NO_MEMORY;
    }
    *made = (struct kql_program){root, options->view};
    *program = made;
    return ST_OK;
}
