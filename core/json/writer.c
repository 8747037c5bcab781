#include "core/json/writer.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/json/put.h"

/* Octets of a double printed with 17 significant digits. */
#define DOUBLE_TEXT_MAX 32

/* Octets that stand for themselves inside a JSON string. */
static inline bool is_plain(uint8_t octet)
{
    return octet >= 0x20 && octet < 0x7f && octet != '"' && octet != '\\';
}

struct json_writer json_writer_of(struct buf *out)
{
    return (struct json_writer){.out = out};
}

/* The bit of the innermost container in `bits`, which has one for each depth. */
static inline bool top_bit(const struct json_writer *w, const uint64_t *bits)
{
    const unsigned level = w->depth - 1;
    return (bits[level / 64] >> level % 64 & 1) != 0;
}

static inline void set_top_bit(const struct json_writer *w, uint64_t *bits, bool value)
{
    const unsigned level = w->depth - 1;
    const uint64_t bit = UINT64_C(1) << level % 64;
    bits[level / 64] = value ? bits[level / 64] | bit : bits[level / 64] & ~bit;
}

/* Writes the comma that a value or key needs before it. */
static void json_before(struct json_writer *w, bool is_key)
{
    if (w->after_key) {
        assert(!is_key);
        w->after_key = false;
        return;
    }
    if (w->depth == 0)
        return;
    assert(top_bit(w, w->is_object) == is_key);
    if (top_bit(w, w->has_members))
        buf_add_u8(w->out, ',');
    set_top_bit(w, w->has_members, true);
}

static void json_begin(struct json_writer *w, bool is_object)
{
    json_before(w, false);
    assert(w->depth < JSON_WRITER_DEPTH_MAX);
    w->depth++;
    set_top_bit(w, w->is_object, is_object);
    set_top_bit(w, w->has_members, false);
    buf_add_u8(w->out, is_object ? '{' : '[');
}

static void json_end(struct json_writer *w, bool is_object)
{
    assert(w->depth > 0 && !w->after_key);
    assert(top_bit(w, w->is_object) == is_object);
    w->depth--;
    buf_add_u8(w->out, is_object ? '}' : ']');
}

void json_begin_object(struct json_writer *w)
{
    json_begin(w, true);
}

void json_end_object(struct json_writer *w)
{
    json_end(w, true);
}

void json_begin_array(struct json_writer *w)
{
    json_begin(w, false);
}

void json_end_array(struct json_writer *w)
{
    json_end(w, false);
}

void json_key(struct json_writer *w, const char *name)
{
    json_key_bytes(w, bytes_of(name));
}

void json_key_bytes(struct json_writer *w, struct bytes name)
{
    assert(!w->after_key && w->depth > 0);
    json_before(w, true);
    json_add_string(w->out, name);
    buf_add_u8(w->out, ':');
    w->after_key = true;
}

void json_string(struct json_writer *w, struct bytes text)
{
    json_before(w, false);
    json_add_string(w->out, text);
}

void json_text(struct json_writer *w, const char *text)
{
    json_string(w, bytes_of(text));
}

void json_u64(struct json_writer *w, uint64_t value)
{
    json_before(w, false);
    buf_add_u64(w->out, value);
}

void json_i64(struct json_writer *w, int64_t value)
{
    json_before(w, false);
    buf_add_i64(w->out, value);
}

void json_double(struct json_writer *w, double value)
{
    if (!isfinite(value)) {
        json_null(w);
        return;
    }
    json_before(w, false);
    char text[DOUBLE_TEXT_MAX];
    int len = snprintf(text, sizeof text, "%.15g", value);
    if (strtod(text, NULL) != value)
        len = snprintf(text, sizeof text, "%.17g", value);
    buf_add(w->out, (struct bytes){(const uint8_t *)text, (size_t)len});
}

void json_bool(struct json_writer *w, bool value)
{
    json_raw(w, value ? BYTES_LITERAL("true") : BYTES_LITERAL("false"));
}

void json_null(struct json_writer *w)
{
    json_raw(w, BYTES_LITERAL("null"));
}

void json_raw(struct json_writer *w, struct bytes json)
{
    json_before(w, false);
    buf_add(w->out, json);
}

void json_add_string(struct buf *out, struct bytes text)
{
    if (text.len > SIZE_MAX / 8) {
        out->failed = true;
        return;
    }
    /* Most text needs no escape: room for its own length first, for the worst only if needed. */
    size_t plain = 0;
    while (plain < text.len && is_plain(text.data[plain]))
        plain++;
    if (plain == text.len) {
        uint8_t *const to = buf_space(out, text.len + 2);
        if (to == NULL)
            return;
        to[0] = '"';
        if (text.len != 0)
            memcpy(to + 1, text.data, text.len);
        to[text.len + 1] = '"';
        buf_wrote(out, text.len + 2);
        return;
    }
    uint8_t *const start = buf_space(out, JSON_PUT_MAX(text.len));
    if (start != NULL)
        buf_wrote(out, (size_t)(json_put_string(start, text) - start));
}
