#include "core/document/key_tree.h"

#include <string.h>

struct key_node *key_tree_child(struct key_node *parent, struct bytes name)
{
    struct key_node *const start = parent->recent != NULL && parent->recent->next != NULL
                                       ? parent->recent->next
                                       : parent->children;
    struct key_node *child = start;
    while (child != NULL) {
        if (bytes_equal(child->name, name)) {
            parent->recent = child;
            return child;
        }
        child = child->next != NULL ? child->next : parent->children;
        if (child == start)
            return NULL;
    }
    return NULL;
}

static struct key_node *add_child(struct key_node *parent, struct bytes name, struct arena *arena)
{
    struct key_node *const found = key_tree_child(parent, name);
    if (found != NULL)
        return found;
    struct key_node *const child = arena_array(arena, 1, sizeof *child);
    if (child == NULL)
        return NULL;
    *child = (struct key_node){.name = name, .field = FIELD_NONE};
    struct key_node **end = &parent->children;
    while (*end != NULL)
        end = &(*end)->next;
    *end = child;
    return child;
}

/* Sets what the data view says about the path that ends at this node. */
static void describe(struct key_node *node, const struct data_view *view, uint16_t field,
                     bool is_wanted)
{
    const enum field_type type = view->fields[field].type;
    node->is_row = type == FIELD_OBJECT || type == FIELD_NESTED;
    node->is_leaf = !node->is_row;
    if (is_wanted || node->is_row)
        node->field = field;
}

static enum status add_field(struct key_node *root, const struct data_view *view, uint16_t field,
                             struct arena *arena)
{
    const struct bytes path = data_view_field_name(&view->fields[field]);
    struct key_node *node = root;
    for (size_t at = 0; at <= path.len;) {
        const uint8_t *const dot =
            at == path.len ? NULL : memchr(path.data + at, '.', path.len - at);
        const size_t end = dot == NULL ? path.len : (size_t)(dot - path.data);
        node = add_child(node, bytes_slice(path, at, end - at), arena);
        if (node == NULL)
            return ST_NO_MEMORY;
        const uint16_t known =
            end == path.len ? field : data_view_find(view, bytes_slice(path, 0, end));
        if (known != FIELD_NONE)
            describe(node, view, known, known == field);
        at = end + 1;
    }
    return ST_OK;
}

enum status key_tree_new(const struct data_view *view, const uint64_t *wanted, struct arena *arena,
                         struct key_node **root)
{
    struct key_node *const made = arena_array(arena, 1, sizeof *made);
    if (made == NULL)
        return ST_NO_MEMORY;
    made->field = FIELD_NONE;
    for (uint16_t field = 0; field < view->count; field++) {
        if (wanted != NULL && (wanted[field / 64] >> (field % 64) & 1) == 0)
            continue;
        const enum status status = add_field(made, view, field, arena);
        if (status != ST_OK)
            return status;
    }
    *root = made;
    return ST_OK;
}
