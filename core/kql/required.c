#include "core/kql/required.h"

#include <assert.h>

#include "core/kql/program.h"

/* More literals than these are not looked for: the document is read instead. Leaving some out is
 * always right. */
#define ALTERNATIVES_MAX 16
#define DEMANDS_MAX      8

/* Shorter literals stand nearly everywhere, and memmem is slow with them. */
#define LITERAL_MIN 3

/* One of these literals must stand in the text. */
struct demand {
    const struct bytes *literals;
    size_t count; /* 0: nothing is demanded */
};

struct kql_required {
    size_t count; /* all of them must be met; the most selective come first */
    struct demand demands[DEMANDS_MAX];
};

struct finder {
    const struct data_view *view;
    struct arena *arena;
    struct kql_required *required;
};

/* How selective a demand is likely to be: the octets of its shortest literal. */
static size_t weight_of(const struct demand *demand)
{
    size_t weight = demand->count == 0 ? 0 : SIZE_MAX;
    for (size_t i = 0; i < demand->count; i++) {
        if (demand->literals[i].len < weight)
            weight = demand->literals[i].len;
    }
    return weight;
}

/* True for octets that JSON can spell with a backslash and one more character. Others stand in the
 * text as they are, or as \uXXXX. */
static bool has_short_escape(uint8_t octet)
{
    return octet < ' ' || octet == '"' || octet == '\\' || octet == '/';
}

/* The longest part of a text that can only be spelled as it is, or as \uXXXX. */
static struct bytes longest_sure_part(struct bytes text)
{
    struct bytes longest = {0};
    size_t start = 0;
    for (size_t i = 0; i <= text.len; i++) {
        if (i < text.len && !has_short_escape(text.data[i]))
            continue;
        if (i - start > longest.len)
            longest = bytes_slice(text, start, i - start);
        start = i + 1;
    }
    return longest;
}

static bool may_be_bare(struct bytes text)
{
    return text.len > 0 && (text.data[0] == '-' || (text.data[0] >= '0' && text.data[0] <= '9') ||
                            bytes_is(text, "true") || bytes_is(text, "false"));
}

/* A value as it stands in the text: in quotation marks, unless it may be a number or boolean; or a
 * part of it. */
static enum status quote(const struct finder *f, struct bytes text, struct bytes *quoted)
{
    *quoted = longest_sure_part(text);
    if (quoted->len < text.len || may_be_bare(text))
        return ST_OK;
    uint8_t *const to = arena_alloc(f->arena, text.len + 2);
    if (to == NULL)
        return ST_NO_MEMORY;
    to[0] = '"';
    if (text.len != 0)
        memcpy(to + 1, text.data, text.len);
    to[text.len + 1] = '"';
    *quoted = (struct bytes){to, text.len + 2};
    return ST_OK;
}

/* The part of a text that stands in the document in one piece: of a flattened field, whose values
 * are "key NUL value", what follows the NUL. False if there is none. */
static bool find_value(const struct value_check *check, bool is_flattened, struct bytes *text)
{
    if (!is_flattened || check->behind_key)
        return true;
    const size_t nul = bytes_find(*text, BYTES_LITERAL("\0"));
    if (nul == SIZE_MAX)
        return false;
    *text = bytes_slice(*text, nul + 1, text->len);
    return true;
}

/* The longest of the pieces that a value is made of; empty if none says anything. */
static struct bytes longest_piece(const struct value_check *check, bool is_flattened)
{
    struct bytes longest = {0};
    for (size_t i = 0; i < check->text_count; i++) {
        struct bytes piece = check->texts[i];
        if (!find_value(check, is_flattened, &piece))
            continue;
        piece = longest_sure_part(piece);
        if (piece.len > longest.len)
            longest = piece;
    }
    return longest;
}

/* What a check of text demands. Only values that are compared octet for octet say something about
 * the text: numbers, dates and addresses have many spellings, and words are put in lower case. */
static enum status find_in_check(const struct finder *f, const struct program_node *node,
                                 struct demand *demand)
{
    const struct value_check *const check = &node->check;
    const struct data_view_field *const field =
        node->field == FIELD_NONE ? NULL : &f->view->fields[node->field];
    const bool is_flattened = field != NULL && field->type == FIELD_FLATTENED;
    struct bytes literal = {0};
    enum status status = ST_OK;
    if (field != NULL && field->is_lower_case)
        return ST_OK;
    if (check->kind == CHECK_PIECES) {
        literal = longest_piece(check, is_flattened);
    } else if (check->kind == CHECK_TEXT) {
        struct bytes text = check->text;
        if (find_value(check, is_flattened, &text))
            status = quote(f, text, &literal);
    }
    if (status != ST_OK || literal.len < LITERAL_MIN)
        return status;
    struct bytes *const literals = arena_array(f->arena, 1, sizeof *literals);
    if (literals == NULL)
        return ST_NO_MEMORY;
    literals[0] = literal;
    *demand = (struct demand){literals, 1};
    return ST_OK;
}

