#include "query/sources/translate.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>

#include "core/json/writer.h"
#include "core/kql/field_name.h"
#include "core/kql/literal.h"
#include "core/kql/nested_check.h"

/* JSON containers that one clause opens at most: bool, should, nested, query, range, bounds. */
#define CLAUSE_DEPTH_MAX 10

/* Octets of names that are put together: no longer than the expression they came from, with a
 * dot or an asterisk for each of its colons and asterisks. */
#define NAME_MAX_LEN (2 * KQL_TEXT_MAX)

struct translator {
    const struct translate_options *options;
    struct json_writer w;
    struct buf path; /* of the braces around the node; empty: none */
    struct buf name; /* scratch */
    struct kql_error *error;
    enum status status;
};

/* A field as one query names it. */
struct target {
    const struct data_view_field *field; /* NULL: unknown to the data view */
    struct bytes name;
    const struct kql_literal *word; /* a name that Kibana sends as JSON true or false, or NULL */
};

static void write_node(struct translator *t, const struct kql_node *node);

static void begin(struct translator *t, const char *name)
{
    json_begin_object(&t->w);
    json_key(&t->w, name);
}

static void end_objects(struct translator *t, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        json_end_object(&t->w);
}

/* {"bool":{"should":[ */
static void begin_should(struct translator *t)
{
    begin(t, "bool");
    begin(t, "should");
    json_begin_array(&t->w);
}

static void end_should(struct translator *t)
{
    json_end_array(&t->w);
    json_key(&t->w, "minimum_should_match");
    json_u64(&t->w, 1);
    end_objects(t, 2);
}

static void end_nested(struct translator *t)
{
    json_key(&t->w, "score_mode");
    json_text(&t->w, "none");
    end_objects(t, 2);
}

static bool is_keyword(const struct target *target)
{
    return target->field != NULL && target->field->is_keyword;
}

static bool is_date(const struct target *target)
{
    return target->field != NULL && target->field->is_date;
}

/* A literal as a JSON value; numbers stay text, as in Kibana. */
static void write_literal(struct translator *t, const struct kql_literal *literal)
{
    switch (literal->kind) {
    case KQL_NULL:
        json_null(&t->w);
        return;
    case KQL_TRUE:
    case KQL_FALSE:
        json_bool(&t->w, literal->kind == KQL_TRUE);
        return;
    case KQL_WILDCARD:
        buf_reset(&t->name);
        kql_literal_add(literal, &t->name);
        json_string(&t->w, buf_bytes(&t->name));
        return;
    case KQL_NONE:
    case KQL_TEXT:
        json_string(&t->w, literal->text);
        return;
    }
}

/* A field name where JSON wants a value. */
static void write_name(struct translator *t, const struct target *target)
{
    if (target->word != NULL)
        json_bool(&t->w, target->word->kind == KQL_TRUE);
    else
        json_string(&t->w, target->name);
}

/* A wildcard value in the syntax of query_string: all its special characters escaped. */
static void write_pattern(struct translator *t, const struct kql_literal *value)
{
    static const char special[] = "+-=&|><!(){}[]^\"~*?:\\/";
    buf_reset(&t->name);
    for (size_t i = 0; i < value->piece_count; i++) {
        if (i != 0)
            buf_add_u8(&t->name, '*');
        for (size_t at = 0; at < value->pieces[i].len; at++) {
            const uint8_t octet = value->pieces[i].data[at];
            if (octet != '\0' && strchr(special, octet) != NULL)
                buf_add_u8(&t->name, '\\');
            buf_add_u8(&t->name, octet);
        }
    }
    json_string(&t->w, buf_bytes(&t->name));
}

static bool is_digits(const struct kql_literal *value)
{
    for (size_t i = 0; i < value->text.len; i++) {
        if (value->text.data[i] < '0' || value->text.data[i] > '9')
            return false;
    }
    return value->kind == KQL_TEXT && value->text.len > 0;
}

/* Digits alone are milliseconds since 1970, which no time zone shifts. */
static void write_time_zone(struct translator *t, const struct target *target,
                            const struct kql_literal *value)
{
    if (!is_date(target) || t->options->time_zone == NULL || is_digits(value))
        return;
    json_key(&t->w, "time_zone");
    json_text(&t->w, t->options->time_zone);
}

/* {"NAME":{"FIELD":{ */
static void begin_field(struct translator *t, const char *query, const struct target *target)
{
    begin(t, query);
    json_begin_object(&t->w);
    json_key_bytes(&t->w, target->name);
    json_begin_object(&t->w);
}

static void write_wildcard(struct translator *t, const struct target *target,
                           const struct kql_literal *value)
{
    if (is_keyword(target)) {
        begin_field(t, "wildcard", target);
        json_key(&t->w, "value");
        write_pattern(t, value);
        end_objects(t, 3);
        return;
    }
    begin(t, "query_string");
    begin(t, "fields");
    json_begin_array(&t->w);
    write_name(t, target);
    json_end_array(&t->w);
    json_key(&t->w, "query");
    write_pattern(t, value);
    end_objects(t, 2);
}

