#include "core/document/data_view_builder.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/siphash.h"

/* Slots of the table while fields are added: a power of two, at most half full. */
#define DRAFT_SLOTS ((size_t)128 * 1024)

/* Octets of all names. */
#define NAMES_MAX ((size_t)DATA_VIEW_FIELDS_MAX * DATA_VIEW_NAME_MAX)

#define TYPE_BIT(type) (UINT32_C(1) << (type))
#define KEYWORD_TYPES \
    (TYPE_BIT(FIELD_KEYWORD) | TYPE_BIT(FIELD_CONSTANT_KEYWORD) | TYPE_BIT(FIELD_WILDCARD))
#define DATE_TYPES (TYPE_BIT(FIELD_DATE) | TYPE_BIT(FIELD_DATE_NANOS))

/* Names to numbers by linear probing. A slot holds a number plus one; 0 is free. */
struct name_table {
    uint16_t *slots; /* owned */
    size_t mask;     /* slots - 1 */
    struct siphash_key key;
};

struct data_view_index {
    struct data_view view; /* first: data_view_free frees the whole through it */
    struct arena arena;    /* names */
    struct data_view_field *fields;
    struct name_table table;
};

struct data_view_builder {
    struct data_view_index *made;
    struct field_draft *drafts; /* DATA_VIEW_FIELDS_MAX of them */
    uint16_t count;
    struct name_table table;
};

static enum status table_init(struct name_table *table, size_t slots)
{
    table->slots = calloc(slots, sizeof *table->slots);
    table->mask = slots - 1;
    table->key = siphash_key_random();
    return table->slots == NULL ? ST_NO_MEMORY : ST_OK;
}

static size_t first_slot(const struct name_table *table, struct bytes name)
{
    return siphash_64(table->key, name) & table->mask;
}

static void table_add(struct name_table *table, struct bytes name, uint16_t number)
{
    size_t slot = first_slot(table, name);
    while (table->slots[slot] != 0)
        slot = (slot + 1) & table->mask;
    table->slots[slot] = (uint16_t)(number + 1);
}

static uint16_t find_draft(const struct data_view_builder *builder, struct bytes name)
{
    const struct name_table *const table = &builder->table;
    for (size_t slot = first_slot(table, name); table->slots[slot] != 0;
         slot = (slot + 1) & table->mask) {
        const uint16_t number = (uint16_t)(table->slots[slot] - 1);
        if (bytes_equal(builder->drafts[number].name, name))
            return number;
    }
    return FIELD_NONE;
}

uint16_t data_view_index_find(const struct data_view *view, struct bytes name)
{
    const struct name_table *const table = &view->index->table;
    for (size_t slot = first_slot(table, name); table->slots[slot] != 0;
         slot = (slot + 1) & table->mask) {
        const uint16_t number = (uint16_t)(table->slots[slot] - 1);
        if (bytes_equal(data_view_field_name(&view->fields[number]), name))
            return number;
    }
    return FIELD_NONE;
}

void data_view_index_free(struct data_view_index *index)
{
    if (index == NULL)
        return;
    arena_release(&index->arena);
    free(index->fields);
    free(index->table.slots);
    free(index);
}

enum status data_view_builder_new(struct data_view_builder **builder)
{
    struct data_view_builder *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return ST_NO_MEMORY;
    made->made = calloc(1, sizeof *made->made);
    made->drafts = calloc(DATA_VIEW_FIELDS_MAX, sizeof *made->drafts);
    const enum status status = table_init(&made->table, DRAFT_SLOTS);
    if (status != ST_OK || made->made == NULL || made->drafts == NULL) {
        data_view_builder_free(made);
        return ST_NO_MEMORY;
    }
    arena_init(&made->made->arena, NAMES_MAX);
    *builder = made;
    return ST_OK;
}

void data_view_builder_free(struct data_view_builder *builder)
{
    if (builder == NULL)
        return;
    data_view_index_free(builder->made);
    free(builder->drafts);
    free(builder->table.slots);
    free(builder);
}

/* A copy of the name that ends with a NUL, so that it can be a C string too. */
static struct bytes copy_name(struct arena *arena, struct bytes name)
{
    uint8_t *const to = arena_alloc(arena, name.len + 1);
    if (to == NULL)
        return (struct bytes){0};
    if (name.len != 0)
        memcpy(to, name.data, name.len);
    to[name.len] = '\0';
    return (struct bytes){to, name.len};
}

