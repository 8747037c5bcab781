#include "core/kql/nested_check.h"

#include <assert.h>
#include <stdio.h>

#include "core/kql/field_name.h"
#include "core/kql/literal.h"
#include "core/kql/printer.h"

/* Octets of all paths of an expression, with a dot for each. */
#define PATH_MAX_LEN (2 * KQL_TEXT_MAX)

struct check {
    const struct data_view *view;
    struct buf path;
    struct buf message;
    struct kql_error *error;
};

/* Adds what is wrong with one field of a clause, if something is. */
static void check_field(struct check *check, const struct data_view_field *field)
{
    const struct bytes nested = field->nested == FIELD_NONE
                                    ? (struct bytes){0}
                                    : data_view_field_name(&check->view->fields[field->nested]);
    if (bytes_equal(nested, buf_bytes(&check->path)))
        return;
    if (check->message.len != 0)
        buf_add_text(&check->message, "; ");
    buf_add(&check->message, data_view_field_name(field));
    if (nested.len == 0) {
        buf_add_text(&check->message, " is not a nested field, but is in a nested group, \"");
        buf_add(&check->message, buf_bytes(&check->path));
        buf_add_text(&check->message, "\"");
    } else if (check->path.len == 0) {
        buf_add_text(&check->message, " is a nested field, but is not in a nested group");
    } else {
        buf_add_text(&check->message, " is a nested field of \"");
        buf_add(&check->message, nested);
        buf_add_text(&check->message, "\", but is in the nested group \"");
        buf_add(&check->message, buf_bytes(&check->path));
        buf_add_text(&check->message, "\"");
    }
}

/* The clause as it should be written at this place, if it names one field. */
static void hint(struct check *check, const struct kql_node *node,
                 const struct data_view_field *field)
{
    if (node->field.kind == KQL_WILDCARD || node->field.kind == KQL_NONE)
        return;
    struct kql_node clause = *node;
    const struct kql_node *child = &clause;
    struct kql_node group = {.kind = KQL_NESTED, .children = &child, .child_count = 1};
    clause.field.text = data_view_field_name(field);
    const bool is_nested = field->nested != FIELD_NONE;
    if (is_nested) {
        const struct bytes path = data_view_field_name(&check->view->fields[field->nested]);
        group.field = (struct kql_literal){.kind = KQL_TEXT, .text = path};
        clause.field.text = bytes_slice(clause.field.text, path.len + 1, clause.field.text.len);
    }
    struct buf out = {.data = (uint8_t *)check->error->hint,
                      .cap = sizeof check->error->hint - 1,
                      .max = sizeof check->error->hint - 1};
    kql_print(is_nested ? &group : &clause, &out);
    check->error->hint[buf_ok(&out) ? out.len : 0] = '\0';
}

static enum status check_clause(struct check *check, const struct kql_node *node)
{
    const bool is_wildcard = node->field.kind == KQL_WILDCARD;
    if (check->path.len == 0 && (is_wildcard || node->field.kind == KQL_NONE))
        return ST_OK;
    if (kql_is_match_all(node))
        return ST_OK;
    const struct kql_field_name name = {.path = buf_bytes(&check->path), .name = &node->field};
    const uint16_t first = kql_field_next(&name, check->view, 0);
    for (uint16_t i = first; i != FIELD_NONE;
         i = kql_field_next(&name, check->view, (uint16_t)(i + 1)))
        check_field(check, &check->view->fields[i]);
    if (check->message.len == 0)
        return ST_OK;
    *check->error =
        (struct kql_error){.kind = KQL_ERROR_NESTED, .at = node->field.at, .related_at = SIZE_MAX};
    (void)snprintf(check->error->message, sizeof check->error->message, "%s",
                   buf_text(&check->message));
    hint(check, node, &check->view->fields[first]);
    return ST_INVALID;
}

static enum status check_node(struct check *check, const struct kql_node *node, unsigned depth)
{
    assert(depth <= KQL_TREE_DEPTH_MAX);
    if (node->kind == KQL_IS || node->kind == KQL_RANGE)
        return check_clause(check, node);
    const size_t outer_len = check->path.len;
    if (node->kind == KQL_NESTED)
        kql_path_enter(&check->path, &node->field);
    enum status status = ST_OK;
    for (size_t i = 0; i < node->child_count && status == ST_OK; i++)
        status = check_node(check, node->children[i], depth + 1);
    check->path.len = outer_len;
    return status;
}

enum status kql_check_nested(const struct kql_node *tree, const struct data_view *view,
                             struct kql_error *error)
{
    struct check check = {.view = view, .error = error};
    buf_init(&check.path, PATH_MAX_LEN);
    buf_init(&check.message, sizeof error->message);
    enum status status = check_node(&check, tree, 0);
    if (status == ST_OK && !buf_ok(&check.path)) {
        *error = (struct kql_error){
            .kind = KQL_ERROR_LIMIT, .related_at = SIZE_MAX, .message = "not enough memory"};
        status = ST_NO_MEMORY;
    }
    buf_release(&check.path);
    buf_release(&check.message);
    return status;
}
