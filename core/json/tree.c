#include "core/json/tree.h"

#include <string.h>

#include "core/json/reader.h"

/* A container that is being read. */
struct open_container {
    struct json_value *value;
    struct json_value *last; /* its last element or member so far */
};

struct tree_builder {
    struct arena *arena;
    struct json_value *root;
    struct bytes name; /* of the member that follows */
    unsigned depth;
    struct open_container open[JSON_WRITER_DEPTH_MAX];
};

static struct json_value *builder_add(struct tree_builder *b, enum json_kind kind)
{
    struct json_value *const value = arena_array(b->arena, 1, sizeof *value);
    if (value == NULL)
        return NULL;
    value->kind = kind;
    if (b->depth == 0) {
        b->root = value;
        return value;
    }
    struct open_container *const parent = &b->open[b->depth - 1];
    value->name = b->name;
    b->name = (struct bytes){0};
    if (parent->last == NULL)
        parent->value->first = value;
    else
        parent->last->next = value;
    parent->last = value;
    parent->value->count++;
    return value;
}

static enum status builder_open(struct tree_builder *b, enum json_kind kind)
{
    if (b->depth == JSON_WRITER_DEPTH_MAX)
        return ST_LIMIT;
    struct json_value *const value = builder_add(b, kind);
    if (value == NULL)
        return ST_NO_MEMORY;
    b->open[b->depth++] = (struct open_container){.value = value};
    return ST_OK;
}

static enum status builder_scalar(struct tree_builder *b, enum json_kind kind,
                                  const struct json_event *event)
{
    struct json_value *const value = builder_add(b, kind);
    if (value == NULL)
        return ST_NO_MEMORY;
    value->boolean = event->boolean;
    value->text = arena_copy(b->arena, event->text);
    return value->text.data == NULL ? ST_NO_MEMORY : ST_OK;
}

static enum status builder_take(void *context, const struct json_event *event)
{
    struct tree_builder *const b = context;
    switch (event->kind) {
    case JSON_NULL:
        return builder_scalar(b, JSON_TREE_NULL, event);
    case JSON_BOOLEAN:
        return builder_scalar(b, JSON_TREE_BOOLEAN, event);
    case JSON_NUMBER:
        return builder_scalar(b, JSON_TREE_NUMBER, event);
    case JSON_STRING:
        return builder_scalar(b, JSON_TREE_STRING, event);
    case JSON_KEY:
        b->name = arena_copy(b->arena, event->text);
        return b->name.data == NULL ? ST_NO_MEMORY : ST_OK;
    case JSON_BEGIN_OBJECT:
        return builder_open(b, JSON_TREE_OBJECT);
    case JSON_BEGIN_ARRAY:
        return builder_open(b, JSON_TREE_ARRAY);
    case JSON_END_OBJECT:
    case JSON_END_ARRAY:
        b->depth--;
        return ST_OK;
    }
    return ST_MALFORMED;
}

enum status json_tree_read(struct bytes text, struct arena *arena, const struct json_value **root,
                           struct error *err)
{
    struct tree_builder builder = {.arena = arena};
    struct json_reader *reader = NULL;
    struct error cause = {.status = ST_OK};
    enum status status = json_reader_new(builder_take, &builder, &reader);
    if (status == ST_OK)
        status = json_read(reader, text, &cause);
    json_reader_free(reader);
    if (status == ST_OK) {
        *root = builder.root;
        return ST_OK;
    }
    if (cause.status == ST_OK)
        return error_set(err, status, "the JSON text cannot be kept: %s", status_text(status));
    return error_set(err, status, "%s", cause.text);
}

static const struct json_value *member(const struct json_value *object, struct bytes name)
{
    if (object == NULL || object->kind != JSON_TREE_OBJECT)
        return NULL;
    const struct json_value *found = NULL;
    for (const struct json_value *m = object->first; m != NULL; m = m->next) {
        if (bytes_equal(m->name, name))
            found = m;
    }
    return found;
}

const struct json_value *json_member(const struct json_value *object, const char *name)
{
    return member(object, bytes_of(name));
}

const struct json_value *json_path(const struct json_value *root, const char *path)
{
    const struct json_value *value = root;
    for (const char *name = path; value != NULL && *name != '\0';) {
        const size_t len = strcspn(name, ".");
        value = member(value, (struct bytes){(const uint8_t *)name, len});
        name += len + (name[len] == '.');
    }
    return value;
}

struct bytes json_string_or_empty(const struct json_value *value)
{
    return value != NULL && value->kind == JSON_TREE_STRING ? value->text : (struct bytes){0};
}

/* Octets of the longest integer, "-9223372036854775808". */
#define INTEGER_TEXT_MAX 20

int64_t json_integer_or(const struct json_value *value, int64_t otherwise)
{
    if (value == NULL || value->kind != JSON_TREE_NUMBER || value->text.len > INTEGER_TEXT_MAX)
        return otherwise;
    const bool is_negative = value->text.data[0] == '-';
    int64_t sum = 0;
    for (size_t i = is_negative ? 1 : 0; i < value->text.len; i++) {
        const uint8_t c = value->text.data[i];
        if (c < '0' || c > '9' || MUL_OVERFLOWS(sum, 10, &sum))
            return otherwise;
        const int64_t digit = is_negative ? '0' - c : c - '0';
        if (is_negative ? sum < INT64_MIN - digit : sum > INT64_MAX - digit)
            return otherwise;
        sum += digit;
    }
    return sum;
}

/* Recursion goes no deeper than json_tree_read lets a tree be: JSON_WRITER_DEPTH_MAX. */
void json_tree_write(const struct json_value *value, struct json_writer *w)
{
    const bool is_object = value->kind == JSON_TREE_OBJECT;
    switch (value->kind) {
    case JSON_TREE_NULL:
        json_null(w);
        return;
    case JSON_TREE_BOOLEAN:
        json_bool(w, value->boolean);
        return;
    case JSON_TREE_NUMBER:
        json_raw(w, value->text);
        return;
    case JSON_TREE_STRING:
        json_string(w, value->text);
        return;
    case JSON_TREE_ARRAY:
        json_begin_array(w);
        break;
    case JSON_TREE_OBJECT:
        json_begin_object(w);
        break;
    }
    for (const struct json_value *child = value->first; child != NULL; child = child->next) {
        if (is_object)
            json_key_bytes(w, child->name);
        json_tree_write(child, w);
    }
    if (is_object)
        json_end_object(w);
    else
        json_end_array(w);
}

/* Recursion goes no deeper than json_tree_read lets a tree be: JSON_WRITER_DEPTH_MAX. */
bool json_tree_equal(const struct json_value *a, const struct json_value *b)
{
    if (a->kind != b->kind || a->boolean != b->boolean || a->count != b->count ||
        !bytes_equal(a->text, b->text))
        return false;
    const struct json_value *x = a->first;
    const struct json_value *y = b->first;
    while (x != NULL && y != NULL) {
        if (!bytes_equal(x->name, y->name) || !json_tree_equal(x, y))
            return false;
        x = x->next;
        y = y->next;
    }
    return x == y;
}
