#include "core/kql/word_list.h"

static bool separates_words(uint8_t octet)
{
    return octet == ' ' || octet == ',';
}

size_t kql_join_words(struct bytes text, const char *operator, struct buf * out)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (separates_words(text.data[i]))
            continue;
        if (i == 0 || separates_words(text.data[i - 1])) {
            buf_add_text(out, count == 0 ? "" : operator);
            count++;
        }
        buf_add_u8(out, text.data[i]);
    }
    return count;
}

bool kql_is_in_parentheses(struct bytes text, size_t at, size_t end)
{
    while (at > 0 && text.data[at - 1] == ' ')
        at--;
    while (end < text.len && text.data[end] == ' ')
        end++;
    return at > 0 && end < text.len && text.data[at - 1] == '(' && text.data[end] == ')';
}
