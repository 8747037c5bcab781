#include "core/json/plain.h"

#include <string.h>

/* An octet in each octet of a word. */
#define EACH(octet) (UINT64_C(0x0101010101010101) * (octet))

struct plain {
    struct bytes text;
    size_t at;
    json_handler handler;
    void *context;
    struct json_plain_progress *progress; /* the caller's */
    bool is_first;                        /* nothing stands in the innermost container yet */
    unsigned depth;                       /* open containers */
    bool is_array[JSON_READER_DEPTH_MAX];
};

/* Nonzero if one of eight octets is below `limit`, which is at most 128. */
static uint64_t has_below(uint64_t word, uint8_t limit)
{
    return (word - EACH(limit)) & ~word & EACH(0x80);
}

bool json_plain_is(struct bytes text)
{
    size_t at = 0;
    uint64_t word = 0;
    for (; text.len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text.data + at, sizeof word);
        if ((has_below(word, ' ') | has_below(word ^ EACH('\\'), 1)) != 0)
            return false;
    }
    for (; at < text.len; at++) {
        if (text.data[at] < ' ' || text.data[at] == '\\')
            return false;
    }
    return true;
}

static enum status fail(struct plain *p, enum status status, const char *complaint)
{
    p->progress->complaint = complaint;
    p->progress->at = p->at;
    return status;
}

/* The next octet; at the end NUL, which no plain text holds. */
static uint8_t peek(const struct plain *p)
{
    return p->at < p->text.len ? p->text.data[p->at] : '\0';
}

static uint8_t peek_behind_blanks(struct plain *p)
{
    while (peek(p) == ' ')
        p->at++;
    return peek(p);
}

static enum status emit(struct plain *p, const struct json_event *event)
{
    p->progress->at = p->at;
    return p->handler(p->context, event);
}

/* A string, or the name of a member: the quotation mark is next. */
static enum status read_string(struct plain *p, enum json_event_kind kind)
{
    const struct bytes rest = bytes_slice(p->text, p->at + 1, p->text.len);
    const uint8_t *const end = rest.len == 0 ? NULL : memchr(rest.data, '"', rest.len);
    if (end == NULL) {
        p->at = p->text.len;
        return fail(p, ST_MALFORMED, "a string has no end");
    }
    const size_t len = (size_t)(end - rest.data);
    p->at += len + 2;
    return emit(p, &(struct json_event){.kind = kind, .text = {rest.data, len}});
}

static enum status read_word(struct plain *p, const char *word, const struct json_event *event)
{
    for (; *word != '\0'; word++, p->at++) {
        if (peek(p) != (uint8_t)*word)
            return fail(p, ST_MALFORMED, "neither true nor false nor null");
    }
    return emit(p, event);
}

static bool is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

/* One digit or more. */
static bool skip_digits(struct plain *p)
{
    const size_t start = p->at;
    while (is_digit(peek(p)))
        p->at++;
    return p->at > start;
}

static bool skip_number(struct plain *p)
{
    if (peek(p) == '-')
        p->at++;
    if (peek(p) == '0')
        p->at++;
    else if (!skip_digits(p))
        return false;
    if (peek(p) == '.') {
        p->at++;
        if (!skip_digits(p))
            return false;
    }
    if ((peek(p) | 0x20) == 'e') {
        p->at++;
        if (peek(p) == '+' || peek(p) == '-')
            p->at++;
        return skip_digits(p);
    }
    return true;
}

static enum status read_number(struct plain *p)
{
    const size_t start = p->at;
    if (!skip_number(p))
        return fail(p, ST_MALFORMED, "a number lacks a digit");
    const struct bytes number = bytes_slice(p->text, start, p->at - start);
    return emit(p, &(struct json_event){.kind = JSON_NUMBER, .text = number});
}

static enum status open_container(struct plain *p, enum json_event_kind kind)
{
    if (p->depth == JSON_READER_DEPTH_MAX)
        return fail(p, ST_LIMIT, "arrays and objects are nested too deeply");
    p->is_array[p->depth++] = kind == JSON_BEGIN_ARRAY;
    p->is_first = true;
    p->at++;
    return emit(p, &(struct json_event){.kind = kind});
}

static enum status close_container(struct plain *p, enum json_event_kind kind)
{
    p->depth--;
    p->is_first = false;
    p->at++;
    return emit(p, &(struct json_event){.kind = kind});
}

/* A value, or the opening of one. */
static enum status read_value(struct plain *p)
{
    const uint8_t octet = peek_behind_blanks(p);
    switch (octet) {
    case '"':
        return read_string(p, JSON_STRING);
    case '{':
        return open_container(p, JSON_BEGIN_OBJECT);
    case '[':
        return open_container(p, JSON_BEGIN_ARRAY);
    case 't':
        return read_word(p, "true", &(struct json_event){.kind = JSON_BOOLEAN, .boolean = true});
    case 'f':
        return read_word(p, "false", &(struct json_event){.kind = JSON_BOOLEAN});
    case 'n':
        return read_word(p, "null", &(struct json_event){.kind = JSON_NULL});
    default:
        if (octet == '-' || is_digit(octet))
            return read_number(p);
        return fail(p, ST_MALFORMED, "a value is missing");
    }
}

/* The name of a member and its colon. */
static enum status read_name(struct plain *p)
{
    if (peek_behind_blanks(p) != '"')
        return fail(p, ST_MALFORMED, "the name of a member is missing");
    const enum status status = read_string(p, JSON_KEY);
    if (status != ST_OK)
        return status;
    if (peek_behind_blanks(p) != ':')
        return fail(p, ST_MALFORMED, "a colon is missing");
    p->at++;
    return ST_OK;
}

/* The next element or member of the innermost container, or its end. */
static enum status read_next(struct plain *p)
{
    const bool is_array = p->is_array[p->depth - 1];
    const uint8_t octet = peek_behind_blanks(p);
    if (octet == (is_array ? ']' : '}'))
        return close_container(p, is_array ? JSON_END_ARRAY : JSON_END_OBJECT);
    if (!p->is_first) {
        if (octet != ',')
            return fail(p, ST_MALFORMED, "a comma or a bracket is missing");
        p->at++;
    }
    p->is_first = false;
    const enum status status = is_array ? ST_OK : read_name(p);
    return status == ST_OK ? read_value(p) : status;
}

enum status json_plain_read(struct bytes text, json_handler handler, void *context,
                            struct json_plain_progress *progress)
{
    struct plain p = {.text = text, .handler = handler, .context = context, .progress = progress};
    *progress = (struct json_plain_progress){.complaint = NULL};
    enum status status = read_value(&p);
    while (status == ST_OK && p.depth > 0)
        status = read_next(&p);
    if (status == ST_OK && peek_behind_blanks(&p) != '\0')
        status = fail(&p, ST_MALFORMED, "more than one value");
    return status;
}
