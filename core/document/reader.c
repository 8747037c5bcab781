#include "core/document/reader.h"

#include <stdlib.h>
#include <string.h>

#include "core/document/key_tree.h"
#include "core/document/typed.h"
#include "core/json/reader.h"

/* Octets of a reader's own memory: names of the data view as a tree. */
#define TREE_ARENA_MAX ((size_t)64 * 1024 * 1024)

/* Octets of the longest key path of a flattened field with its value (Lucene: 32,766). */
#define FLAT_MAX ((size_t)64 * 1024)

/* An open object or array. */
struct level {
    struct key_node *node; /* what the object, or each element of the array, is */
    bool is_array;
    bool is_object_value; /* document_begin_object was called for it */
    bool is_key_object;   /* and for rows that the dots of the last key stepped over */
    uint32_t outer;       /* what to give to document_end_object for either */
    uint32_t key_outer;
    size_t flat_len; /* flattened: octets of the path of this object */
};

struct document_reader {
    const struct data_view *view;
    struct arena arena; /* the tree */
    struct key_node *root;
    struct json_reader *json;
    struct document *document; /* being read */
    struct key_node *target;   /* what the next value is; NULL: to be skipped */
    size_t skipped;            /* open containers inside one that is skipped */
    size_t depth;              /* open levels */
    bool takes_id;             /* the next value is the `_id` */
    bool takes_source;         /* the next value is the document proper */
    size_t source_depth;       /* level of the document proper */
    size_t source_at;          /* its first octet and the octet behind its last */
    size_t source_end;
    struct buf flat; /* path of keys inside a flattened field */
    struct level levels[JSON_READER_DEPTH_MAX];
};

static struct level *innermost(struct document_reader *r)
{
    return &r->levels[r->depth - 1];
}

static void flat_cut(struct document_reader *r, size_t len)
{
    buf_reset(&r->flat);
    buf_wrote(&r->flat, len);
}

/* A value of the innermost container is complete. */
static void value_done(struct document_reader *r)
{
    r->takes_id = false;
    r->takes_source = false;
    if (r->depth == 0)
        return;
    struct level *const level = innermost(r);
    if (level->is_key_object)
        document_end_object(r->document, level->key_outer);
    level->is_key_object = false;
    r->target = level->is_array ? level->node : NULL;
    flat_cut(r, level->flat_len);
}

static bool is_flattened(const struct document_reader *r, const struct key_node *node)
{
    return node->is_leaf && node->field != FIELD_NONE &&
           r->view->fields[node->field].type == FIELD_FLATTENED;
}

/* A leaf of a flattened field: its key path, NUL, its text. */
static void add_flat(struct document_reader *r, const struct json_event *event)
{
    const size_t path_len = r->flat.len;
    if (event->kind == JSON_NULL || path_len == 0)
        return;
    buf_add_u8(&r->flat, '\0');
    if (event->kind == JSON_BOOLEAN)
        buf_add_text(&r->flat, event->boolean ? "true" : "false");
    else
        buf_add(&r->flat, event->text);
    if (buf_ok(&r->flat))
        document_add_text(r->document, r->target->field, buf_bytes(&r->flat));
    flat_cut(r, path_len);
}

static void add_value(struct document_reader *r, uint16_t field, const struct json_event *event)
{
    struct document *const document = r->document;
    if (LIKELY(typed_add(document, field, event)))
        return;
    if (document->unfit_count++ == 0)
        document->unfit_field = field;
}

static void take_scalar(struct document_reader *r, const struct json_event *event)
{
    struct key_node *const node = r->target;
    if (r->takes_id && event->kind == JSON_STRING)
        r->document->id = arena_copy(&r->document->arena, event->text);
    if (node == NULL || !node->is_leaf || event->kind == JSON_NULL)
        return;
    if (is_flattened(r, node)) {
        add_flat(r, event);
        return;
    }
    if (node->field != FIELD_NONE)
        add_value(r, node->field, event);
    for (const struct key_node *multi = node->children; multi != NULL; multi = multi->next) {
        if (multi->field != FIELD_NONE)
            add_value(r, multi->field, event);
    }
}

/* The node that a key with dots leads to. Rows on the way are objects of their own. */
static struct key_node *follow_dots(struct document_reader *r, struct level *level,
                                    struct bytes key)
{
    struct key_node *node = level->node;
    size_t at = 0;
    for (;;) {
        const uint8_t *const dot = at < key.len ? memchr(key.data + at, '.', key.len - at) : NULL;
        const size_t end = dot == NULL ? key.len : (size_t)(dot - key.data);
        node = key_tree_child(node, bytes_slice(key, at, end - at));
        if (node == NULL || dot == NULL)
            return node;
        if (is_flattened(r, node)) {
            buf_add(&r->flat, bytes_slice(key, end + 1, key.len));
            return node;
        }
        if (node->is_row) {
            const uint32_t outer = document_begin_object(r->document, node->field);
            level->key_outer = level->is_key_object ? level->key_outer : outer;
            level->is_key_object = true;
        }
        at = end + 1;
    }
}

