#include "core/kql/value_check.h"

#include "core/kql/words.h"

bool value_check_pieces(const struct bytes *pieces, size_t count, struct bytes text)
{
    const struct bytes first = pieces[0];
    const struct bytes last = pieces[count - 1];
    if (text.len < first.len + last.len || !bytes_starts_with(text, first) ||
        !bytes_ends_with(text, last))
        return false;
    struct bytes rest = bytes_slice(text, first.len, text.len - first.len - last.len);
    for (size_t i = 1; i + 1 < count; i++) {
        if (pieces[i].len == 0)
            continue;
        const uint8_t *const found =
            rest.len == 0 ? NULL : memmem(rest.data, rest.len, pieces[i].data, pieces[i].len);
        if (found == NULL)
            return false;
        const size_t behind = (size_t)(found - rest.data) + pieces[i].len;
        rest = bytes_slice(rest, behind, rest.len);
    }
    return true;
}

bool value_check_pattern(struct bytes pattern, struct bytes text)
{
    size_t at = 0;
    size_t in_text = 0;
    size_t star = SIZE_MAX; /* the last "*" and where the text behind it may begin */
    size_t resume = 0;
    while (in_text < text.len) {
        if (at < pattern.len && pattern.data[at] == '*') {
            star = at++;
            resume = in_text;
        } else if (at < pattern.len && pattern.data[at] == text.data[in_text]) {
            at++;
            in_text++;
        } else if (star != SIZE_MAX) {
            at = star + 1;
            in_text = ++resume;
        } else {
            return false;
        }
    }
    while (at < pattern.len && pattern.data[at] == '*')
        at++;
    return at == pattern.len;
}

static bool is_in_range(const struct text_range *range, struct bytes text)
{
    if (range->has_low) {
        const int order = bytes_compare(text, range->low);
        if (order < 0 || (order == 0 && !range->includes_low))
            return false;
    }
    if (range->has_high) {
        const int order = bytes_compare(text, range->high);
        if (order > 0 || (order == 0 && !range->includes_high))
            return false;
    }
    return true;
}

static bool is_integer_in_range(const struct value_check *check, const struct value *value)
{
    int64_t integer = 0;
    if (value->kind == VALUE_INTEGER || value->kind == VALUE_TIME)
        integer = value->integer;
    else if (value->kind == VALUE_BOOLEAN)
        integer = value->boolean ? 1 : 0;
    else
        return false;
    return integer >= check->low && integer <= check->high;
}

static bool is_double_in_range(const struct value_check *check, const struct value *value)
{
    if (value->kind != VALUE_DOUBLE)
        return false;
    const int64_t order = value_check_order(value->real);
    return order >= check->low && order <= check->high;
}

static bool is_ip_in_range(const struct value_check *check, const struct value *value)
{
    return value->kind == VALUE_IP &&
           memcmp(value->ip.octets, check->low_ip.octets, sizeof value->ip.octets) >= 0 &&
           memcmp(value->ip.octets, check->high_ip.octets, sizeof value->ip.octets) <= 0;
}

static bool is_word_wanted(const struct value_check *check, struct bytes word)
{
    if (check->kind == CHECK_WORD_PIECES)
        return value_check_pieces(check->texts, check->text_count, word);
    if (check->kind == CHECK_WORD_RANGE)
        return is_in_range(&check->range, word);
    for (size_t i = 0; i < check->text_count; i++) {
        if (bytes_equal(check->texts[i], word))
            return true;
    }
    return false;
}

static bool has_word(const struct value_check *check, struct bytes text)
{
    struct word_reader reader = word_reader_of(text);
    struct bytes word;
    while (word_next(&reader, &word)) {
        if (is_word_wanted(check, word))
            return true;
    }
    return false;
}

/* The text that is looked at: all of it, or the value of a flattened leaf. */
static struct bytes subject(const struct value_check *check, const struct value *value)
{
    if (!check->behind_key)
        return value->text;
    const uint8_t *const end =
        value->text.len == 0 ? NULL : memchr(value->text.data, '\0', value->text.len);
    const size_t behind = end == NULL ? 0 : (size_t)(end - value->text.data) + 1;
    return bytes_slice(value->text, behind, value->text.len);
}

static bool is_text_wanted(const struct value_check *check, struct bytes text)
{
    switch (check->kind) {
    case CHECK_TEXT:
        return bytes_equal(check->text, text);
    case CHECK_PIECES:
        return value_check_pieces(check->texts, check->text_count, text);
    case CHECK_TEXT_RANGE:
        return is_in_range(&check->range, text);
    case CHECK_WORDS:
    case CHECK_WORD_PIECES:
    case CHECK_WORD_RANGE:
        return has_word(check, text);
    case CHECK_ANY:
    case CHECK_INTEGER_RANGE:
    case CHECK_DOUBLE_RANGE:
    case CHECK_IP_RANGE:
    case CHECK_PHRASE:
        break;
    }
    return false;
}

static bool is_wanted(const struct value_check *check, const struct value *value)
{
    switch (check->kind) {
    case CHECK_ANY:
        return true;
    case CHECK_INTEGER_RANGE:
        return is_integer_in_range(check, value);
    case CHECK_DOUBLE_RANGE:
        return is_double_in_range(check, value);
    case CHECK_IP_RANGE:
        return is_ip_in_range(check, value);
    case CHECK_TEXT:
    case CHECK_PIECES:
    case CHECK_TEXT_RANGE:
    case CHECK_WORDS:
    case CHECK_PHRASE:
    case CHECK_WORD_PIECES:
    case CHECK_WORD_RANGE:
        return value->kind == VALUE_TEXT && is_text_wanted(check, subject(check, value));
    }
    return false;
}

/* Values are 100 positions apart (position_increment_gap), so no phrase runs over their border:
 * each is searched alone. Bit i of `runs` says that the last words read are the first i + 1 of the
 * phrase. */
static bool has_phrase(const struct value_check *check, struct bytes text)
{
    const uint64_t whole = UINT64_C(1) << (check->text_count - 1);
    struct word_reader reader = word_reader_of(text);
    struct bytes word;
    uint64_t runs = 0;
    while (word_next(&reader, &word)) {
        uint64_t equal = 0;
        for (size_t i = 0; i < check->text_count; i++)
            equal |= bytes_equal(check->texts[i], word) ? UINT64_C(1) << i : 0;
        runs = (runs << 1 | 1) & equal;
        if ((runs & whole) != 0)
            return true;
    }
    return false;
}

bool value_check_any(const struct value_check *check, const struct document *document,
                     const struct value *first)
{
    for (const struct value *value = first; value != NULL; value = document_next(document, value)) {
        const bool passes = check->kind == CHECK_PHRASE
                                ? value->kind == VALUE_TEXT && has_phrase(check, value->text)
                                : is_wanted(check, value);
        if (passes)
            return true;
    }
    return false;
}
