#include "core/document/document.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Values of the first allocation; an ordinary lookup has 60 to 100. */
#define VALUES_FIRST 256

enum status document_init(struct document *document, const struct data_view *view, size_t arena_max)
{
    const size_t words = ((size_t)view->count + 63) / 64;
    *document = (struct document){.view = view, .words = words, .object = VALUE_NONE};
    arena_init(&document->arena, arena_max);
    /* One element more, so that an empty view needs no special case. */
    document->slots = calloc((size_t)view->count + 1, sizeof *document->slots);
    document->present = calloc(2 * words + 1, sizeof *document->present);
    if (document->slots == NULL || document->present == NULL) {
        document_release(document);
        return ST_NO_MEMORY;
    }
    document->in_objects = document->present + words;
    return ST_OK;
}

void document_release(struct document *document)
{
    arena_release(&document->arena);
    free(document->values);
    free(document->slots);
    free(document->present);
    *document = (struct document){.object = VALUE_NONE};
}

void document_reset(struct document *document)
{
    arena_reset(&document->arena);
    document->id = (struct bytes){0};
    for (size_t i = 0; i < 2 * document->words; i++)
        document->present[i] = 0;
    document->count = 0;
    document->text_len = 0;
    document->object = VALUE_NONE;
    document->is_full = false;
    document->dropped = 0;
}

bool document_grow(struct document *document)
{
    if (document->cap < DOCUMENT_VALUES_MAX && !document->is_full) {
        uint32_t cap = document->cap == 0 ? VALUES_FIRST : document->cap * 2;
        if (cap > DOCUMENT_VALUES_MAX)
            cap = DOCUMENT_VALUES_MAX;
        struct value *const values = realloc(document->values, cap * sizeof *values);
        if (values != NULL) {
            document->values = values;
            document->cap = cap;
            return true;
        }
    }
    /* From here on nothing is added, or values of an object that found no room would end up in
     * the object around it. */
    document->is_full = true;
    document->dropped++;
    return false;
}

void document_link(struct document *document, uint32_t index)
{
    struct value *const value = &document->values[index];
    struct value *const object = &document->values[document->object];
    if (object->object.last == VALUE_NONE)
        object->object.first = index;
    else
        document->values[object->object.last].sibling = index;
    object->object.last = index;

    struct field_slot *const slot = &document->slots[value->field];
    if (document_has_bit(document->in_objects, value->field) && slot->object == document->object)
        document->values[slot->object_value].next = index;
    slot->object = document->object;
    slot->object_value = index;
    document->in_objects[value->field / 64] |= UINT64_C(1) << (value->field % 64);
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
    struct value *const value = document_add(document, field, VALUE_OBJECT);
    if (value == NULL)
        return outer;
    value->object.first = VALUE_NONE;
    value->object.last = VALUE_NONE;
    document->object = document_index(document, value);
    return outer;
}

void document_end_object(struct document *document, uint32_t outer)
{
    assert(outer == VALUE_NONE || document->values[outer].kind == VALUE_OBJECT);
    document->object = outer;
}

const struct value *document_first_in(const struct document *document, uint32_t object,
                                      uint16_t field)
{
    const struct value *value = &document->values[object];
    assert(value->kind == VALUE_OBJECT);
    for (uint32_t i = value->object.first; i != VALUE_NONE; i = value->sibling) {
        value = &document->values[i];
        if (value->field == field)
            return value;
    }
    return NULL;
}
