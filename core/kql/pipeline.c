#include "core/kql/pipeline.h"

#include <string.h>
#include <strings.h>

#include "core/base/macros.h"

/* The offset of a word with the blanks around it, in whatever case; SIZE_MAX if it is not there. */
static size_t find_word(struct bytes text, const char *word)
{
    const size_t len = strlen(word);
    for (size_t at = 0; at + len <= text.len; at++) {
        if (strncasecmp((const char *)text.data + at, word, len) == 0)
            return at;
    }
    return SIZE_MAX;
}

static bool has_word(struct bytes text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (find_word(text, words[i]) != SIZE_MAX)
            return true;
    }
    return false;
}

static bool begins_statement(struct bytes text)
{
    static const char *const WORDS[] = {"from ", "select ", "row ", "index="};
    for (size_t i = 0; i < ARRAY_LEN(WORDS); i++) {
        if (find_word(bytes_slice(text, 0, strlen(WORDS[i])), WORDS[i]) == 0)
            return true;
    }
    return false;
}

bool kql_is_pipeline(struct bytes text)
{
    return begins_statement(text) || find_word(text, " | ") != SIZE_MAX;
}

bool kql_is_surely_pipeline(struct bytes text)
{
    static const char *const PARTS[] = {" | ", " from ", " where "};
    static const char *const COMMANDS[] = {" | where ", " | stats ", " | limit ", " | sort ",
                                           " | keep ",  " | head",   " | count",  " | search "};
    return (begins_statement(text) && has_word(text, PARTS, ARRAY_LEN(PARTS))) ||
           has_word(text, COMMANDS, ARRAY_LEN(COMMANDS));
}

/* True for the "=" of a comparison, which is no part of "<=", ">=" and "!=". */
static bool is_equals_sign(struct bytes text, size_t at)
{
    const uint8_t before = at == 0 ? ' ' : text.data[at - 1];
    return text.data[at] == '=' && before != '<' && before != '>' && before != '!';
}

bool kql_pipeline_condition(struct bytes text, struct buf *out)
{
    static const char keyword[] = "where ";
    const size_t where = find_word(text, keyword);
    if (where == SIZE_MAX)
        return false;
    struct bytes rest = bytes_slice(text, where + sizeof keyword - 1, text.len);
    rest = bytes_slice(rest, 0, find_word(rest, " | "));
    for (size_t i = 0; i < rest.len; i++) {
        const bool is_equal = is_equals_sign(rest, i);
        while (is_equal && out->len > 0 && out->data[out->len - 1] == ' ')
            out->len--;
        buf_add_u8(out, is_equal ? ':' : rest.data[i]);
        if (is_equal && i + 1 < rest.len && rest.data[i + 1] == '=')
            i++;
    }
    while (out->len > 0 && out->data[out->len - 1] <= ' ')
        out->len--;
    return out->len > 0;
}
