#include "query/answers/clause_counts.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "core/base/display.h"
#include "core/kql/printer.h"

/* Most clauses that are counted, besides all lookups and the whole expression. */
#define CLAUSES_MAX 62

/* Octets of a clause, and columns of it that are shown. */
#define CLAUSE_MAX     (8 * KQL_TEXT_MAX)
#define CLAUSE_COLUMNS 90

struct counting {
    struct question *question;      /* borrowed */
    const struct time_range *range; /* borrowed */
    struct buf *out;                /* borrowed */
    struct field_names no_fields;
    struct survey_part parts[CLAUSES_MAX + 2];
    size_t count;
    bool has_more; /* clauses than are counted */
};

static bool take(void *context, const struct hit *hit)
{
    (void)context;
    (void)hit;
    return true;
}

/* Clauses of the same text are counted once. */
static bool is_known(const struct counting *c, struct bytes text)
{
    for (size_t i = 0; i < c->count; i++) {
        if (bytes_equal(c->parts[i].text, text))
            return true;
    }
    return false;
}

static enum status add(struct counting *c, struct bytes text, const struct kql_node *tree)
{
    struct error err = {.status = ST_OK};
    struct survey_part *const part = &c->parts[c->count++];
    *part = (struct survey_part){
        .text = text, .fields = &c->no_fields, .wants_count = true, .take = take};
    return time_range_apply(c->range, &c->question->arena, tree, &part->tree, &err);
}

static enum status add_clause(struct counting *c, const struct kql_node *node)
{
    struct buf printed;
    buf_init(&printed, CLAUSE_MAX);
    kql_print(node, &printed);
    const struct bytes text = arena_copy(&c->question->arena, buf_bytes(&printed));
    const bool is_whole = buf_ok(&printed);
    buf_release(&printed);
    if (text.data == NULL || !is_whole)
        return ST_NO_MEMORY;
    if (is_known(c, text))
        return ST_OK;
    c->has_more = c->has_more || c->count == CLAUSES_MAX + 1;
    return c->has_more ? ST_OK : add(c, text, node);
}

static enum status add_clauses(struct counting *c, const struct kql_node *node, unsigned depth)
{
    assert(depth <= KQL_TREE_DEPTH_MAX);
    const bool is_operator = node->kind == KQL_AND || node->kind == KQL_OR || node->kind == KQL_NOT;
    if (!is_operator)
        return add_clause(c, node);
    enum status status = ST_OK;
    for (size_t i = 0; status == ST_OK && i < node->child_count; i++)
        status = add_clauses(c, node->children[i], depth + 1);
    return status;
}

static void print_part(const struct counting *c, size_t i, size_t width)
{
    const bool is_text = i > 0 && i + 1 < c->count;
    struct buf shown;
    buf_init(&shown, 4 * CLAUSE_MAX);
    display_add(&shown, c->parts[i].text);
    buf_add_format(c->out, "  %*" PRIu64 "  ", (int)width, c->parts[i].matched);
    (void)display_cut(c->out, buf_bytes(&shown), is_text ? CLAUSE_COLUMNS : shown.len);
    buf_add_u8(c->out, '\n');
    buf_release(&shown);
}

static void print(const struct counting *c)
{
    char widest[32];
    const int width = snprintf(widest, sizeof widest, "%" PRIu64, c->parts[0].matched);
    buf_add_text(c->out, "\nLookups that match alone\n");
    for (size_t i = 0; i < c->count; i++)
        print_part(c, i, (size_t)width);
    if (c->has_more)
        buf_add_format(c->out, "  only the first %d clauses were counted\n", CLAUSES_MAX);
}

/* The parts: everything, the clauses, the whole. */
static enum status add_parts(struct counting *c)
{
    const struct kql_node *everything = NULL;
    struct kql_error fault = {.kind = KQL_ERROR_NONE};
    enum status status = kql_parse((struct bytes){0}, &c->question->arena, &everything, &fault);
    if (status == ST_OK)
        status = add(c, BYTES_LITERAL("all"), everything);
    if (status == ST_OK)
        status = add_clauses(c, c->question->tree, 0);
    if (status == ST_OK)
        status = add(c, BYTES_LITERAL("the whole expression"), c->question->tree);
    return status;
}

enum status clause_counts(struct survey *survey, struct question *question,
                          const struct time_range *range, struct buf *out)
{
    struct counting *const c = calloc(1, sizeof *c);
    if (c == NULL)
        return ST_NO_MEMORY;
    c->question = question;
    c->range = range;
    c->out = out;
    enum status status = add_parts(c);
    if (status == ST_OK)
        status = survey_read(survey, c->parts, c->count);
    if (status == ST_OK)
        print(c);
    free(c);
    return status;
}
