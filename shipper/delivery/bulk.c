#include "shipper/delivery/bulk.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/elastic/answer.h"
#include "core/json/tree.h"
#include "core/json/writer.h"

/* Octets of one document with its action line; larger ones than BULK_OCTETS_MAX travel alone. */
#define DOCUMENT_MAX ((size_t)50 * 1024 * 1024)
/* Octets of a reason that is handed on. */
#define REASON_MAX ((size_t)1024)

enum status bulk_init(struct bulk *bulk)
{
    buf_init(&bulk->body, DOCUMENT_MAX);
    bulk->count = 0;
    bulk->items = calloc(BULK_DOCUMENTS_MAX, sizeof *bulk->items);
    return bulk->items == NULL ? ST_NO_MEMORY : ST_OK;
}

void bulk_release(struct bulk *bulk)
{
    buf_release(&bulk->body);
    free(bulk->items);
    bulk->items = NULL;
    bulk->count = 0;
}

void bulk_reset(struct bulk *bulk)
{
    buf_reset(&bulk->body);
    bulk->count = 0;
}

/* Makes what was appended since `at` an item, or takes it back. */
static MUST_CHECK enum status finish_item(struct bulk *bulk, size_t at)
{
    const bool is_too_much = bulk->count > 0 && bulk->body.len > BULK_OCTETS_MAX;
    if (!buf_ok(&bulk->body) || is_too_much) {
        bulk->body.len = at;
        bulk->body.failed = false;
        return ST_LIMIT;
    }
    bulk->items[bulk->count++] = (struct bulk_item){at, bulk->body.len - at};
    return ST_OK;
}

enum status bulk_add(struct bulk *bulk, struct bytes id, struct bytes document)
{
    if (bulk->count == BULK_DOCUMENTS_MAX)
        return ST_LIMIT;
    const size_t at = bulk->body.len;
    struct json_writer w = json_writer_of(&bulk->body);
    json_begin_object(&w);
    json_key(&w, "create");
    json_begin_object(&w);
    if (id.len > 0) {
        json_key(&w, "_id");
        json_string(&w, id);
    }
    json_end_object(&w);
    json_end_object(&w);
    buf_add_u8(&bulk->body, '\n');
    buf_add(&bulk->body, document);
    buf_add_u8(&bulk->body, '\n');
    return finish_item(bulk, at);
}

enum status bulk_add_item(struct bulk *bulk, const struct bulk *from, size_t item)
{
    if (bulk->count == BULK_DOCUMENTS_MAX)
        return ST_LIMIT;
    const size_t at = bulk->body.len;
    buf_add(&bulk->body,
            bytes_slice(buf_bytes(&from->body), from->items[item].at, from->items[item].len));
    return finish_item(bulk, at);
}

/* What bulk_add writes around the identity. */
#define BEFORE_ID "{\"create\":{\"_id\":\""
#define BEHIND_ID "\"}}"

struct bytes bulk_id(const struct bulk *bulk, size_t item)
{
    const struct bytes both =
        bytes_slice(buf_bytes(&bulk->body), bulk->items[item].at, bulk->items[item].len);
    if (!bytes_starts_with(both, BYTES_LITERAL(BEFORE_ID)))
        return (struct bytes){0};
    const uint8_t *const line_end = memchr(both.data, '\n', both.len);
    assert(line_end != NULL);
    const size_t at = strlen(BEFORE_ID);
    return bytes_slice(both, at, (size_t)(line_end - both.data) - at - strlen(BEHIND_ID));
}

struct bytes bulk_document(const struct bulk *bulk, size_t item)
{
    const struct bytes both =
        bytes_slice(buf_bytes(&bulk->body), bulk->items[item].at, bulk->items[item].len);
    assert(both.data != NULL);
    const uint8_t *const line_end = memchr(both.data, '\n', both.len);
    assert(line_end != NULL);
    const size_t at = (size_t)(line_end - both.data) + 1;
    return bytes_slice(both, at, both.len - at - 1);
}

/* Octets up to and with the end of the first line; 0 if it has no end. */
static size_t line_len(struct bytes text)
{
    const uint8_t *const end = text.len == 0 ? NULL : memchr(text.data, '\n', text.len);
    return end == NULL ? 0 : (size_t)(end - text.data) + 1;
}

enum status bulk_find_items(struct bulk *bulk)
{
    const struct bytes body = buf_bytes(&bulk->body);
    bulk->count = 0;
    for (size_t at = 0; at < body.len;) {
        const struct bytes rest = bytes_slice(body, at, body.len);
        const size_t action = line_len(rest);
        const size_t document = line_len(bytes_slice(rest, action, rest.len));
        if (bulk->count == BULK_DOCUMENTS_MAX || document == 0 || rest.data[action] != '{' ||
            !bytes_starts_with(rest, BYTES_LITERAL("{\"create\":{")))
            return ST_MALFORMED;
        bulk->items[bulk->count++] = (struct bulk_item){at, action + document};
        at += action + document;
    }
    return ST_OK;
}

/* The answer's items, or NULL if it does not have one for each document. */
static const struct json_value *items_of(const struct json_value *root, size_t count)
{
    const struct json_value *const items = json_member(root, "items");
    if (items == NULL || items->kind != JSON_TREE_ARRAY || items->count != count)
        return NULL;
    for (const struct json_value *item = items->first; item != NULL; item = item->next) {
        const int64_t status = json_integer_or(json_member(item->first, "status"), 0);
        if (status < 100 || status > 599)
            return NULL;
    }
    return items;
}

static void give_item(const struct json_value *action, size_t item, const struct bulk_sink *sink)
{
    const struct json_value *const error = json_member(action, "error");
    const struct bytes type = json_string_or_empty(json_member(error, "type"));
    const struct bytes store = json_string_or_empty(json_member(action, "failure_store"));
    enum bulk_outcome outcome =
        outcome_of_item(json_integer_or(json_member(action, "status"), 0), type);
    if (outcome == BULK_CREATED && bytes_is(store, "used"))
        outcome = BULK_FAILURE_STORE;
    struct buf reason;
    buf_init(&reason, REASON_MAX);
    if (outcome != BULK_CREATED)
        answer_error_reason(error, &reason);
    sink->take(sink->context, item, outcome, buf_bytes(&reason));
    buf_release(&reason);
}

enum status bulk_read_answer(struct bytes answer, size_t count, const struct bulk_sink *sink,
                             struct error *err)
{
    struct arena arena;
    arena_init(&arena, ANSWER_ARENA_MAX);
    const struct json_value *root = NULL;
    enum status status = json_tree_read(answer, &arena, &root, err);
    const struct json_value *const items = status == ST_OK ? items_of(root, count) : NULL;
    if (status == ST_OK && items == NULL)
        status = error_set(err, ST_MALFORMED, "the answer does not have %zu items", count);
    size_t item = 0;
    for (const struct json_value *i = items == NULL ? NULL : items->first; i != NULL; i = i->next)
        give_item(i->first, item++, sink);
    arena_release(&arena);
    return status;
}
