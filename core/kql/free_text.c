#include "core/kql/free_text.h"

#include <stdio.h>

#include "core/base/macros.h"
#include "core/kql/key_check.h"
#include "core/kql/query_string.h"

/* Fields of free text: all that are mapped and searched with terms, those in nested objects not
 * included. */
static bool is_default_field(const struct data_view_field *field)
{
    return field->nested == FIELD_NONE && !field->is_scripted &&
           typed_check_is_searchable(field->type);
}

/* The check of one term for one field; results of typed_check.h. */
static enum status check_term(struct compiler *c, const struct data_view_field *field,
                              const struct query_term *term, struct value_check *check)
{
    if (term->kind == TERM_PIECES)
        return typed_check_pieces(&c->check, field, term->pieces, term->piece_count, check);
    return typed_check_equal(&c->check, field, term->text, term->is_phrase, check);
}

/* One term over all fields; what a field cannot read does not match there. */
static enum status compile_term_anywhere(struct compiler *c, const struct query_term *term,
                                         const struct program_node **node)
{
    struct compiled_or parts = {.count = 0};
    struct compiled all;
    for (uint16_t i = 0; i < c->view->count; i++) {
        struct value_check check;
        const struct data_view_field *const field = &c->view->fields[i];
        if (!is_default_field(field))
            continue;
        enum status status = check_term(c, field, term, &check);
        if (status == ST_NOT_FOUND || status == ST_INVALID)
            continue;
        if (status != ST_OK)
            return status;
        struct compiled part = {.node = NULL};
        status = compile_field(c, i, &check, &part.node);
        if (status == ST_OK)
            status = compiled_or_add(c, &parts, &part);
        if (status != ST_OK)
            return status;
    }
    const enum status status = compiled_or_end(c, &parts, &all);
    *node = all.node;
    return status;
}

/* What a query string is over. */
struct target {
    uint16_t field;          /* FIELD_NONE: all */
    const struct bytes *key; /* of a flattened field; NULL: the whole field */
};

static enum status check_key(struct compiler *c, struct bytes key, const struct query_term *term,
                             struct value_check *check)
{
    static const struct bytes ANY[2] = {{NULL, 0}, {NULL, 0}};
    if (term->kind == TERM_STAR)
        return key_check_pieces(c->arena, key, ANY, ARRAY_LEN(ANY), check);
    if (term->kind == TERM_PIECES)
        return key_check_pieces(c->arena, key, term->pieces, term->piece_count, check);
    return key_check_text(c->arena, key, term->text, check);
}

static enum status compile_term_on(struct compiler *c, const struct target *target,
                                   const struct query_term *term, const struct program_node **node)
{
    struct value_check check = {.kind = CHECK_ANY};
    enum status status = ST_OK;
    if (target->key != NULL)
        status = check_key(c, *target->key, term, &check);
    else if (term->kind != TERM_STAR)
        status = check_term(c, &c->view->fields[target->field], term, &check);
    if (status == ST_OK)
        return compile_field(c, target->field, &check, node);
    *node = compiled_nothing().node;
    return status == ST_NOT_FOUND ? ST_OK : status;
}

static enum status compile_term(struct compiler *c, const struct target *target,
                                const struct query_term *term, const struct program_node **node)
{
    if (target->field != FIELD_NONE)
        return compile_term_on(c, target, term, node);
    if (term->kind != TERM_STAR)
        return compile_term_anywhere(c, term, node);
    *node = compiled_everything().node;
    return ST_OK;
}

/* The children of one kind of occurrence, as a list. */
struct occurrences {
    const struct program_node **nodes;
    size_t count;
};

static enum status collect(struct compiler *c, const struct query_string *query,
                           const struct program_node *const *nodes, enum query_occur occur,
                           struct occurrences *found)
{
    found->count = 0;
    found->nodes = compile_node_array(c, query->count);
    if (found->nodes == NULL)
        return compile_no_memory(c);
    for (size_t i = 0; i < query->count; i++) {
        if (query->terms[i].occur == occur)
            found->nodes[found->count++] = nodes[i];
    }
    return ST_OK;
}

/* All that must, none that must not, and one that should if none must. Where everything must not,
 * the rest of all documents is meant. */
static enum status combine(struct compiler *c, const struct query_string *query,
                           const struct program_node *const *nodes,
                           const struct program_node **node)
{
    struct occurrences must;
    struct occurrences should;
    struct occurrences must_not;
    enum status status = collect(c, query, nodes, OCCUR_MUST, &must);
    if (status == ST_OK)
        status = collect(c, query, nodes, OCCUR_SHOULD, &should);
    if (status == ST_OK)
        status = collect(c, query, nodes, OCCUR_MUST_NOT, &must_not);
    const struct program_node **const all = compile_node_array(c, query->count + 2);
    if (status != ST_OK || all == NULL)
        return compile_no_memory(c);
    size_t count = must.count;
    for (size_t i = 0; i < must.count; i++)
        all[i] = must.nodes[i];
    if (must.count == 0 && should.count != 0)
        status = compile_bool(c, PROGRAM_OR, should.nodes, should.count, &all[count++]);
    if (status == ST_OK && must_not.count != 0)
        status = compile_bool(c, PROGRAM_NOT, must_not.nodes, must_not.count, &all[count++]);
    return status == ST_OK ? compile_bool(c, PROGRAM_AND, all, count, node) : status;
}

static enum status compile_query(struct compiler *c, const struct target *target,
                                 const struct kql_literal *value, struct compiled *out)
{
    struct query_string query;
    enum status status = query_string_read(value, c->arena, &query);
    if (status == ST_INVALID) {
        struct kql_error error = {
            .kind = KQL_ERROR_TYPE,
            .message = "AND, OR and NOT in capitals are operators in a value with wildcards, and "
                       "stand in the wrong place here",
            .hint = "write them in lower case",
        };
        return compile_fault(c, &error, out);
    }
    const struct program_node **const nodes = compile_node_array(c, query.count);
    if (status != ST_OK || nodes == NULL)
        return compile_no_memory(c);
    for (size_t i = 0; i < query.count; i++) {
        status = compile_term(c, target, &query.terms[i], &nodes[i]);
        if (status == ST_INVALID || status == ST_LIMIT)
            return compile_fault(c, c->check.error, out);
        if (status != ST_OK)
            return compile_no_memory(c);
    }
    *out = (struct compiled){.node = NULL};
    return combine(c, &query, nodes, &out->node);
}

enum status compile_query_string(struct compiler *c, uint16_t field,
                                 const struct kql_literal *value, struct compiled *out)
{
    return compile_query(c, &(struct target){.field = field}, value, out);
}

enum status compile_key_query_string(struct compiler *c, uint16_t field, struct bytes key,
                                     const struct kql_literal *value, struct compiled *out)
{
    return compile_query(c, &(struct target){.field = field, .key = &key}, value, out);
}

enum status compile_free_text(struct compiler *c, const struct kql_literal *value,
                              struct compiled *out)
{
    if (value->kind == KQL_WILDCARD)
        return compile_query(c, &(struct target){.field = FIELD_NONE}, value, out);
    const struct query_term term = {
        .kind = TERM_TEXT, .text = value->text, .is_phrase = value->is_quoted};
    *out = (struct compiled){.node = NULL};
    const enum status status = compile_term_anywhere(c, &term, &out->node);
    if (status == ST_LIMIT)
        return compile_fault(c, c->check.error, out);
    return status == ST_OK ? ST_OK : compile_no_memory(c);
}
