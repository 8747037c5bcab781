#include "query/questions/saved_query.h"

#include <stdlib.h>
#include <string.h>

#include "core/kql/parser.h"
#include "query/questions/saved_kql.h"
#include "query/questions/saved_yaml.h"

/* Octets of everything that is kept of a file. */
#define ARENA_MAX ((size_t)4 * 1024 * 1024)

/* --- A parameter ------------------------------------------------------------------------------ */

static enum status take_help(struct saved_reader *r, const yaml_node_t *value)
{
    return saved_text_of(r, value, &r->parameter->help);
}

static enum status take_default(struct saved_reader *r, const yaml_node_t *value)
{
    return saved_text_of(r, value, &r->parameter->value);
}

static enum status take_kind(struct saved_reader *r, const yaml_node_t *value)
{
    static const char *const words[] = {"text", "number", "duration", NULL};
    static const enum saved_kind kinds[] = {SAVED_TEXT, SAVED_NUMBER, SAVED_DURATION};
    size_t i = 0;
    const enum status status = saved_word_of(r, value, words, &i);
    if (status == ST_OK)
        r->parameter->kind = kinds[i];
    return status;
}

static const struct saved_key parameter_keys[] = {
    {"help", take_help, true}, {"kind", take_kind, true}, {"default", take_default, true}, {0}};

static enum status take_parameters(struct saved_reader *r, const yaml_node_t *value)
{
    if (value->type != YAML_MAPPING_NODE)
        return saved_wrong(r, value, "names of parameters are expected here");
    for (const yaml_node_pair_t *pair = value->data.mapping.pairs.start;
         pair < value->data.mapping.pairs.top; pair++) {
        if (r->query->parameter_count == SAVED_PARAMETERS_MAX)
            return saved_wrong(r, value, "too many parameters");
        r->parameter = &r->query->parameters[r->query->parameter_count++];
        enum status status = saved_text_of(r, saved_key_node(r, pair), &r->parameter->name);
        if (status == ST_OK)
            status = saved_read_keys(r, yaml_document_get_node(&r->document, pair->value),
                                     parameter_keys);
        if (status != ST_OK)
            return status;
    }
    return ST_OK;
}

/* --- A step ----------------------------------------------------------------------------------- */

static enum status take_step_title(struct saved_reader *r, const yaml_node_t *value)
{
    return saved_text_of(r, value, &r->step->title);
}

static enum status take_kql(struct saved_reader *r, const yaml_node_t *value)
{
    r->step->kql_line = value->start_mark.line + 1;
    return saved_text_of(r, value, &r->step->kql);
}

static enum status take_columns(struct saved_reader *r, const yaml_node_t *value)
{
    return saved_names_of(r, value, &r->step->columns);
}

static enum status take_by(struct saved_reader *r, const yaml_node_t *value)
{
    return saved_names_of(r, value, &r->step->by);
}

static enum status take_sort(struct saved_reader *r, const yaml_node_t *value)
{
    const char *text = NULL;
    struct error fault = {.status = ST_OK};
    const enum status status = saved_text_of(r, value, &text);
    if (status != ST_OK)
        return status;
    if (order_read(text, &r->step->order, &fault) != ST_OK ||
        field_check(data_view_builtin(), r->step->order.field, &fault) != ST_OK)
        return saved_wrong(r, value, fault.text);
    return ST_OK;
}

static enum status take_distinct(struct saved_reader *r, const yaml_node_t *value)
{
    return saved_field_of(r, value, &r->step->filter.distinct);
}

static enum status take_distinct_min(struct saved_reader *r, const yaml_node_t *value)
{
    return saved_number_of(r, value, &r->step->filter.distinct_min);
}

static enum status take_distinct_max(struct saved_reader *r, const yaml_node_t *value)
{
    return saved_number_of(r, value, &r->step->filter.distinct_max);
}

static enum status take_count_min(struct saved_reader *r, const yaml_node_t *value)
{
    return saved_number_of(r, value, &r->step->filter.count_min);
}

static enum status take_uneven(struct saved_reader *r, const yaml_node_t *value)
{
    return saved_number_of(r, value, &r->step->filter.uneven_percent);
}

static enum status take_new(struct saved_reader *r, const yaml_node_t *value)
{
    static const char *const words[] = {"true", "false", NULL};
    size_t i = 0;
    const enum status status = saved_word_of(r, value, words, &i);
    r->step->filter.is_new = i == 0;
    return status;
}

static const struct saved_key step_keys[] = {
    {"title", take_step_title, true},
    {"kql", take_kql, true},
    {"columns", take_columns, false},
    {"by", take_by, false},
    {"sort", take_sort, false},
    {"distinct", take_distinct, false},
    {"distinct_min", take_distinct_min, false},
    {"distinct_max", take_distinct_max, false},
    {"count_min", take_count_min, false},
    {"uneven_percent", take_uneven, false},
    {"new", take_new, false},
    {0},
};

/* What only groups have, a step without groups must not have. */
static enum status check_step(struct saved_reader *r, const yaml_node_t *node)
{
    const struct saved_step *const step = r->step;
    if (step->by.count > 0 && (step->columns.count > 0 || step->order.field.len > 0))
        return saved_wrong(r, node, "a step with `by` has neither `columns` nor `sort`");
    if (step->by.count == 0 && group_filter_is_set(&step->filter))
        return saved_wrong(r, node, "conditions on groups need `by`");
    if (step->filter.distinct.len == 0 &&
        (step->filter.distinct_min > 0 || step->filter.distinct_max > 0))
        return saved_wrong(r, node, "`distinct_min` and `distinct_max` need `distinct`");
    return ST_OK;
}

