#include "core/kql/clause.h"

#include <stdio.h>

#include "core/kql/field_name.h"
#include "core/kql/free_text.h"
#include "core/kql/key_check.h"
#include "core/kql/literal.h"

/* The field of Dnsight's documents that holds their _id, too. */
#define ID_FIELD "event.id"

/* The octets of a literal, its wildcards as "*". */
static enum status literal_text(struct compiler *c, const struct kql_literal *literal,
                                struct bytes *text)
{
    if (literal->kind != KQL_WILDCARD) {
        *text = literal->text;
        return ST_OK;
    }
    struct buf joined;
    buf_init(&joined, KQL_TEXT_MAX);
    kql_literal_add(literal, &joined);
    *text = arena_copy(c->arena, buf_bytes(&joined));
    buf_release(&joined);
    return text->data == NULL ? compile_no_memory(c) : ST_OK;
}

/* What a function of typed_check.h says about one field becomes a part of the program. */
static enum status take_check(struct compiler *c, enum status status, uint16_t field,
                              const struct value_check *check, struct compiled *out)
{
    if (status == ST_NOT_FOUND) {
        *out = compiled_nothing();
        return ST_OK;
    }
    if (status == ST_INVALID || status == ST_LIMIT)
        return compile_fault(c, c->check.error, out);
    if (status != ST_OK)
        return compile_no_memory(c);
    *out = (struct compiled){.node = NULL};
    return compile_field(c, field, check, &out->node);
}

static enum status compile_any(struct compiler *c, uint16_t field, struct compiled *out)
{
    const struct value_check check = {.kind = CHECK_ANY};
    return take_check(c, ST_OK, field, &check, out);
}

/* Elasticsearch cannot search for null: it says so while it reads the query, so that nothing
 * beside the clause can make it look away. */
static enum status refuse_null(struct compiler *c)
{
    return compile_refuse(c, KQL_ERROR_TYPE, "null cannot be searched for",
                          "write \"not field: *\" for documents without a value");
}

static bool is_digits(struct bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    }
    return text.len > 0;
}

/* Sets the zone that Kibana sends with a date: none if it is all digits, which is milliseconds
 * since 1970 (or a year). */
static enum status set_zone(struct compiler *c, const struct kql_literal *value)
{
    c->check.zone = NULL;
    if (c->time_zone == NULL || (value->kind == KQL_TEXT && is_digits(value->text)))
        return ST_OK;
    const enum status status = time_zone_find(bytes_of(c->time_zone), c->arena, &c->check.zone);
    if (status == ST_OK)
        return ST_OK;
    if (status == ST_NO_MEMORY)
        return compile_no_memory(c);
    char message[200];
    (void)snprintf(message, sizeof message, "\"%.100s\" is not a time zone that is known here",
                   c->time_zone);
    return compile_refuse(c, KQL_ERROR_TYPE, message,
                          "write an IANA name, such as Europe/Berlin, or an offset, such as "
                          "+02:00");
}

/* A range on a date is rewritten to nothing when it lies beyond all dates of the index; a fault in
 * a date is found at the same early moment, before anything beside it can matter. */
static enum status compile_dates(struct compiler *c, uint16_t field, const struct kql_node *node,
                                 struct compiled *out)
{
    struct bytes text = {0};
    struct value_check check;
    enum status status = set_zone(c, &node->value);
    if (status == ST_OK)
        status = literal_text(c, &node->value, &text);
    if (status != ST_OK)
        return status;
    const struct check_bounds both = {true, true, true, true, text};
    const struct check_bounds bounds = node->value.kind == KQL_NULL ? (struct check_bounds){0}
                                       : node->kind == KQL_IS       ? both
                                                              : check_bounds_of(node->op, text);
    status = typed_check_range(&c->check, &c->view->fields[field], &bounds, &check);
    c->check.zone = NULL;
    if (status == ST_INVALID)
        return compile_refuse(c, KQL_ERROR_TYPE, c->check.error->message, c->check.error->hint);
    const bool is_beyond = status == ST_NOT_FOUND;
    status = take_check(c, status, field, &check, out);
    out->is_rewritten_to_nothing = is_beyond;
    return status;
}

static enum status compile_range(struct compiler *c, uint16_t field, const struct kql_node *node,
                                 struct compiled *out)
{
    struct bytes text = {0};
    struct value_check check;
    enum status status = literal_text(c, &node->value, &text);
    if (status != ST_OK)
        return status;
    const struct check_bounds bounds =
        node->value.kind == KQL_NULL ? (struct check_bounds){0} : check_bounds_of(node->op, text);
    status = typed_check_range(&c->check, &c->view->fields[field], &bounds, &check);
    return take_check(c, status, field, &check, out);
}

