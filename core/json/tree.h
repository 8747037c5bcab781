/* A whole JSON text as a tree on an arena; for answers and configuration, not for documents. */
#ifndef DNSIGHT_JSON_TREE_H
#define DNSIGHT_JSON_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/json/writer.h"

enum json_kind {
    JSON_TREE_NULL,
    JSON_TREE_BOOLEAN,
    JSON_TREE_NUMBER,
    JSON_TREE_STRING,
    JSON_TREE_ARRAY,
    JSON_TREE_OBJECT,
};

struct json_value {
    enum json_kind kind;
    bool boolean;
    struct bytes text;              /* string: unescaped; number: as written */
    struct bytes name;              /* this value's member name, when it is inside an object */
    const struct json_value *first; /* first element or member; NULL when empty */
    const struct json_value *next;  /* next sibling, in the order of the text */
    size_t count;                   /* elements or members */
};

/* Reads a text nested no deeper than JSON_WRITER_DEPTH_MAX. Returns ST_OK and the root, which lives
 * as long as the arena; ST_MALFORMED, ST_LIMIT or ST_NO_MEMORY with *err. */
MUST_CHECK enum status json_tree_read(struct bytes text, struct arena *arena,
                                      const struct json_value **root, struct error *err);

/* The member of that name (the last one if it stands there twice); NULL if there is none or
 * `object` is NULL or no object. */
const struct json_value *json_member(const struct json_value *object, const char *name);

/* Follows members by a path of names, "hits.total.value"; NULL as json_member. */
const struct json_value *json_path(const struct json_value *root, const char *path);

/* The text of a string, an empty view for anything else (NULL included). */
struct bytes json_string_or_empty(const struct json_value *value);

/* A number without fraction that fits; `otherwise` for anything else (NULL included). */
int64_t json_integer_or(const struct json_value *value, int64_t otherwise);

/* Writes the tree again, members in their order. */
void json_tree_write(const struct json_value *value, struct json_writer *w);

/* Equality of structure: same members in the same order, numbers as written. */
bool json_tree_equal(const struct json_value *a, const struct json_value *b);

#endif
