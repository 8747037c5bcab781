#include "core/document/field_text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/put.h"
#include "core/document/field_list.h"
#include "core/json/put.h"
#include "core/json/writer.h"

/* Deepest nesting of plain parents above a field ("server.kubernetes.pod.name" has three). */
#define PARENTS_MAX 4

/* Octets of all the texts between fields: each path twice over, with quotes and braces. */
#define TEXTS_MAX ((size_t)32 * 1024)

/* Room for the name of a field with the braces before and behind it: the longest path of the list
 * takes 60 octets. */
#define NAME_ROOM 96

/* How a field is written. `text` opens its parents and names it: "dns":{"question":{"name": and [
 * if it is a list. */
struct field_text {
    const char *text;
    /* One octet a parent, lowest first: equal octets mean the same parent. */
    uint32_t path;
    uint16_t starts[PARENTS_MAX + 1]; /* offset in `text` when so many parents are open already */
    uint16_t len;
    uint8_t parents; /* open while the field is written */
    bool is_list;    /* an array even with one value */
};

struct field_texts {
    struct field_text fields[DOC_FIELD_COUNT];
    struct buf texts;
};

/* --- Preparing ------------------------------------------------------------------------------- */

/* Parents that get a number while the texts are prepared. */
struct parent_numbers {
    const char *paths[UINT8_MAX];
    size_t lens[UINT8_MAX];
    uint8_t count;
};

/* The number of the parent path[0, len), which starts at 1. */
static uint8_t parent_number(struct parent_numbers *numbers, const char *path, size_t len)
{
    for (uint8_t i = 0; i < numbers->count; i++) {
        if (numbers->lens[i] == len && memcmp(numbers->paths[i], path, len) == 0)
            return (uint8_t)(i + 1);
    }
    assert(numbers->count < UINT8_MAX - 1);
    numbers->paths[numbers->count] = path;
    numbers->lens[numbers->count] = len;
    return ++numbers->count;
}

static void add_key(struct buf *texts, const char *name, size_t len)
{
    json_add_string(texts, (struct bytes){(const uint8_t *)name, len});
    buf_add_u8(texts, ':');
}

/* `skip` octets of the path belong to the array of objects that the field stands in. */
static void field_prepare(struct buf *texts, struct field_text *field,
                          struct parent_numbers *numbers, const char *path, size_t skip)
{
    const size_t start = texts->len;
    const char *at = path + skip;
    for (const char *dot = strchr(at, '.'); dot != NULL; dot = strchr(at, '.')) {
        assert(field->parents < PARENTS_MAX);
        const uint32_t number = parent_number(numbers, path, (size_t)(dot - path));
        field->path |= number << (8 * field->parents);
        add_key(texts, at, (size_t)(dot - at));
        buf_add_u8(texts, '{');
        field->starts[++field->parents] = (uint16_t)(texts->len - start);
        at = dot + 1;
    }
    add_key(texts, at, strlen(at));
    if (field->is_list)
        buf_add_u8(texts, '[');
    assert(texts->len - start + PARENTS_MAX + 2 <= NAME_ROOM);
    field->len = (uint16_t)(texts->len - start);
    field->text = (const char *)texts->data + start;
}

static bool is_array_of_objects(const struct data_view_field *field)
{
    return field->type == FIELD_OBJECT || field->type == FIELD_NESTED;
}

static void prepare(struct field_texts *texts)
{
    const struct data_view *const view = data_view_builtin();
    struct parent_numbers numbers = {.count = 0};
#define LIST_FIELD_FLAG(name) texts->fields[DOC_##name].is_list = true;
    LIST_FIELD_LIST(LIST_FIELD_FLAG)
#undef LIST_FIELD_FLAG
    for (uint16_t i = 0; i < view->count; i++) {
        const struct data_view_field *const field = &view->fields[i];
        const size_t skip =
            field->parent == FIELD_NONE ? 0 : strlen(view->fields[field->parent].name) + 1;
        texts->fields[i].is_list |= is_array_of_objects(field);
        field_prepare(&texts->texts, &texts->fields[i], &numbers, field->name, skip);
    }
}