static enum status compile_is(struct compiler *c, uint16_t field, const struct kql_node *node,
                              struct compiled *out)
{
    const struct data_view_field *const known = &c->view->fields[field];
    const struct kql_literal *const value = &node->value;
    struct value_check check;
    if (value->kind == KQL_NULL)
        return refuse_null(c);
    if (value->kind == KQL_WILDCARD && known->is_keyword)
        return take_check(
            c, typed_check_pieces(&c->check, known, value->pieces, value->piece_count, &check),
            field, &check, out);
    if (value->kind == KQL_WILDCARD)
        return compile_query_string(c, field, value, out);
    return take_check(c, typed_check_equal(&c->check, known, value->text, value->is_quoted, &check),
                      field, &check, out);
}

/* Of scaled_float the factor is not known here, unsigned_long has numbers beyond those of a
 * document here, and types without a row of their own have rules of their own. */
static bool is_evaluated(enum field_type type)
{
    return type != FIELD_SCALED_FLOAT && type != FIELD_UNSIGNED_LONG && type != FIELD_HISTOGRAM &&
           type != FIELD_OTHER;
}

static enum status refuse_type(struct compiler *c, const struct data_view_field *field)
{
    char message[300];
    (void)snprintf(message, sizeof message,
                   "values of %.200s, a field of type %s, can be searched by Elasticsearch only",
                   field->name, field_type_name(field->type));
    return compile_refuse(c, KQL_ERROR_UNSUPPORTED, message, "");
}

/* The clause for one field of the data view, as Kibana would write it. */
static enum status compile_known(struct compiler *c, uint16_t named, const struct kql_node *node,
                                 struct compiled *out)
{
    const bool asks_existence = node->kind == KQL_IS && kql_is_lone_wildcard(&node->value);
    const struct data_view_field *const known = &c->view->fields[named];
    const uint16_t field = known->alias_of == FIELD_NONE ? named : known->alias_of;
    if (known->is_scripted && asks_existence) {
        *out = compiled_nothing();
        return ST_OK;
    }
    if (known->is_scripted)
        return compile_refuse(c, KQL_ERROR_SCRIPTED,
                              "scripted fields cannot be searched without Elasticsearch", "");
    if (asks_existence)
        return compile_any(c, field, out);
    if (!is_evaluated(c->view->fields[field].type))
        return refuse_type(c, &c->view->fields[field]);
    const bool is_wildcard = node->kind == KQL_IS && node->value.kind == KQL_WILDCARD;
    if (known->is_date && !is_wildcard)
        return compile_dates(c, field, node, out);
    return node->kind == KQL_RANGE ? compile_range(c, field, node, out)
                                   : compile_is(c, field, node, out);
}

/* The flattened field that the name lies in, and the key inside of it. */
static uint16_t find_flattened(const struct compiler *c, struct bytes name, struct bytes *key)
{
    for (size_t len = name.len; len > 0; len--) {
        if (name.data[len - 1] != '.')
            continue;
        const uint16_t field = data_view_find(c->view, bytes_slice(name, 0, len - 1));
        if (field != FIELD_NONE && c->view->fields[field].type == FIELD_FLATTENED) {
            *key = bytes_slice(name, len, name.len);
            return field;
        }
    }
    return FIELD_NONE;
}

static enum status compile_key(struct compiler *c, uint16_t field, struct bytes key,
                               const struct kql_node *node, struct compiled *out)
{
    if (node->kind == KQL_RANGE) {
        struct kql_error error = {.kind = KQL_ERROR_TYPE};
        (void)snprintf(error.message, sizeof error.message,
                       "Elasticsearch has no ranges on the keys of %s, a field of type flattened",
                       c->view->fields[field].name);
        return compile_fault(c, &error, out);
    }
    if (node->value.kind == KQL_NULL)
        return refuse_null(c);
    if (node->value.kind == KQL_WILDCARD)
        return compile_key_query_string(c, field, key, &node->value, out);
    struct value_check check;
    const enum status status = key_check_text(c->arena, key, node->value.text, &check);
    return take_check(c, status, field, &check, out);
}

/* True if a name that is no field means this one when existence is asked: it is that of an object
 * around it, or has a "*" that came from quotes or an escape. */
static bool reaches(struct bytes name, struct bytes path)
{
    if (path.len > name.len && path.data[name.len] == '.' && bytes_starts_with(path, name))
        return true;
    return name.len != 0 && memchr(name.data, '*', name.len) != NULL &&
           value_check_pattern(name, path);
}