static void take_key(struct document_reader *r, struct bytes key)
{
    struct level *const level = innermost(r);
    if (level->node->is_leaf) {
        if (level->flat_len != 0)
            buf_add_u8(&r->flat, '.');
        buf_add(&r->flat, key);
        r->target = level->node;
        return;
    }
    if (r->depth == 1 && key.len != 0 && key.data[0] == '_') {
        r->takes_id = bytes_is(key, "_id");
        r->takes_source = bytes_is(key, "_source");
    }
    r->target = r->takes_source ? r->root : key_tree_child(level->node, key);
    if (r->target == NULL && !r->takes_id && memchr(key.data, '.', key.len) != NULL)
        r->target = follow_dots(r, level, key);
}

static void begin(struct document_reader *r, bool is_array)
{
    struct key_node *const node = r->depth == 0 ? r->root : r->target;
    const bool is_flat = node != NULL && is_flattened(r, node);
    if (r->skipped > 0 || node == NULL || (!is_array && node->is_leaf && !is_flat)) {
        r->skipped++;
        return;
    }
    struct level *const level = &r->levels[r->depth++];
    *level = (struct level){.node = node, .is_array = is_array, .flat_len = r->flat.len};
    r->target = node;
    if (r->depth == 1 || r->takes_source) {
        r->source_depth = r->depth;
        r->source_at = json_reader_offset(r->json) - 1;
        r->takes_source = false;
    }
    if (node->is_row && !is_array) {
        level->outer = document_begin_object(r->document, node->field);
        level->is_object_value = true;
    }
}

static void end(struct document_reader *r)
{
    if (r->skipped > 0) {
        r->skipped--;
        if (r->skipped == 0)
            value_done(r);
        return;
    }
    const struct level *const level = innermost(r);
    if (level->is_object_value)
        document_end_object(r->document, level->outer);
    if (r->depth == r->source_depth) {
        r->source_end = json_reader_offset(r->json);
        r->source_depth = 0;
    }
    r->depth--;
    value_done(r);
}

static enum status take(void *context, const struct json_event *event)
{
    struct document_reader *const r = context;
    switch (event->kind) {
    case JSON_NULL:
    case JSON_BOOLEAN:
    case JSON_NUMBER:
    case JSON_STRING:
        if (r->skipped > 0)
            return ST_OK;
        if (r->depth == 0)
            return ST_INVALID;
        take_scalar(r, event);
        value_done(r);
        return ST_OK;
    case JSON_KEY:
        if (r->skipped == 0)
            take_key(r, event->text);
        return ST_OK;
    case JSON_BEGIN_ARRAY:
        if (r->depth == 0)
            return ST_INVALID;
        begin(r, true);
        return ST_OK;
    case JSON_BEGIN_OBJECT:
        begin(r, false);
        return ST_OK;
    case JSON_END_OBJECT:
    case JSON_END_ARRAY:
        end(r);
        return ST_OK;
    }
    return ST_INVALID;
}

enum status document_reader_new(const struct data_view *view, const uint64_t *wanted,
                                struct document_reader **reader)
{
    struct document_reader *const r = calloc(1, sizeof *r);
    if (r == NULL)
        return ST_NO_MEMORY;
    r->view = view;
    arena_init(&r->arena, TREE_ARENA_MAX);
    buf_init(&r->flat, FLAT_MAX);
    enum status status = key_tree_new(view, wanted, &r->arena, &r->root);
    if (status == ST_OK)
        status = json_reader_new(take, r, &r->json);
    if (status == ST_OK)
        *reader = r;
    else
        document_reader_free(r);
    return status;
}

void document_reader_free(struct document_reader *reader)
{
    if (reader == NULL)
        return;
    json_reader_free(reader->json);
    buf_release(&reader->flat);
    arena_release(&reader->arena);
    free(reader);
}

enum status document_read(struct document_reader *reader, struct bytes json,
                          struct document *document, struct document_envelope *envelope,
                          struct error *err)
{
    document_reset(document);
    reader->document = document;
    reader->target = NULL;
    reader->skipped = 0;
    reader->depth = 0;
    reader->takes_id = false;
    reader->takes_source = false;
    reader->source_depth = 0;
    buf_reset(&reader->flat);
    const enum status status = json_read(reader->json, json, err);
    if (status == ST_INVALID)
        return error_set(err, ST_MALFORMED, "a document must be a JSON object");
    if (status != ST_OK)
        return status;
    if (document->dropped > 0)
        return error_set(err, ST_LIMIT, "the document is too large: %u of its values do not fit",
                         document->dropped);
    if (envelope != NULL) {
        envelope->id = document->id;
        envelope->source =
            bytes_slice(json, reader->source_at, reader->source_end - reader->source_at);
    }
    return ST_OK;
}