static void write_day(struct translator *t, const struct target *target,
                      const struct kql_literal *value)
{
    begin_field(t, "range", target);
    json_key(&t->w, "gte");
    write_literal(t, value);
    json_key(&t->w, "lte");
    write_literal(t, value);
    write_time_zone(t, target, value);
    end_objects(t, 3);
}

static void write_exists(struct translator *t, const struct target *target)
{
    begin(t, "exists");
    begin(t, "field");
    write_name(t, target);
    end_objects(t, 2);
}

static void write_equal(struct translator *t, const struct target *target,
                        const struct kql_literal *value)
{
    if (is_keyword(target)) {
        begin_field(t, "term", target);
        json_key(&t->w, "value");
        write_literal(t, value);
        end_objects(t, 3);
        return;
    }
    begin(t, value->is_quoted ? "match_phrase" : "match");
    json_begin_object(&t->w);
    json_key_bytes(&t->w, target->name);
    write_literal(t, value);
    end_objects(t, 2);
}

static void write_range(struct translator *t, const struct target *target,
                        const struct kql_node *node)
{
    static const char *const ops[] = {
        [KQL_GT] = "gt", [KQL_GTE] = "gte", [KQL_LT] = "lt", [KQL_LTE] = "lte"};
    begin_field(t, "range", target);
    json_key(&t->w, ops[node->op]);
    write_literal(t, &node->value);
    write_time_zone(t, target, &node->value);
    end_objects(t, 3);
}

/* The query of one clause for one field. */
static void write_query(struct translator *t, const struct target *target,
                        const struct kql_node *node)
{
    if (node->kind == KQL_RANGE)
        write_range(t, target, node);
    else if (kql_is_lone_wildcard(&node->value))
        write_exists(t, target);
    else if (node->value.kind == KQL_WILDCARD)
        write_wildcard(t, target, &node->value);
    else if (is_date(target))
        write_day(t, target, &node->value);
    else
        write_equal(t, target, &node->value);
}

/* Scripted fields need a script in the query, which is not written. That one exists is not asked
 * by Kibana either. */
static void refuse_scripted(struct translator *t, const struct data_view_field *field,
                            const struct kql_node *node)
{
    if (t->status != ST_OK || (node->kind == KQL_IS && kql_is_lone_wildcard(&node->value)))
        return;
    t->status = ST_UNSUPPORTED;
    *t->error = (struct kql_error){
        .kind = KQL_ERROR_SCRIPTED, .at = node->field.at, .related_at = SIZE_MAX};
    (void)snprintf(t->error->message, sizeof t->error->message,
                   "%.200s is a scripted field, which is not supported", field->name);
}

static void write_known(struct translator *t, const struct data_view_field *field,
                        const struct kql_node *node)
{
    const struct data_view *const view = t->options->view;
    const struct target target = {.field = field, .name = data_view_field_name(field)};
    if (field->is_scripted) {
        refuse_scripted(t, field, node);
        return;
    }
    /* Only a wildcard name can mean a nested field outside braces: each gets its own. */
    if (field->nested == FIELD_NONE || t->path.len != 0) {
        write_query(t, &target, node);
        return;
    }
    begin(t, "nested");
    begin(t, "path");
    json_text(&t->w, view->fields[field->nested].name);
    json_key(&t->w, "query");
    write_query(t, &target, node);
    end_nested(t);
}

/* A name that the data view does not know goes into the query as it stands. */
static void write_unknown(struct translator *t, const struct kql_field_name *name,
                          const struct kql_node *node)
{
    struct buf full;
    buf_init(&full, NAME_MAX_LEN);
    kql_field_name_add(name, &full);
    const bool is_word =
        name->path.len == 0 && (name->name->kind == KQL_TRUE || name->name->kind == KQL_FALSE);
    const struct target target = {.name = buf_bytes(&full), .word = is_word ? name->name : NULL};
    if (!buf_ok(&full))
        t->status = ST_NO_MEMORY;
    write_query(t, &target, node);
    buf_release(&full);
}

static void write_field(struct translator *t, const struct kql_node *node)
{
    const struct data_view *const view = t->options->view;
    const struct kql_field_name name = {.path = buf_bytes(&t->path), .name = &node->field};
    begin_should(t);
    uint16_t i = view == NULL ? FIELD_NONE : kql_field_next(&name, view, 0);
    if (i == FIELD_NONE)
        write_unknown(t, &name, node);
    for (; i != FIELD_NONE; i = kql_field_next(&name, view, (uint16_t)(i + 1)))
        write_known(t, &view->fields[i], node);
    end_should(t);
}

