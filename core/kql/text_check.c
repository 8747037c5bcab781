#include "core/kql/text_check.h"

#include "core/base/lower_case.h"
#include "core/kql/words.h"

static bool is_analysed(const struct data_view_field *field)
{
    return field->type == FIELD_TEXT || field->type == FIELD_MATCH_ONLY_TEXT;
}

/* A copy of the text in lower case on the arena. */
static enum status copy_lower(const struct check_context *c, struct bytes text, struct bytes *copy)
{
    struct buf lower;
    buf_init(&lower, 3 * text.len + 1);
    lower_case(text, &lower);
    *copy = buf_ok(&lower) ? arena_copy(c->arena, buf_bytes(&lower)) : (struct bytes){0};
    buf_release(&lower);
    return copy->data == NULL ? ST_NO_MEMORY : ST_OK;
}

/* The text as the field's values are indexed. */
static enum status normalise(const struct check_context *c, const struct data_view_field *field,
                             struct bytes text, struct bytes *copy)
{
    if (field->is_lower_case)
        return copy_lower(c, text, copy);
    *copy = text;
    return ST_OK;
}

enum status text_check_equal(const struct check_context *c, const struct data_view_field *field,
                             struct bytes value, struct value_check *check)
{
    *check = (struct value_check){.kind = CHECK_TEXT, .behind_key = field->type == FIELD_FLATTENED};
    return normalise(c, field, value, &check->text);
}

enum status text_check_words(const struct check_context *c, struct bytes value, bool is_phrase,
                             struct value_check *check)
{
    struct word_reader reader = word_reader_of(value);
    struct bytes word;
    size_t count = 0;
    while (word_next(&reader, &word))
        count++;
    if (count == 0)
        return ST_NOT_FOUND;
    if (is_phrase && count > TEXT_PHRASE_MAX) {
        (void)check_refuse(c, value, "is too long a phrase", "phrases have up to 64 words");
        return ST_LIMIT;
    }
    struct bytes *const words = arena_array(c->arena, count, sizeof *words);
    if (words == NULL)
        return ST_NO_MEMORY;
    reader = word_reader_of(value);
    for (size_t i = 0; i < count && word_next(&reader, &word); i++) {
        words[i] = arena_copy(c->arena, word);
        if (words[i].data == NULL)
            return ST_NO_MEMORY;
    }
    *check = (struct value_check){
        .kind = is_phrase ? CHECK_PHRASE : CHECK_WORDS, .texts = words, .text_count = count};
    return ST_OK;
}

enum status text_check_range(const struct check_context *c, const struct data_view_field *field,
                             const struct check_bounds *bounds, struct value_check *check)
{
    struct bytes value = {0};
    const enum status status = normalise(c, field, bounds->value, &value);
    *check = (struct value_check){
        .kind = is_analysed(field) ? CHECK_WORD_RANGE : CHECK_TEXT_RANGE,
        .behind_key = field->type == FIELD_FLATTENED,
        .range = {bounds->has_low, bounds->has_high, bounds->includes_low, bounds->includes_high,
                  value, value},
    };
    return status;
}

enum status text_check_pieces(const struct check_context *c, const struct data_view_field *field,
                              const struct bytes *pieces, size_t count, struct value_check *check)
{
    const bool lowers = is_analysed(field) || field->is_lower_case;
    struct bytes *const texts = arena_array(c->arena, count, sizeof *texts);
    if (texts == NULL)
        return ST_NO_MEMORY;
    enum status status = ST_OK;
    for (size_t i = 0; i < count && status == ST_OK; i++) {
        texts[i] = pieces[i];
        if (lowers)
            status = copy_lower(c, pieces[i], &texts[i]);
    }
    *check = (struct value_check){
        .kind = is_analysed(field) ? CHECK_WORD_PIECES : CHECK_PIECES,
        .behind_key = field->type == FIELD_FLATTENED,
        .texts = texts,
        .text_count = count,
    };
    return status;
}
