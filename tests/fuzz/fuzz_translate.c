/* KQL to Elasticsearch queries: whatever the expression, over three data views, the query is JSON
 * of one object, or nothing is written and the error says why. */
#include <assert.h>
#include <stdint.h>

#include "core/json/tree.h"
#include "core/kql/parser.h"
#include "query/sources/translate.h"
#include "tests/fuzz/harness.h"

#define MEMORY_MAX ((size_t)256 * 1024 * 1024)

#define X_FIELD(path, es_type, in)                                                    \
    {                                                                                 \
        .name = path, .name_len = sizeof(path) - 1, .type = es_type,                  \
        .is_keyword = (es_type) == FIELD_KEYWORD, .is_date = (es_type) == FIELD_DATE, \
        .parent = in, .nested = in, .alias_of = FIELD_NONE,                           \
    }
static const struct data_view_field X_FIELDS[] = {
    X_FIELD("a", FIELD_KEYWORD, FIELD_NONE), X_FIELD("b", FIELD_TEXT, FIELD_NONE),
    X_FIELD("d", FIELD_DATE, FIELD_NONE),    X_FIELD("n", FIELD_NESTED, FIELD_NONE),
    X_FIELD("n.m", FIELD_NESTED, 3),         X_FIELD("n.m.a", FIELD_KEYWORD, 4),
    X_FIELD("n.b", FIELD_LONG, 3),
};
static const struct data_view X_VIEW = {.fields = X_FIELDS, .count = ARRAY_LEN(X_FIELDS)};

static void check_json(struct bytes json)
{
    struct arena arena;
    arena_init(&arena, MEMORY_MAX);
    const struct json_value *root = NULL;
    struct error err = {.status = ST_OK};
    const enum status status = json_tree_read(json, &arena, &root, &err);
    assert(status == ST_OK && root->kind == JSON_TREE_OBJECT);
    arena_release(&arena);
}

static void translate_over(const struct data_view *view, const struct kql_node *tree, bool es_query)
{
    const struct translate_options options = {
        .view = view, .time_zone = "Europe/Prague", .es_query = es_query};
    struct buf out;
    buf_init(&out, MEMORY_MAX);
    struct kql_error error = {.kind = KQL_ERROR_NONE};
    const enum status status = translate(tree, &options, &out, &error);
    if (status == ST_OK)
        check_json(buf_bytes(&out));
    else
        assert(out.len == 0 && error.kind != KQL_ERROR_NONE && error.message[0] != '\0');
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena, size * KQL_ARENA_PER_OCTET + KQL_ARENA_LEAST);
    const struct kql_node *tree = NULL;
    struct kql_error error = {.kind = KQL_ERROR_NONE};
    if (kql_parse((struct bytes){data, size}, &arena, &tree, &error) == ST_OK) {
        translate_over(NULL, tree, false);
        translate_over(&X_VIEW, tree, true);
        translate_over(data_view_builtin(), tree, false);
    }
    arena_release(&arena);
    return 0;
}
