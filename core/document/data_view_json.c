#include "core/document/data_view_json.h"

#include <assert.h>

#include "core/base/buf.h"
#include "core/json/reader.h"

#define TYPE_BIT(type) (UINT32_C(1) << (type))

/* Kibana adds these fields of every document to a data view; others whose name starts with an
 * underscore are left out. */
static bool is_hidden(struct bytes name)
{
    return name.len > 0 && name.data[0] == '_' && !bytes_is(name, "_id") &&
           !bytes_is(name, "_index") && !bytes_is(name, "_source");
}

static bool is_true(const struct json_value *value)
{
    return value != NULL && value->kind == JSON_TREE_BOOLEAN && value->boolean;
}

static bool is_object(const struct json_value *value)
{
    return value != NULL && value->kind == JSON_TREE_OBJECT;
}

static bool is_array(const struct json_value *value)
{
    return value != NULL && value->kind == JSON_TREE_ARRAY;
}

static enum status too_many(struct error *err)
{
    return error_set(err, ST_LIMIT,
                     "a data view with more than %d fields, or a name of more than %d octets",
                     DATA_VIEW_FIELDS_MAX, DATA_VIEW_NAME_MAX);
}

/* One entry of a Kibana field list. */
static enum status add_listed(const struct json_value *entry, struct data_view_builder *builder,
                              struct error *err)
{
    const struct bytes name = json_string_or_empty(json_member(entry, "name"));
    if (name.len == 0)
        return error_set(err, ST_MALFORMED, "a field without a name in a Kibana field list");
    const struct bytes path = json_string_or_empty(json_path(entry, "subType.nested.path"));
    struct bytes nested = {0};
    if (path.len != 0) {
        struct field_draft *const parent = data_view_builder_field(builder, path);
        if (parent == NULL)
            return too_many(err);
        parent->types = TYPE_BIT(FIELD_NESTED);
        nested = parent->name;
    }
    struct field_draft *const draft = data_view_builder_field(builder, name);
    if (draft == NULL)
        return too_many(err);
    draft->has_nested_path = true;
    draft->nested_path = nested;
    draft->is_scripted = is_true(json_member(entry, "scripted"));
    draft->is_date = bytes_is(json_string_or_empty(json_member(entry, "type")), "date");
    const struct json_value *const types = json_member(entry, "esTypes");
    for (const struct json_value *type = is_array(types) ? types->first : NULL; type != NULL;
         type = type->next)
        draft->types |= TYPE_BIT(field_type_of(json_string_or_empty(type)));
    return ST_OK;
}

static enum status read_list(const struct json_value *fields, struct data_view_builder *builder,
                             struct error *err)
{
    enum status status = ST_OK;
    for (const struct json_value *entry = fields->first; entry != NULL && status == ST_OK;
         entry = entry->next)
        status = add_listed(entry, builder, err);
    return status;
}

static enum status read_caps(const struct json_value *fields, struct data_view_builder *builder,
                             struct error *err)
{
    for (const struct json_value *field = fields->first; field != NULL; field = field->next) {
        if (is_hidden(field->name))
            continue;
        struct field_draft *const draft = data_view_builder_field(builder, field->name);
        if (draft == NULL)
            return too_many(err);
        for (const struct json_value *type = field->first; type != NULL; type = type->next) {
            if (!bytes_is(type->name, "unmapped"))
                draft->types |= TYPE_BIT(field_type_of(type->name));
        }
    }
    return ST_OK;
}

/* A mapping while it is walked. */
struct walk {
    struct data_view_builder *builder;
    struct buf name; /* of the object that is walked, with a dot at its end; empty at the root */
    struct error *err;
};

static enum status walk_fields(struct walk *walk, const struct json_value *fields, unsigned depth);

