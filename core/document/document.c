#include "core/document/document.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Values of the first allocation; an ordinary lookup has 60 to 100. */
#define VALUES_FIRST 256

static void links_free(struct document_links *links)
{
    if (links == NULL)
        return;
    free(links->slots);
    free(links->present);
    free(links);
}

static struct document_links *links_new(const struct data_view *view)
{
    struct document_links *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return NULL;
    made->words = ((size_t)view->count + 63) / 64;
    made->object = VALUE_NONE;
    /* One element more, so that an empty view needs no special case. */
    made->slots = calloc((size_t)view->count + 1, sizeof *made->slots);
    made->present = calloc(2 * made->words + 1, sizeof *made->present);
    if (made->slots == NULL || made->present == NULL) {
        links_free(made);
        return NULL;
    }
    made->in_objects = made->present + made->words;
    return made;
}

enum status document_init(struct document *document, const struct data_view *view, size_t arena_max)
{
    *document = (struct document){.view = view, .object = VALUE_NONE};
    arena_init(&document->arena, arena_max);
    document->links = links_new(view);
    return document->links == NULL ? ST_NO_MEMORY : ST_OK;
}

void document_release(struct document *document)
{
    arena_release(&document->arena);
    free(document->values);
    free(document->traits);
    links_free(document->links);
    *document = (struct document){.object = VALUE_NONE};
}

void document_reset(struct document *document)
{
    struct document_links *const links = document->links;
    arena_reset(&document->arena);
    if (links->count != 0)
        memset(links->present, 0, 2 * links->words * sizeof *links->present);
    links->count = 0;
    links->object = VALUE_NONE;
    document->id = (struct bytes){0};
    document->count = 0;
    document->trait_count = 0;
    document->text_len = 0;
    document->object = VALUE_NONE;
    document->is_full = false;
    document->dropped = 0;
    document->unfit_count = 0;
}

/* True if there is room for `cap` values now. */
static bool reserve(struct document *document, uint32_t cap)
{
    struct value *const values = realloc(document->values, cap * sizeof *values);
    if (values == NULL)
        return false;
    document->values = values;
    uint64_t *const traits = realloc(document->traits, cap * sizeof *traits);
    if (traits == NULL)
        return false;
    document->traits = traits;
    document->cap = cap;
    return true;
}

bool document_grow(struct document *document, uint32_t count)
{
    assert(count <= VALUES_FIRST);
    if (count <= DOCUMENT_VALUES_MAX - document->count && !document->is_full) {
        const uint32_t cap = document->cap == 0 ? VALUES_FIRST : document->cap * 2;
        if (reserve(document, cap < DOCUMENT_VALUES_MAX ? cap : DOCUMENT_VALUES_MAX))
            return true;
    }
    /* From here on nothing is added, or values of an object that found no room would end up in
     * the object around it. */
    document->is_full = true;
    document->dropped++;
    return false;
}

void document_add_text(struct document *document, uint16_t field, struct bytes text)
{
    const struct bytes copy = arena_copy(&document->arena, text);
    if (copy.data == NULL) {
        document->dropped++;
        return;
    }
    document_add_borrowed(document, field, copy);
}

uint32_t document_begin_object(struct document *document, uint16_t field)
{
    const uint32_t outer = document->object;
    struct value *const value =
        document_add(document, field, VALUE_OBJECT, TRAIT_OF(VALUE_OBJECT, outer == VALUE_NONE));
    if (value == NULL)
        return outer;
    value->object.end = VALUE_NONE;
    value->object.outer = outer;
    document->object = document_index(document, value);
    return outer;
}

void document_end_object(struct document *document, uint32_t outer)
{
    assert(outer == VALUE_NONE || document->values[outer].kind == VALUE_OBJECT);
    if (document->object != outer)
        document->values[document->object].object.end = document->count;
    document->object = outer;
}

/* --- Links --- */

static void link_in_root(const struct document *document, uint32_t index)
{
    struct document_links *const links = document->links;
    const uint16_t field = document->values[index].field;
    struct field_slot *const slot = &links->slots[field];
    if (document_has_bit(links->present, field))
        document->values[slot->tail].next = index;
    else
        slot->head = index;
    slot->tail = index;
    links->present[field / 64] |= UINT64_C(1) << (field % 64);
}

static void link_in_object(const struct document *document, uint32_t index)
{
    struct document_links *const links = document->links;
    const uint16_t field = document->values[index].field;
    struct value *const object = &document->values[links->object];
    if (object->object.last == VALUE_NONE)
        object->object.first = index;
    else
        document->values[object->object.last].sibling = index;
    object->object.last = index;

    struct field_slot *const slot = &links->slots[field];
    if (document_has_bit(links->in_objects, field) && slot->object == links->object)
        document->values[slot->object_value].next = index;
    slot->object = links->object;
    slot->object_value = index;
    links->in_objects[field / 64] |= UINT64_C(1) << (field % 64);
}

void document_link(const struct document *document)
{
    struct document_links *const links = document->links;
    for (uint32_t i = links->count; i < document->count; i++) {
        struct value *const value = &document->values[i];
        value->next = VALUE_NONE;
        value->sibling = VALUE_NONE;
        while (links->object != VALUE_NONE && document->values[links->object].object.end <= i)
            links->object = document->values[links->object].object.outer;
        if (links->object == VALUE_NONE)
            link_in_root(document, i);
        else
            link_in_object(document, i);
        if (value->kind == VALUE_OBJECT) {
            value->object.first = VALUE_NONE;
            value->object.last = VALUE_NONE;
            links->object = i;
        }
    }
    links->count = document->count;
}

const struct value *document_first_in(const struct document *document, uint32_t object,
                                      uint16_t field)
{
    (void)document_links(document);
    const struct value *value = &document->values[object];
    assert(value->kind == VALUE_OBJECT);
    for (uint32_t i = value->object.first; i != VALUE_NONE; i = value->sibling) {
        value = &document->values[i];
        if (value->field == field)
            return value;
    }
    return NULL;
}

const struct value *document_find(const struct document *document, uint16_t field)
{
    for (uint32_t i = 0; i < document->count; i++) {
        if (document->values[i].field == field)
            return &document->values[i];
    }
    return NULL;
}