static enum status take_steps(struct saved_reader *r, const yaml_node_t *value)
{
    if (value->type != YAML_SEQUENCE_NODE ||
        value->data.sequence.items.start == value->data.sequence.items.top)
        return saved_wrong(r, value, "a list of steps is expected here");
    for (const yaml_node_item_t *item = value->data.sequence.items.start;
         item < value->data.sequence.items.top; item++) {
        if (r->query->step_count == SAVED_STEPS_MAX)
            return saved_wrong(r, value, "too many steps");
        r->step = &r->query->steps[r->query->step_count++];
        const yaml_node_t *const node = yaml_document_get_node(&r->document, *item);
        enum status status = saved_read_keys(r, node, step_keys);
        if (status == ST_OK)
            status = check_step(r, node);
        if (status != ST_OK)
            return status;
    }
    return ST_OK;
}

/* --- The file --------------------------------------------------------------------------------- */

static enum status take_title(struct saved_reader *r, const yaml_node_t *value)
{
    return saved_text_of(r, value, &r->query->title);
}

static enum status take_question(struct saved_reader *r, const yaml_node_t *value)
{
    return saved_text_of(r, value, &r->query->question);
}

static enum status take_meaning(struct saved_reader *r, const yaml_node_t *value)
{
    return saved_text_of(r, value, &r->query->meaning);
}

static enum status take_next(struct saved_reader *r, const yaml_node_t *value)
{
    return saved_text_of(r, value, &r->query->next);
}

static const char *const severities[] = {"overview", "low", "medium", "high", NULL};

static enum status take_severity(struct saved_reader *r, const yaml_node_t *value)
{
    size_t i = 0;
    const enum status status = saved_word_of(r, value, severities, &i);
    r->query->severity = (enum saved_severity)i;
    return status;
}

static enum status take_threshold(struct saved_reader *r, const yaml_node_t *value)
{
    return saved_number_of(r, value, &r->query->threshold);
}

static const struct saved_key file_keys[] = {
    {"title", take_title, true},
    {"question", take_question, true},
    {"severity", take_severity, true},
    {"threshold", take_threshold, false},
    {"meaning", take_meaning, true},
    {"next", take_next, true},
    {"steps", take_steps, true},
    {"parameters", take_parameters, false},
    {0},
};

/* Every expression must be one, with the defaults of its parameters. */
static enum status check_expressions(struct saved_reader *r)
{
    struct saved_query *const query = r->query;
    const struct saved_values values = {.count = 0};
    for (size_t i = 0; i < query->step_count; i++) {
        const struct saved_step *const step = &query->steps[i];
        struct kql_error fault = {.kind = KQL_ERROR_NONE};
        struct error cause = {.status = ST_OK};
        struct bytes text = {0};
        const struct kql_node *tree = NULL;
        enum status status = saved_kql(query, step, &values, &text, &cause);
        if (status != ST_OK)
            return saved_wrong_at(r, step->kql_line - 1, cause.text);
        status = kql_parse(text, &query->arena, &tree, &fault);
        if (status != ST_OK)
            return saved_wrong_at(r, step->kql_line - 1, fault.message);
    }
    return ST_OK;
}

static enum status read_document(struct saved_reader *r)
{
    const yaml_node_t *const root = yaml_document_get_root_node(&r->document);
    if (root == NULL)
        return saved_wrong_at(r, 0, "the file is empty");
    const enum status status = saved_read_keys(r, root, file_keys);
    return status == ST_OK ? check_expressions(r) : status;
}

static enum status load(struct saved_reader *r, struct bytes text)
{
    yaml_parser_t parser;
    if (yaml_parser_initialize(&parser) == 0)
        return error_set(r->err, ST_NO_MEMORY, "memory is exhausted");
    yaml_parser_set_input_string(&parser, text.data, text.len);
    enum status status = ST_OK;
    if (yaml_parser_load(&parser, &r->document) == 0) {
        status = saved_wrong_at(r, parser.problem_mark.line,
                                parser.problem == NULL ? "this is not YAML" : parser.problem);
    } else {
        status = read_document(r);
        yaml_document_delete(&r->document);
    }
    yaml_parser_delete(&parser);
    return status;
}

/* The name of the file without folder and ending. */
static const char *stem(struct arena *arena, const char *path)
{
    const char *const slash = strrchr(path, '/');
    const char *const from = slash == NULL ? path : slash + 1;
    const char *const dot = strrchr(from, '.');
    const size_t len = dot == NULL ? strlen(from) : (size_t)(dot - from);
    char *const name = arena_alloc(arena, len + 1);
    if (name == NULL)
        return NULL;
    memcpy(name, from, len);
    name[len] = '\0';
    return name;
}

enum status saved_query_read(struct bytes text, const char *path, struct saved_query **query,
                             struct error *err)
{
    struct saved_query *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    arena_init(&made->arena, ARENA_MAX);
    made->threshold = 1;
    const struct bytes copy =
        arena_copy(&made->arena, (struct bytes){(const uint8_t *)path, strlen(path) + 1});
    made->path = (const char *)copy.data;
    made->name = made->path == NULL ? NULL : stem(&made->arena, made->path);
    made->word = made->name;
    struct saved_reader reader = {.query = made, .err = err};
    const enum status status = made->name == NULL
                                   ? error_set(err, ST_NO_MEMORY, "memory is exhausted")
                                   : load(&reader, text);
    if (status != ST_OK) {
        saved_query_free(made);
        return status;
    }
    *query = made;
    return ST_OK;
}

void saved_query_free(struct saved_query *query)
{
    if (query == NULL)
        return;
    arena_release(&query->arena);
    free(query);
}

const char *saved_severity_name(enum saved_severity severity)
{
    return severities[severity];
}