/* Adds one field of a mapping; walk->name is its full name. */
static enum status add_mapped(struct walk *walk, const struct json_value *field,
                              enum field_type type)
{
    struct field_draft *const draft =
        data_view_builder_field(walk->builder, buf_bytes(&walk->name));
    if (draft == NULL || !buf_ok(&walk->name))
        return too_many(walk->err);
    draft->types |= TYPE_BIT(type);
    const int64_t ignore_above = json_integer_or(json_member(field, "ignore_above"), 0);
    draft->ignore_above =
        ignore_above > 0 && ignore_above < UINT32_MAX ? (uint32_t)ignore_above : 0;
    draft->is_lower_case =
        bytes_is(json_string_or_empty(json_member(field, "normalizer")), "lowercase");
    const struct bytes path = json_string_or_empty(json_member(field, "path"));
    if (type == FIELD_ALIAS && path.len != 0)
        draft->alias_path = path;
    return ST_OK;
}

static enum status walk_field(struct walk *walk, const struct json_value *field, unsigned depth)
{
    const struct bytes es_type = json_string_or_empty(json_member(field, "type"));
    const enum field_type type = es_type.len == 0 ? FIELD_OBJECT : field_type_of(es_type);
    enum status status = ST_OK;
    if (type != FIELD_OBJECT)
        status = add_mapped(walk, field, type);
    buf_add_u8(&walk->name, '.');
    if (status == ST_OK)
        status = walk_fields(walk, json_member(field, "properties"), depth + 1);
    if (status == ST_OK)
        status = walk_fields(walk, json_member(field, "fields"), depth + 1);
    return status;
}

static enum status walk_fields(struct walk *walk, const struct json_value *fields, unsigned depth)
{
    assert(depth <= JSON_READER_DEPTH_MAX);
    const size_t outer_len = walk->name.len;
    enum status status = ST_OK;
    for (const struct json_value *field = is_object(fields) ? fields->first : NULL;
         field != NULL && status == ST_OK; field = field->next) {
        buf_add(&walk->name, field->name);
        status = walk_field(walk, field, depth);
        walk->name.len = outer_len;
    }
    return status;
}

static enum status read_mapping(const struct json_value *mapping, struct data_view_builder *builder,
                                struct error *err)
{
    struct walk walk = {.builder = builder, .err = err};
    buf_init(&walk.name, DATA_VIEW_NAME_MAX + 1);
    enum status status = walk_fields(&walk, json_member(mapping, "properties"), 0);
    if (status == ST_OK)
        status = walk_fields(&walk, json_member(mapping, "runtime"), 0);
    buf_release(&walk.name);
    return status;
}

/* The answer of _mapping: {"index":{"mappings":{...}},...} */
static enum status read_indices(const struct json_value *root, struct data_view_builder *builder,
                                struct error *err)
{
    enum status status = ST_OK;
    for (const struct json_value *index = root->first; index != NULL && status == ST_OK;
         index = index->next)
        status = read_mapping(json_member(index, "mappings"), builder, err);
    return status;
}

static bool is_index_list(const struct json_value *root)
{
    return is_object(root) && is_object(json_member(root->first, "mappings"));
}

/* The object form of a field list has the names of fields in its entries too. */
static bool is_field_list(const struct json_value *fields)
{
    return is_array(fields) || (is_object(fields) && json_member(fields->first, "name") != NULL &&
                                json_member(fields->first, "name")->kind == JSON_TREE_STRING);
}

enum status data_view_json_read(const struct json_value *root, struct data_view_builder *builder,
                                struct data_view_rules *rules, struct error *err)
{
    const struct json_value *const data_view = json_member(root, "data_view");
    const struct json_value *const fields =
        is_array(root) ? root : json_member(data_view != NULL ? data_view : root, "fields");
    if (is_field_list(fields)) {
        *rules = (struct data_view_rules){0};
        return read_list(fields, builder, err);
    }
    if (is_object(fields)) {
        *rules = (struct data_view_rules){.is_sorted = true};
        return read_caps(fields, builder, err);
    }
    *rules = (struct data_view_rules){.is_sorted = true, .has_own_types = true};
    const struct json_value *const mappings = json_member(root, "mappings");
    if (is_object(mappings))
        return read_mapping(mappings, builder, err);
    if (is_object(json_member(root, "properties")))
        return read_mapping(root, builder, err);
    if (is_index_list(root))
        return read_indices(root, builder, err);
    return error_set(err, ST_UNSUPPORTED,
                     "expected an Elasticsearch mapping, an answer of _field_caps or a Kibana "
                     "field list");
}