/* An object exists if something below it does, as far as that is in the same scope. */
static enum status compile_object(struct compiler *c, struct bytes name, struct compiled *out)
{
    struct compiled_or parts = {.count = 0};
    for (uint16_t i = 0; i < c->view->count; i++) {
        const struct data_view_field *const named = &c->view->fields[i];
        const uint16_t field = named->alias_of == FIELD_NONE ? i : named->alias_of;
        const struct data_view_field *const known = &c->view->fields[field];
        if (!reaches(name, data_view_field_name(named)) || known->nested != c->scope ||
            !typed_check_is_searchable(known->type))
            continue;
        struct compiled part;
        enum status status = compile_any(c, field, &part);
        if (status == ST_OK)
            status = compiled_or_add(c, &parts, &part);
        if (status != ST_OK)
            return status;
    }
    const enum status status = compiled_or_end(c, &parts, out);
    out->is_rewritten_to_nothing = parts.count == 0;
    return status;
}

/* _id and _index, which every document has. Values of _index are not known here. */
static enum status compile_metadata(struct compiler *c, bool is_id, const struct kql_node *node,
                                    struct compiled *out)
{
    const bool asks_existence = node->kind == KQL_IS && kql_is_lone_wildcard(&node->value);
    *out = asks_existence ? compiled_everything() : compiled_nothing();
    if (asks_existence || !is_id)
        return ST_OK;
    if (node->kind == KQL_RANGE || node->value.kind == KQL_WILDCARD) {
        struct kql_error error = {.kind = KQL_ERROR_TYPE,
                                  .message = "_id can only be compared with a whole value"};
        return compile_fault(c, &error, out);
    }
    struct program_node *const made = arena_array(c->arena, 1, sizeof *made);
    if (made == NULL)
        return compile_no_memory(c);
    made->kind = PROGRAM_ID;
    made->field = data_view_find(c->view, BYTES_LITERAL(ID_FIELD));
    made->check = (struct value_check){.kind = CHECK_TEXT, .text = node->value.text};
    out->node = made;
    return ST_OK;
}

static enum status compile_unknown_name(struct compiler *c, struct bytes name,
                                        const struct kql_node *node, struct compiled *out)
{
    struct bytes key = {0};
    const bool is_null = node->kind == KQL_IS && node->value.kind == KQL_NULL;
    const uint16_t flattened = find_flattened(c, name, &key);
    if (is_null)
        return refuse_null(c);
    if (flattened != FIELD_NONE)
        return compile_key(c, flattened, key, node, out);
    if (c->path.len == 0 && (bytes_is(name, "_id") || bytes_is(name, "_index")))
        return compile_metadata(c, bytes_is(name, "_id"), node, out);
    if (node->kind == KQL_IS && kql_is_lone_wildcard(&node->value))
        return compile_object(c, name, out);
    *out = compiled_nothing();
    out->is_rewritten_to_nothing = node->kind == KQL_RANGE;
    return ST_OK;
}

static enum status compile_unknown(struct compiler *c, const struct kql_field_name *name,
                                   const struct kql_node *node, struct compiled *out)
{
    struct buf full;
    buf_init(&full, 3 * KQL_TEXT_MAX);
    kql_field_name_add(name, &full);
    const enum status status =
        buf_ok(&full) ? compile_unknown_name(c, buf_bytes(&full), node, out) : compile_no_memory(c);
    buf_release(&full);
    return status;
}

enum status compile_clause(struct compiler *c, const struct kql_node *node, struct compiled *out)
{
    c->at = node->value.at;
    if (kql_is_match_all(node)) {
        *out = compiled_everything();
        out->is_match_all = true;
        return ST_OK;
    }
    if (node->field.kind == KQL_NONE && c->path.len == 0)
        return node->value.kind == KQL_NULL ? refuse_null(c)
                                            : compile_free_text(c, &node->value, out);
    const struct kql_field_name name = {.path = buf_bytes(&c->path), .name = &node->field};
    uint16_t field = kql_field_next(&name, c->view, 0);
    if (field == FIELD_NONE)
        return compile_unknown(c, &name, node, out);
    struct compiled_or parts = {.count = 0};
    for (; field != FIELD_NONE; field = kql_field_next(&name, c->view, (uint16_t)(field + 1))) {
        struct compiled part;
        enum status status = compile_known(c, field, node, &part);
        if (status == ST_OK)
            status = compiled_or_add(c, &parts, &part);
        if (status != ST_OK)
            return status;
    }
    return compiled_or_end(c, &parts, out);
}
