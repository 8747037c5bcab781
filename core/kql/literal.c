#include "core/kql/literal.h"

#include <assert.h>

#include "core/base/buf.h"
#include "core/base/utf8.h"

/* What stands at one place of an unquoted literal, or between quotes. */
struct unit {
    enum {
        UNIT_END,      /* the literal stops here */
        UNIT_PLAIN,    /* octets that stand for themselves, behind `skip` octets of escape */
        UNIT_WILDCARD, /* an unescaped '*' */
        UNIT_CODE,     /* an escape for one UTF-16 code unit */
    } kind;
    size_t len; /* octets of the text it takes */
    size_t skip;
    uint32_t code;
};

/* Collects the unescaped octets of a literal. They never need more room than the escaped ones. */
struct unescaped {
    uint8_t *data;
    size_t len;
    uint32_t high_surrogate; /* waits for its low half; 0: none */
};

static uint8_t octet_at(struct bytes text, size_t pos)
{
    return pos < text.len ? text.data[pos] : 0;
}

/* Octets of the white space character at `pos`, 0 if there is none. */
static size_t space_len(struct bytes text, size_t pos)
{
    const uint8_t octet = octet_at(text, pos);
    if (octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n')
        return 1;
    return octet == 0xc2 && octet_at(text, pos + 1) == 0xa0 ? 2 : 0;
}

size_t kql_skip_space(struct bytes text, size_t pos)
{
    for (size_t len = space_len(text, pos); len != 0; len = space_len(text, pos))
        pos += len;
    return pos;
}

/* True if the lower-case ASCII word stands at `pos` in any case. */
static bool has_word(struct bytes text, size_t pos, const char *word)
{
    for (; *word != '\0'; word++, pos++) {
        if ((octet_at(text, pos) | 0x20) != *word)
            return false;
    }
    return true;
}

size_t kql_skip_keyword(struct bytes text, size_t pos, const char *word)
{
    if (!has_word(text, pos, word))
        return pos;
    const size_t behind = pos + strlen(word);
    const size_t next = kql_skip_space(text, behind);
    return next == behind ? pos : next;
}

size_t kql_skip_operator(struct bytes text, size_t pos, const char *word)
{
    const size_t start = kql_skip_space(text, pos);
    if (start == pos)
        return pos;
    const size_t behind = kql_skip_keyword(text, start, word);
    return behind == start ? pos : behind;
}

bool kql_is_special(uint8_t octet)
{
    return octet != '\0' && strchr("\\():<>\"*{}", octet) != NULL;
}

static int hex_value(uint8_t octet)
{
    if (octet >= '0' && octet <= '9')
        return octet - '0';
    const int lower = octet | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* \uXXXX */
static struct unit unicode_escape(struct bytes text, size_t pos)
{
    uint32_t code = 0;
    for (size_t i = 2; i < 6; i++) {
        const int value = hex_value(octet_at(text, pos + i));
        if (value < 0)
            return (struct unit){.kind = UNIT_END};
        code = code << 4 | (uint32_t)value;
    }
    return (struct unit){.kind = UNIT_CODE, .len = 6, .code = code};
}

/* The escapes that quoted and unquoted literals share: \t \r \n \uXXXX. */
static struct unit common_escape(struct bytes text, size_t pos)
{
    struct unit unit = {.kind = UNIT_CODE, .len = 2};
    switch (octet_at(text, pos + 1)) {
    case 't':
        unit.code = '\t';
        return unit;
    case 'r':
        unit.code = '\r';
        return unit;
    case 'n':
        unit.code = '\n';
        return unit;
    case 'u':
        return unicode_escape(text, pos);
    default:
        return (struct unit){.kind = UNIT_END};
    }
}

/* What a backslash outside quotes escapes. \not is LF and "ot": Kibana tries \n first. */
static struct unit escape_unit(struct bytes text, size_t pos)
{
    static const char *const words[] = {"or", "and", "not"};
    const struct unit common = common_escape(text, pos);
    if (common.kind != UNIT_END)
        return common;
    if (kql_is_special(octet_at(text, pos + 1)))
        return (struct unit){.kind = UNIT_PLAIN, .len = 2, .skip = 1};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (has_word(text, pos + 1, words[i]))
            return (struct unit){.kind = UNIT_PLAIN, .len = 1 + strlen(words[i]), .skip = 1};
    }
    return (struct unit){.kind = UNIT_END};
}

/* White space inside a literal, all of it at once: none of its characters starts an operator if
 * the first does not. */
static struct unit space_unit(struct bytes text, size_t pos)
{
    const size_t behind = kql_skip_space(text, pos);
    if (kql_skip_keyword(text, behind, "or") != behind ||
        kql_skip_keyword(text, behind, "and") != behind)
        return (struct unit){.kind = UNIT_END};
    return (struct unit){.kind = UNIT_PLAIN, .len = behind - pos};
}

static struct unit unquoted_unit(struct bytes text, size_t pos)
{
    if (pos >= text.len)
        return (struct unit){.kind = UNIT_END};
    const uint8_t octet = text.data[pos];
    if (octet == '*')
        return (struct unit){.kind = UNIT_WILDCARD, .len = 1};
    if (octet == '\\')
        return escape_unit(text, pos);
    if (kql_is_special(octet))
        return (struct unit){.kind = UNIT_END};
    if (space_len(text, pos) != 0)
        return space_unit(text, pos);
    /* `not` and a blank end a literal even in the middle of a word: "cannot connect". */
    if ((octet | 0x20) == 'n' && kql_skip_keyword(text, pos, "not") != pos)
        return (struct unit){.kind = UNIT_END};
    return (struct unit){.kind = UNIT_PLAIN, .len = 1};
}

/* Between quotes a backslash escapes a few characters and stands for itself before all others. */
static struct unit quoted_unit(struct bytes text, size_t pos)
{
    if (pos >= text.len || text.data[pos] == '"')
        return (struct unit){.kind = UNIT_END};
    if (text.data[pos] == '\\') {
        const uint8_t next = octet_at(text, pos + 1);
        if (next == '\\' || next == '"')
            return (struct unit){.kind = UNIT_PLAIN, .len = 2, .skip = 1};
        const struct unit common = common_escape(text, pos);
        if (common.kind != UNIT_END)
            return common;
    }
    return (struct unit){.kind = UNIT_PLAIN, .len = 1};
}

static void add_code(struct unescaped *out, uint32_t code)
{
    uint8_t octets[4];
    struct buf encoded = {.data = octets, .cap = sizeof octets, .max = sizeof octets};
    utf8_add(&encoded, code);
    memcpy(out->data + out->len, octets, encoded.len);
    out->len += encoded.len;
}

/* Half a surrogate pair that never found its other half becomes U+FFFD. */
static void end_surrogate(struct unescaped *out)
{
    if (out->high_surrogate == 0)
        return;
    out->high_surrogate = 0;
    add_code(out, 0xfffd);
}

static void add_unit(struct unescaped *out, struct bytes text, size_t pos, struct unit unit)
{
    if (unit.kind == UNIT_CODE) {
        const uint32_t code = unit.code;
        if (out->high_surrogate != 0 && code >= 0xdc00 && code < 0xe000) {
            const uint32_t high = out->high_surrogate - 0xd800;
            out->high_surrogate = 0;
            add_code(out, 0x10000 + (high << 10) + (code - 0xdc00));
            return;
        }
        end_surrogate(out);
        if (code >= 0xd800 && code < 0xdc00)
            out->high_surrogate = code;
        else
            add_code(out, code);
        return;
    }
    end_surrogate(out);
    if (unit.kind == UNIT_PLAIN) {
        memcpy(out->data + out->len, text.data + pos + unit.skip, unit.len - unit.skip);
        out->len += unit.len - unit.skip;
    }
}

/* What JavaScript's trim() removes. */
static bool is_trimmed(uint32_t code)
{
    return (code >= 0x09 && code <= 0x0d) || code == 0x20 || code == 0xa0 || code == 0x1680 ||
           (code >= 0x2000 && code <= 0x200a) || code == 0x2028 || code == 0x2029 ||
           code == 0x202f || code == 0x205f || code == 0x3000 || code == 0xfeff;
}

static struct bytes trim_start(struct bytes text)
{
    while (text.len > 0) {
        const struct utf8_char first = utf8_next(text);
        if (!is_trimmed(first.code))
            break;
        text = bytes_slice(text, first.len, text.len);
    }
    return text;
}

static struct bytes trim_end(struct bytes text)
{
    while (text.len > 0) {
        size_t last = text.len - 1;
        while (last > 0 && (text.data[last] & 0xc0) == 0x80)
            last--;
        if (!is_trimmed(utf8_next(bytes_slice(text, last, text.len)).code))
            break;
        text.len = last;
    }
    return text;
}

/* Unquoted and without a wildcard: these three words are JSON values. */
static enum kql_literal_kind word_kind(struct bytes text)
{
    if (bytes_is(text, "null"))
        return KQL_NULL;
    if (bytes_is(text, "true"))
        return KQL_TRUE;
    return bytes_is(text, "false") ? KQL_FALSE : KQL_TEXT;
}

/* Builds a literal with escapes or wildcards from the octets [at, end) of the text. */
static enum status build(struct bytes text, size_t wildcard_count, struct arena *arena,
                         struct kql_literal *literal)
{
    struct bytes *const pieces = arena_array(arena, wildcard_count + 1, sizeof *pieces);
    struct unescaped out = {.data = arena_alloc(arena, literal->end - literal->at)};
    if (pieces == NULL || out.data == NULL)
        return ST_NO_MEMORY;
    size_t piece = 0;
    size_t piece_start = 0;
    const struct bytes part = {text.data, literal->end};
    for (size_t pos = literal->at; pos < part.len;) {
        const struct unit unit = unquoted_unit(text, pos);
        add_unit(&out, text, pos, unit);
        pos += unit.len;
        if (unit.kind != UNIT_WILDCARD)
            continue;
        pieces[piece++] = (struct bytes){out.data + piece_start, out.len - piece_start};
        piece_start = out.len;
    }
    end_surrogate(&out);
    pieces[piece] = trim_end((struct bytes){out.data + piece_start, out.len - piece_start});
    pieces[0] = trim_start(pieces[0]);
    if (wildcard_count == 0) {
        literal->text = pieces[0];
        literal->kind = word_kind(literal->text);
        return ST_OK;
    }
    literal->kind = KQL_WILDCARD;
    literal->pieces = pieces;
    literal->piece_count = wildcard_count + 1;
    return ST_OK;
}

static enum status read_unquoted(struct bytes text, size_t *pos, struct arena *arena,
                                 struct kql_literal *literal)
{
    size_t end = *pos;
    size_t wildcard_count = 0;
    bool is_plain = true;
    for (struct unit unit = unquoted_unit(text, end); unit.kind != UNIT_END;
         unit = unquoted_unit(text, end)) {
        wildcard_count += unit.kind == UNIT_WILDCARD;
        is_plain = is_plain && unit.kind == UNIT_PLAIN && unit.skip == 0;
        end += unit.len;
    }
    if (end == *pos)
        return ST_INVALID;
    struct kql_literal read = {.at = *pos, .end = end};
    if (is_plain) {
        read.text = trim_end(trim_start(bytes_slice(text, *pos, end - *pos)));
        read.kind = word_kind(read.text);
    } else {
        const enum status status = build(text, wildcard_count, arena, &read);
        if (status != ST_OK)
            return status;
    }
    read.end = read.at + trim_end(bytes_slice(text, *pos, end - *pos)).len;
    *literal = read;
    *pos = end;
    return ST_OK;
}

static enum status read_quoted(struct bytes text, size_t *pos, struct arena *arena,
                               struct kql_literal *literal)
{
    const size_t start = *pos + 1;
    size_t end = start;
    bool is_plain = true;
    for (struct unit unit = quoted_unit(text, end); unit.kind != UNIT_END;
         unit = quoted_unit(text, end)) {
        is_plain = is_plain && unit.kind == UNIT_PLAIN && unit.skip == 0;
        end += unit.len;
    }
    if (end >= text.len)
        return ST_INVALID;
    struct bytes content = bytes_slice(text, start, end - start);
    if (!is_plain) {
        struct unescaped out = {.data = arena_alloc(arena, content.len)};
        if (out.data == NULL)
            return ST_NO_MEMORY;
        for (size_t at = start; at < end;) {
            const struct unit unit = quoted_unit(text, at);
            add_unit(&out, text, at, unit);
            at += unit.len;
        }
        end_surrogate(&out);
        content = (struct bytes){out.data, out.len};
    }
    *literal = (struct kql_literal){
        .kind = KQL_TEXT, .is_quoted = true, .text = content, .at = *pos, .end = end + 1};
    *pos = end + 1;
    return ST_OK;
}

enum status kql_literal_read(struct bytes text, size_t *pos, struct arena *arena,
                             struct kql_literal *literal)
{
    if (octet_at(text, *pos) == '"')
        return read_quoted(text, pos, arena, literal);
    return read_unquoted(text, pos, arena, literal);
}