struct field_draft *data_view_builder_field(struct data_view_builder *builder, struct bytes name)
{
    const uint16_t found = find_draft(builder, name);
    if (found != FIELD_NONE)
        return &builder->drafts[found];
    if (builder->count == DATA_VIEW_FIELDS_MAX || name.len > DATA_VIEW_NAME_MAX)
        return NULL;
    const struct bytes copy = copy_name(&builder->made->arena, name);
    if (copy.data == NULL)
        return NULL;
    struct field_draft *const draft = &builder->drafts[builder->count];
    *draft = (struct field_draft){.name = copy};
    table_add(&builder->table, copy, builder->count);
    builder->count++;
    return draft;
}

static int by_name(const void *a, const void *b)
{
    const struct field_draft *const left = a;
    const struct field_draft *const right = b;
    return bytes_compare(left->name, right->name);
}

/* One type for a field that may have several over the indices. */
static enum field_type one_type(uint32_t types)
{
    for (enum field_type type = 0; type < FIELD_TYPE_COUNT; type++) {
        if (types == TYPE_BIT(type))
            return type;
    }
    if (types != 0 && (types & ~KEYWORD_TYPES) == 0)
        return FIELD_KEYWORD;
    return types != 0 && (types & ~DATE_TYPES) == 0 ? FIELD_DATE : FIELD_OTHER;
}

static bool is_keyword(uint32_t types, struct data_view_rules rules)
{
    if (rules.has_own_types)
        return types != 0 && (types & ~KEYWORD_TYPES) == 0;
    return types == TYPE_BIT(FIELD_KEYWORD);
}

/* The innermost nested field that a dotted name lies below. */
static uint16_t nested_ancestor(const struct data_view *view, struct bytes name)
{
    for (size_t len = name.len; len > 0; len--) {
        if (name.data[len - 1] != '.')
            continue;
        const uint16_t found = data_view_index_find(view, bytes_slice(name, 0, len - 1));
        if (found != FIELD_NONE && view->fields[found].type == FIELD_NESTED)
            return found;
    }
    return FIELD_NONE;
}

static void fill_field(struct data_view_field *field, const struct field_draft *draft,
                       struct data_view_rules rules)
{
    *field = (struct data_view_field){
        .name = (const char *)draft->name.data,
        .name_len = (uint16_t)draft->name.len,
        .type = one_type(draft->types),
        .is_keyword = is_keyword(draft->types, rules),
        .is_date = draft->is_date || (draft->types != 0 && (draft->types & ~DATE_TYPES) == 0),
        .is_scripted = draft->is_scripted,
        .is_lower_case = draft->is_lower_case,
        .parent = FIELD_NONE,
        .nested = FIELD_NONE,
        .alias_of = FIELD_NONE,
        .ignore_above = draft->ignore_above,
    };
}

/* Sets what a field has to do with other fields; an alias has the type of its target. */
static void link_field(const struct data_view *view, struct data_view_field *field,
                       const struct field_draft *draft)
{
    field->nested = draft->has_nested_path ? data_view_index_find(view, draft->nested_path)
                                           : nested_ancestor(view, draft->name);
    field->parent = field->nested;
    if (draft->alias_path.len == 0)
        return;
    field->alias_of = data_view_index_find(view, draft->alias_path);
    if (field->alias_of == FIELD_NONE)
        return;
    field->is_keyword = view->fields[field->alias_of].is_keyword;
    field->is_date = view->fields[field->alias_of].is_date;
}

static size_t slots_for(size_t count)
{
    size_t slots = 16;
    while (slots < 2 * count)
        slots *= 2;
    return slots;
}

enum status data_view_builder_finish(struct data_view_builder *builder,
                                     struct data_view_rules rules, struct data_view **view)
{
    struct data_view_index *const made = builder->made;
    if (rules.is_sorted)
        qsort(builder->drafts, builder->count, sizeof *builder->drafts, by_name);
    made->fields = calloc((size_t)builder->count + 1, sizeof *made->fields);
    const enum status status = table_init(&made->table, slots_for(builder->count));
    if (made->fields == NULL || status != ST_OK) {
        data_view_builder_free(builder);
        return ST_NO_MEMORY;
    }
    made->view = (struct data_view){made->fields, builder->count, made};
    for (uint16_t i = 0; i < builder->count; i++) {
        fill_field(&made->fields[i], &builder->drafts[i], rules);
        table_add(&made->table, builder->drafts[i].name, i);
    }
    for (uint16_t i = 0; i < builder->count; i++)
        link_field(&made->view, &made->fields[i], &builder->drafts[i]);
    *view = &made->view;
    builder->made = NULL;
    data_view_builder_free(builder);
    return ST_OK;
}
