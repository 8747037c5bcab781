#include "core/kql/words.h"

#include "core/base/lower_case.h"
#include "core/base/macros.h"
#include "core/base/utf8.h"
#include "core/kql/word_class_list.h"

enum word_class {
    OTHER,
    EXTEND,
    LETTER,
    NUMERIC,
    KATAKANA,
    EXTEND_NUM_LET,
    MID_LETTER,
    MID_NUM,
    MID_NUM_LET,
    IDEOGRAPH,
    HIRAGANA,
    COMPLEX,
    FLAG,
    EMOJI,
};

struct class_range {
    uint32_t first;
    uint32_t last;
    enum word_class class;
};

#define CLASS_ROW(first, last, class) {first, last, class},
static const struct class_range CLASS_RANGES[] = {WORD_CLASS_LIST(CLASS_ROW)};

static enum word_class class_of(uint32_t code)
{
    if ((code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z'))
        return LETTER;
    size_t low = 0;
    size_t high = ARRAY_LEN(CLASS_RANGES);
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (code > CLASS_RANGES[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    const bool is_inside = low < ARRAY_LEN(CLASS_RANGES) && code >= CLASS_RANGES[low].first;
    return is_inside ? CLASS_RANGES[low].class : OTHER;
}

/* A character and what follows it. */
struct step {
    enum word_class class;
    size_t len;   /* octets, those of the marks behind it included */
    size_t units; /* UTF-16 */
};

/* The first character of the text with the marks that extend it (WB4). */
static struct step step_at(struct bytes text)
{
    struct utf8_char c = utf8_next(text);
    struct step step = {.class = c.len == 0 ? OTHER : class_of(c.code)};
    do {
        step.len += c.len;
        step.units += c.code > 0xffff ? 2 : 1;
        c = utf8_next(bytes_slice(text, step.len, text.len));
    } while (c.len != 0 && step.units < WORD_UNITS_MAX && class_of(c.code) == EXTEND);
    return step;
}

/* What stands between two parts of a word without being one: "can't", "3.14". */
static bool is_inner_mark(enum word_class before, enum word_class mark)
{
    if (mark == MID_NUM_LET)
        return before == LETTER || before == NUMERIC;
    return (mark == MID_LETTER && before == LETTER) || (mark == MID_NUM && before == NUMERIC);
}

/* True if there is no boundary between the two (WB5, WB8 to WB10, WB13 to WB13b). */
static bool is_joined(enum word_class before, enum word_class after)
{
    const bool is_word = after == LETTER || after == NUMERIC;
    switch (before) {
    case LETTER:
    case NUMERIC:
        return is_word || after == EXTEND_NUM_LET;
    case KATAKANA:
        return after == KATAKANA || after == EXTEND_NUM_LET;
    case EXTEND_NUM_LET:
        return is_word || after == KATAKANA || after == EXTEND_NUM_LET;
    case COMPLEX:
        return after == COMPLEX;
    case OTHER:
    case EXTEND:
    case MID_LETTER:
    case MID_NUM:
    case MID_NUM_LET:
    case IDEOGRAPH:
    case HIRAGANA:
    case FLAG:
    case EMOJI:
        return false;
    }
    return false;
}

static bool counts_as_word(enum word_class class)
{
    return class == LETTER || class == NUMERIC || class == KATAKANA || class == IDEOGRAPH ||
           class == HIRAGANA || class == COMPLEX || class == EMOJI || class == FLAG;
}

/* What follows `before` without a boundary: one character, or a mark and the character that lets
 * it be part of the word (WB6, WB7, WB11, WB12). len is 0 if the word ends. */
static struct step next_part(struct bytes rest, enum word_class before)
{
    const struct step next = step_at(rest);
    if (next.len == 0 || is_joined(before, next.class))
        return next;
    if (is_inner_mark(before, next.class)) {
        const struct step behind = step_at(bytes_slice(rest, next.len, rest.len));
        if (behind.len != 0 && behind.class == before)
            return (struct step){before, next.len + behind.len, next.units + behind.units};
    }
    return (struct step){.class = OTHER};
}

/* Length of the run at the start of the text that has no boundary inside; *is_word tells whether
 * it holds anything that makes it a word. */
static size_t run_len(struct bytes text, bool *is_word)
{
    struct step part = step_at(text);
    size_t len = part.len;
    size_t units = part.units;
    enum word_class before = part.class;
    *is_word = counts_as_word(before);
    for (;;) {
        part = next_part(bytes_slice(text, len, text.len), before);
        if (part.len == 0 || units + part.units > WORD_UNITS_MAX)
            return len;
        len += part.len;
        units += part.units;
        before = part.class;
        *is_word = *is_word || counts_as_word(before);
    }
}

bool word_next(struct word_reader *reader, struct bytes *word)
{
    while (reader->rest.len != 0) {
        bool is_word = false;
        const size_t len = run_len(reader->rest, &is_word);
        const struct bytes run = {reader->rest.data, len};
        reader->rest = bytes_slice(reader->rest, len, reader->rest.len);
        if (!is_word)
            continue;
        struct buf lower = {
            .data = reader->word, .cap = sizeof reader->word, .max = sizeof reader->word};
        lower_case(run, &lower);
        *word = buf_bytes(&lower);
        return true;
    }
    return false;
}