static enum status find(const struct finder *f, const struct program_node *node, unsigned depth,
                        struct demand *demand);

/* The best of what the children demand: all of it must be met. */
static enum status find_in_all(const struct finder *f, const struct program_node *node,
                               unsigned depth, struct demand *demand)
{
    for (size_t i = 0; i < node->child_count; i++) {
        struct demand of_child = {.count = 0};
        const enum status status = find(f, node->children[i], depth, &of_child);
        if (status != ST_OK)
            return status;
        if (weight_of(&of_child) > weight_of(demand))
            *demand = of_child;
    }
    return ST_OK;
}

/* What the children demand together, if each of them that can hold demands something. */
static enum status find_in_one(const struct finder *f, const struct program_node *node,
                               unsigned depth, struct demand *demand)
{
    if (node->child_count > ALTERNATIVES_MAX)
        return ST_OK;
    struct bytes *const literals = arena_array(f->arena, ALTERNATIVES_MAX, sizeof *literals);
    size_t count = 0;
    if (literals == NULL)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < node->child_count; i++) {
        struct demand of_child = {.count = 0};
        if (node->children[i]->kind == PROGRAM_NOTHING)
            continue;
        const enum status status = find(f, node->children[i], depth, &of_child);
        if (status != ST_OK || of_child.count == 0 || of_child.count > ALTERNATIVES_MAX - count)
            return status;
        memcpy(literals + count, of_child.literals, of_child.count * sizeof *literals);
        count += of_child.count;
    }
    *demand = (struct demand){literals, count};
    return ST_OK;
}

/* The most selective demand of a node. */
static enum status find(const struct finder *f, const struct program_node *node, unsigned depth,
                        struct demand *demand)
{
    assert(depth <= PROGRAM_DEPTH_MAX);
    switch (node->kind) {
    case PROGRAM_NOTHING:
    case PROGRAM_EVERYTHING:
    case PROGRAM_NOT:
        return ST_OK;
    case PROGRAM_AND:
    case PROGRAM_NESTED:
        return find_in_all(f, node, depth + 1, demand);
    case PROGRAM_OR:
        return find_in_one(f, node, depth + 1, demand);
    case PROGRAM_FIELD:
    case PROGRAM_ID:
        return find_in_check(f, node, demand);
    }
    return ST_OK;
}

static void add_demand(struct kql_required *required, struct demand demand)
{
    if (demand.count == 0 || required->count == DEMANDS_MAX)
        return;
    size_t at = required->count++;
    for (; at > 0 && weight_of(&required->demands[at - 1]) < weight_of(&demand); at--)
        required->demands[at] = required->demands[at - 1];
    required->demands[at] = demand;
}

/* All demands of a node: those of each member of an and. */
static enum status find_all(const struct finder *f, const struct program_node *node, unsigned depth)
{
    enum status status = ST_OK;
    if (node->kind == PROGRAM_AND || node->kind == PROGRAM_NESTED) {
        assert(depth <= PROGRAM_DEPTH_MAX);
        for (size_t i = 0; i < node->child_count && status == ST_OK; i++)
            status = find_all(f, node->children[i], depth + 1);
        return status;
    }
    struct demand demand = {.count = 0};
    status = find(f, node, depth, &demand);
    if (status == ST_OK)
        add_demand(f->required, demand);
    return status;
}

enum status kql_required_new(const struct kql_program *program, struct arena *arena,
                             const struct kql_required **required)
{
    struct kql_required *const made = arena_array(arena, 1, sizeof *made);
    if (made == NULL)
        return ST_NO_MEMORY;
    *made = (struct kql_required){.count = 0};
    const struct finder finder = {program->view, arena, made};
    const enum status status = find_all(&finder, program->root, 0);
    *required = made;
    return status;
}

static bool is_demand_met(const struct demand *demand, struct bytes json)
{
    for (size_t i = 0; i < demand->count; i++) {
        if (bytes_find(json, demand->literals[i]) != SIZE_MAX)
            return true;
    }
    return false;
}

/* True if \u stands in the text; then any literal may be spelled in another way. memmem is slow
 * with parts as short as this. */
static bool may_have_unicode_escape(struct bytes json)
{
    for (struct bytes rest = json; rest.len > 0;) {
        const uint8_t *const backslash = memchr(rest.data, '\\', rest.len);
        if (backslash == NULL)
            return false;
        const size_t behind = (size_t)(backslash - rest.data) + 1;
        rest = bytes_slice(rest, behind, rest.len);
        if (rest.len > 0 && rest.data[0] == 'u')
            return true;
    }
    return false;
}

bool kql_required_is_met(const struct kql_required *required, struct bytes json)
{
    for (size_t i = 0; i < required->count; i++) {
        if (!is_demand_met(&required->demands[i], json))
            return may_have_unicode_escape(json);
    }
    return true;
}