enum status field_texts_new(struct field_texts **texts)
{
    struct field_texts *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return ST_NO_MEMORY;
    buf_init(&made->texts, TEXTS_MAX);
    /* All the room at once: the texts are pointed to while more are added. */
    if (buf_space(&made->texts, TEXTS_MAX) == NULL) {
        field_texts_free(made);
        return ST_NO_MEMORY;
    }
    prepare(made);
    assert(buf_ok(&made->texts));
    *texts = made;
    return ST_OK;
}

void field_texts_free(struct field_texts *texts)
{
    if (texts == NULL)
        return;
    buf_release(&texts->texts);
    free(texts);
}

/* --- Writing --------------------------------------------------------------------------------- */

struct writing {
    const struct field_text *fields;
    const struct document *document;
    struct value_texts *values;
    struct form *form;
    const uint8_t *piece; /* start of the form's text that has not been taken over yet */
    bool has_form;        /* the document is not too large for one */
};

/* Ends a piece of the form's text at `to`. */
static void note_gap(struct writing *writing, const uint8_t *to, uint32_t value,
                     enum form_gap_kind kind)
{
    struct form *const form = writing->form;
    const size_t len = (size_t)(to - writing->piece);
    if (!writing->has_form || len > FORM_TEXT_MAX - form->text_len) {
        writing->has_form = false;
        return;
    }
    memcpy(form->text + form->text_len, writing->piece, len);
    form->text_len += (uint32_t)len;
    form->gaps[form->gap_count++] = (struct form_gap){(uint16_t)len, (uint16_t)value, kind};
}

static enum form_gap_kind gap_kind(const struct document *document, const struct value *value)
{
    switch (value->kind) {
    case VALUE_INTEGER:
        return GAP_INTEGER;
    case VALUE_DOUBLE:
        return GAP_DOUBLE;
    case VALUE_IP:
        return GAP_IP;
    case VALUE_TIME:
        return document->view->fields[value->field].type == FIELD_DATE_NANOS ? GAP_NANOSECONDS
                                                                             : GAP_MICROSECONDS;
    case VALUE_TEXT:
    case VALUE_BOOLEAN:
    case VALUE_OBJECT:
        break; /* The last two have no gaps. */
    }
    return value->is_plain ? GAP_PLAIN : GAP_TEXT;
}

static uint8_t *put_content(struct writing *writing, uint8_t *to, const struct value *value,
                            enum form_gap_kind kind)
{
    switch (kind) {
    case GAP_TEXT:
    case GAP_PLAIN:
        return json_put_text(to, value->text);
    case GAP_INTEGER:
        return put_i64(to, value->integer);
    case GAP_IP:
        return value_put_ip(writing->values, to, &value->ip);
    case GAP_MICROSECONDS:
    case GAP_NANOSECONDS:
        return value_put_time(writing->values, to, value->integer, kind == GAP_NANOSECONDS);
    case GAP_DOUBLE:
        return value_put_double(to, value->real);
    case GAP_END:
        break;
    }
    return to;
}

static uint8_t *put_scalar(struct writing *writing, uint8_t *to, const struct value *value)
{
    if (value->kind == VALUE_BOOLEAN)
        return value_put_boolean(to, value->boolean);
    const enum form_gap_kind kind = gap_kind(writing->document, value);
    const bool has_quotes = kind != GAP_INTEGER && kind != GAP_DOUBLE;
    const uint32_t index = document_index(writing->document, value);
    const bool is_gap = !value->is_fixed;
    if (has_quotes)
        *to++ = '"';
    if (is_gap)
        note_gap(writing, to, index, kind);
    to = put_content(writing, to, value, kind);
    if (is_gap)
        writing->piece = to;
    if (has_quotes)
        *to++ = '"';
    return to;
}

static uint8_t *put_octets(uint8_t *to, const char *octets, size_t len)
{
    memcpy(to, octets, len);
    return to + len;
}

/* Closes the array and the innermost parents of a field. */
static uint8_t *put_end(uint8_t *to, const struct field_text *field, size_t parents)
{
    if (field->is_list)
        *to++ = ']';
    for (size_t i = 0; i < parents; i++)
        *to++ = '}';
    return to;
}

