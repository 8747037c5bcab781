#include "core/document/data_view.h"

#include "core/base/arena.h"
#include "core/document/data_view_builder.h"
#include "core/document/data_view_json.h"
#include "core/document/field_list.h"
#include "core/json/tree.h"

/* Octets of the longest text that is read, and of its tree for each of them: "[]," is three octets
 * and one node. */
#define TEXT_MAX      ((size_t)16 * 1024 * 1024)
#define TREE_PER_TEXT ((size_t)64)
#define TREE_LEAST    ((size_t)64 * 1024)

/* The fields between an array-of-objects row and its last leaf: such a row stands directly before
 * its leaves (field_list.h), so a range of indices says who is inside. A test compares this with
 * the paths. */
#define IS_INSIDE(index, row, last) ((index) > DOC_##row && (index) <= DOC_##last)
#define NESTED_OF(index)            (IS_INSIDE(index, RRSETS, RRSETS_TYPE) ? DOC_RRSETS : FIELD_NONE)
#define PARENT_OF(index)                                                             \
    (IS_INSIDE(index, DNS_ADDITIONALS, DNS_ADDITIONALS_TYPE)   ? DOC_DNS_ADDITIONALS \
     : IS_INSIDE(index, DNS_ANSWERS, DNS_ANSWERS_TYPE)         ? DOC_DNS_ANSWERS     \
     : IS_INSIDE(index, DNS_AUTHORITIES, DNS_AUTHORITIES_TYPE) ? DOC_DNS_AUTHORITIES \
                                                               : NESTED_OF(index))

/* Elasticsearch reports the family of a type to Kibana: all three are "keyword" there. */
#define IS_KEYWORD(type) \
    ((type) == FIELD_KEYWORD || (type) == FIELD_CONSTANT_KEYWORD || (type) == FIELD_WILDCARD)
#define IS_DATE(type) ((type) == FIELD_DATE || (type) == FIELD_DATE_NANOS)

#define FIELD_ROW(upper, path, es_type, ignore)    \
    {                                              \
        .name = (path),                            \
        .type = FIELD_##es_type,                   \
        .is_keyword = IS_KEYWORD(FIELD_##es_type), \
        .is_date = IS_DATE(FIELD_##es_type),       \
        .parent = PARENT_OF(DOC_##upper),          \
        .nested = NESTED_OF(DOC_##upper),          \
        .alias_of = FIELD_NONE,                    \
        .ignore_above = (ignore),                  \
        .name_len = sizeof(path) - 1,              \
    },
static const struct data_view_field builtin_fields[] = {FIELD_LIST(FIELD_ROW)};
#undef FIELD_ROW

static const struct data_view builtin = {.fields = builtin_fields, .count = DOC_FIELD_COUNT};

#define TYPE_ROW(upper, es, kibana) {es, kibana},
static const struct {
    const char *es;
    const char *kibana;
} type_names[] = {FIELD_TYPE_LIST(TYPE_ROW)};
#undef TYPE_ROW

const struct data_view *data_view_builtin(void)
{
    return &builtin;
}

uint16_t data_view_find(const struct data_view *view, struct bytes name)
{
    if (view->index != NULL)
        return data_view_index_find(view, name);
    for (uint16_t i = 0; i < view->count; i++) {
        if (bytes_equal(data_view_field_name(&view->fields[i]), name))
            return i;
    }
    return FIELD_NONE;
}

const char *field_type_name(enum field_type type)
{
    return type_names[type].es;
}

const char *field_type_kibana_name(enum field_type type)
{
    return type_names[type].kibana;
}

enum field_type field_type_of(struct bytes name)
{
    for (enum field_type type = 0; type < FIELD_TYPE_COUNT; type++) {
        if (bytes_is(name, type_names[type].es))
            return type;
    }
    return FIELD_OTHER;
}

static enum status build(const struct json_value *root, struct data_view **view, struct error *err)
{
    struct data_view_builder *builder = NULL;
    enum status status = data_view_builder_new(&builder);
    if (status != ST_OK)
        return error_set(err, status, "cannot read a data view");
    struct data_view_rules rules = {0};
    status = data_view_json_read(root, builder, &rules, err);
    if (status != ST_OK) {
        data_view_builder_free(builder);
        return status;
    }
    status = data_view_builder_finish(builder, rules, view);
    return status == ST_OK ? ST_OK : error_set(err, status, "cannot read a data view");
}

enum status data_view_read(struct bytes json, struct data_view **view, struct error *err)
{
    if (json.len > TEXT_MAX)
        return error_set(err, ST_LIMIT, "a data view of more than %zu octets", TEXT_MAX);
    struct arena arena;
    arena_init(&arena, json.len * TREE_PER_TEXT + TREE_LEAST);
    const struct json_value *root = NULL;
    enum status status = json_tree_read(json, &arena, &root, err);
    if (status == ST_OK)
        status = build(root, view, err);
    arena_release(&arena);
    return status;
}

void data_view_free(struct data_view *view)
{
    data_view_index_free((struct data_view_index *)view);
}
