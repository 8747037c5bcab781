/* The names of a data view as a tree of path segments: dns, dns.question, dns.question.name. */
#ifndef DNSIGHT_DOCUMENT_KEY_TREE_H
#define DNSIGHT_DOCUMENT_KEY_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/document/data_view.h"

struct key_node {
    struct bytes name;         /* one segment */
    uint16_t field;            /* FIELD_NONE: no field, or not wanted */
    bool is_row;               /* an array of objects: each gets a value of its own */
    bool is_leaf;              /* a field that is no object; children are its multi-fields */
    struct key_node *children; /* in the order of the data view */
    struct key_node *next;
    struct key_node *recent; /* the child that was found last */
};

/* Makes the tree of the fields whose bit in `wanted` is set (NULL: of all), on the arena. Returns
 * ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status key_tree_new(const struct data_view *view, const uint64_t *wanted,
                                    struct arena *arena, struct key_node **root);

/* The child of that name, or NULL. Keys mostly come in the order of the data view, so the search
 * begins behind the child that was found last. */
struct key_node *key_tree_child(struct key_node *parent, struct bytes name);

#endif