/* Closes what the field before has open and this one does not share, opens and names this one. */
static uint8_t *put_name(uint8_t *to, const struct field_text *before,
                         const struct field_text *field)
{
    size_t common = 0;
    if (before != NULL) {
        /* The bit behind all parents: at most so many are shared. */
        const uint64_t end = UINT64_C(1) << (8 * PARENTS_MAX);
        common = LOWEST_BIT((before->path ^ field->path) | end) / 8;
        common = common < field->parents ? common : field->parents;
        to = put_end(to, before, before->parents - common);
        *to++ = ',';
    }
    return put_octets(to, field->text + field->starts[common], field->len - field->starts[common]);
}

/* Several values of a field that is no list by nature, from `value` on: an array for once. */
static uint8_t *put_several(struct writing *writing, uint8_t *to, const struct value *value)
{
    *to++ = '[';
    to = put_scalar(writing, to, value);
    while ((value = document_next(writing->document, value)) != NULL) {
        *to++ = ',';
        to = put_scalar(writing, to, value);
    }
    *to++ = ']';
    return to;
}

/* Writes one object of an array: only leaves stand in it. */
static uint8_t *put_object(struct writing *writing, uint8_t *to, const struct value *object)
{
    const struct value *const values = writing->document->values;
    const struct field_text *before = NULL;
    *to++ = '{';
    for (uint32_t at = object->object.first; at != VALUE_NONE;) {
        const struct value *const value = &values[at];
        const struct field_text *const field = &writing->fields[value->field];
        at = value->sibling;
        const bool is_further = before != NULL && field == before;
        if (is_further && !field->is_list)
            continue; /* put_several has written it */
        if (is_further)
            *to++ = ',';
        else
            to = put_name(to, before, field);
        before = field;
        to = field->is_list || value->next == VALUE_NONE ? put_scalar(writing, to, value)
                                                         : put_several(writing, to, value);
    }
    if (before != NULL)
        to = put_end(to, before, before->parents);
    *to++ = '}';
    return to;
}

/* The values of a list without its brackets. */
static uint8_t *put_list(struct writing *writing, uint8_t *to, const struct value *value)
{
    for (;;) {
        to = value->kind == VALUE_OBJECT ? put_object(writing, to, value)
                                         : put_scalar(writing, to, value);
        value = document_next(writing->document, value);
        if (value == NULL)
            return to;
        *to++ = ',';
    }
}

static uint8_t *put_field(struct writing *writing, uint8_t *to, const struct field_text *field,
                          const struct value *value)
{
    if (field->is_list)
        return put_list(writing, to, value);
    return value->next == VALUE_NONE ? put_scalar(writing, to, value)
                                     : put_several(writing, to, value);
}

size_t field_texts_room(const struct document *document)
{
    return NAME_ROOM + document->count * (size_t)(NAME_ROOM + VALUE_TEXT_ROOM) +
           JSON_PUT_MAX(document->text_len);
}

static void form_begin(struct form *form, const struct document *document)
{
    form->count = document->count;
    form->trait_count = document->trait_count;
    form->text_len = 0;
    form->gap_count = 0;
    for (uint32_t i = 0; i < document->trait_count && i < FORM_VALUES_MAX; i++)
        form->traits[i] = document->traits[i];
}

uint8_t *field_texts_put(const struct field_texts *texts, struct value_texts *values, uint8_t *to,
                         const struct document *document, struct form *form)
{
    struct writing writing = {
        .fields = texts->fields,
        .document = document,
        .values = values,
        .form = form,
        .piece = to,
        .has_form = document->count <= FORM_VALUES_MAX,
    };
    const struct field_text *before = NULL;
    form_begin(form, document);
    *to++ = '{';
    for (uint16_t i = 0; i < document->view->count; i++) {
        const struct value *const value = document_first(document, VALUE_NONE, i);
        if (value == NULL)
            continue;
        to = put_name(to, before, &texts->fields[i]);
        before = &texts->fields[i];
        to = put_field(&writing, to, before, value);
    }
    if (before != NULL)
        to = put_end(to, before, before->parents);
    *to++ = '}';
    note_gap(&writing, to, 0, GAP_END);
    if (!writing.has_form)
        form->gap_count = 0;
    return to;
}