static void write_free_text(struct translator *t, const struct kql_literal *value)
{
    if (value->kind == KQL_WILDCARD) {
        begin(t, "query_string");
        begin(t, "query");
        write_pattern(t, value);
        end_objects(t, 2);
        return;
    }
    begin(t, "multi_match");
    begin(t, "type");
    json_text(&t->w, value->is_quoted ? "phrase" : "best_fields");
    json_key(&t->w, "query");
    write_literal(t, value);
    json_key(&t->w, "lenient");
    json_bool(&t->w, true);
    end_objects(t, 2);
}

static void write_match_all(struct translator *t)
{
    begin(t, "match_all");
    json_begin_object(&t->w);
    end_objects(t, 2);
}

static void write_clause(struct translator *t, const struct kql_node *node)
{
    if (kql_is_match_all(node))
        write_match_all(t);
    else if (node->field.kind == KQL_NONE && t->path.len == 0)
        write_free_text(t, &node->value);
    else
        write_field(t, node);
}

static void write_children(struct translator *t, const struct kql_node *node)
{
    for (size_t i = 0; i < node->child_count; i++)
        write_node(t, node->children[i]);
}

static void write_and(struct translator *t, const struct kql_node *node)
{
    begin(t, "bool");
    begin(t, "filter");
    json_begin_array(&t->w);
    write_children(t, node);
    json_end_array(&t->w);
    end_objects(t, 2);
}

static void write_not(struct translator *t, const struct kql_node *node)
{
    begin(t, "bool");
    begin(t, "must_not");
    write_node(t, node->children[0]);
    end_objects(t, 2);
}

static void write_nested(struct translator *t, const struct kql_node *node)
{
    const size_t outer_len = t->path.len;
    begin(t, "nested");
    begin(t, "path");
    if (outer_len == 0 && node->field.kind != KQL_WILDCARD) {
        write_literal(t, &node->field);
        kql_path_enter(&t->path, &node->field);
    } else {
        kql_path_enter(&t->path, &node->field);
        json_string(&t->w, buf_bytes(&t->path));
    }
    json_key(&t->w, "query");
    write_node(t, node->children[0]);
    end_nested(t);
    t->path.len = outer_len;
}

static void refuse_depth(struct translator *t, const struct kql_node *node)
{
    t->status = ST_LIMIT;
    *t->error = (struct kql_error){.kind = KQL_ERROR_LIMIT, .at = node->at, .related_at = SIZE_MAX};
    (void)snprintf(t->error->message, sizeof t->error->message,
                   "the query would be nested deeper than Elasticsearch accepts");
}

static void write_node(struct translator *t, const struct kql_node *node)
{
    if (t->w.depth + CLAUSE_DEPTH_MAX > JSON_WRITER_DEPTH_MAX) {
        refuse_depth(t, node);
        json_null(&t->w);
        return;
    }
    switch (node->kind) {
    case KQL_AND:
        write_and(t, node);
        return;
    case KQL_OR:
        begin_should(t);
        write_children(t, node);
        end_should(t);
        return;
    case KQL_NOT:
        write_not(t, node);
        return;
    case KQL_NESTED:
        write_nested(t, node);
        return;
    case KQL_IS:
    case KQL_RANGE:
        write_clause(t, node);
        return;
    }
}

/* What Discover puts around the query of its search bar; "everything" is left out there. */
static void write_es_query(struct translator *t, const struct kql_node *tree)
{
    static const char *const empty[] = {"should", "must_not"};
    begin(t, "bool");
    begin(t, "must");
    json_begin_array(&t->w);
    json_end_array(&t->w);
    json_key(&t->w, "filter");
    json_begin_array(&t->w);
    if (!kql_is_match_all(tree))
        write_node(t, tree);
    json_end_array(&t->w);
    for (size_t i = 0; i < ARRAY_LEN(empty); i++) {
        json_key(&t->w, empty[i]);
        json_begin_array(&t->w);
        json_end_array(&t->w);
    }
    end_objects(t, 2);
}

enum status translate(const struct kql_node *tree, const struct translate_options *options,
                      struct buf *out, struct kql_error *error)
{
    if (options->view != NULL) {
        const enum status checked = kql_check_nested(tree, options->view, error);
        if (checked != ST_OK)
            return checked;
    }
    const size_t start = out->len;
    struct translator t = {.options = options, .w = json_writer_of(out), .error = error};
    buf_init(&t.path, NAME_MAX_LEN);
    buf_init(&t.name, NAME_MAX_LEN);
    if (options->es_query)
        write_es_query(&t, tree);
    else
        write_node(&t, tree);
    if (t.status == ST_OK && (!buf_ok(out) || !buf_ok(&t.path) || !buf_ok(&t.name))) {
        t.status = ST_NO_MEMORY;
        *error = (struct kql_error){.kind = KQL_ERROR_LIMIT,
                                    .related_at = SIZE_MAX,
                                    .message = "the query of this expression is too large"};
    }
    if (t.status != ST_OK)
        out->len = start;
    buf_release(&t.path);
    buf_release(&t.name);
    return t.status;
}
