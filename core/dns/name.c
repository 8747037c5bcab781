#include "core/dns/name.h"

#include <string.h>

#include "core/base/cursor.h"
#include "core/dns/defect.h"

/* Upper two bits of a label's first octet (RFC 1035, 4.1.4). */
#define LABEL_TYPE_MASK    0xc0U
#define LABEL_TYPE_POINTER 0xc0U
#define LABEL_TYPE_LENGTH  0x00U

/* Pointers that one name may follow. Each useful one adds a label; more than there can be labels
 * are an attempt to make readers work. */
#define POINTERS_MAX 127

/* Octets of a name without its root label. */
#define LABELS_LEN_MAX (DNS_NAME_MAX - 1)

/* Octets of the longest label (RFC 1035, 2.3.4). */
#define LABEL_LEN_MAX 63

/* Labels that stand side by side in a message, up to a root label or a pointer. */
struct label_run {
    size_t len;      /* octets of the labels with their lengths, terminator excluded */
    unsigned labels; /* how many */
    bool is_last;    /* ended by the root label */
    size_t next;     /* else: start of the run that the pointer leads to, < start of this one */
    size_t after;    /* offset behind the terminator */
};

static enum status fail(uint32_t *defects, enum defect defect)
{
    *defects |= DEFECT_BIT(defect);
    return defect == DEFECT_NAME_OVERRUN ? ST_TRUNCATED : ST_MALFORMED;
}

/* Ends the run that started at `start` with the pointer, or what stands in its place, at `at`. */
static enum status pointer_read(struct bytes message, size_t start, size_t at,
                                struct label_run *run, uint32_t *defects)
{
    const unsigned high = message.data[at];
    if ((high & LABEL_TYPE_MASK) != LABEL_TYPE_POINTER)
        return fail(defects, DEFECT_LABEL_TYPE);
    if (message.len - at < 2)
        return fail(defects, DEFECT_NAME_OVERRUN);
    const size_t target = (high & ~LABEL_TYPE_MASK) << 8 | message.data[at + 1];
    if (target >= at)
        return fail(defects, DEFECT_POINTER_FORWARD);
    if (target >= start)
        return fail(defects, DEFECT_POINTER_LOOP);
    run->is_last = false;
    run->next = target;
    run->after = at + 2;
    return ST_OK;
}

/* Reads the run of labels at `start`. This is the loop that every name goes through: it checks
 * each offset once, by hand, instead of asking a cursor. */
static inline enum status run_read(struct bytes message, size_t start, struct label_run *run,
                                   uint32_t *defects)
{
    size_t at = start;
    size_t octet = 0;
    run->labels = 0;
    for (;; run->labels++) {
        if (UNLIKELY(at >= message.len))
            return fail(defects, DEFECT_NAME_OVERRUN);
        if (UNLIKELY(at - start > LABELS_LEN_MAX))
            return fail(defects, DEFECT_NAME_TOO_LONG);
        octet = message.data[at];
        if (octet == 0 || (octet & LABEL_TYPE_MASK) != LABEL_TYPE_LENGTH)
            break;
        at += 1 + octet;
    }
    run->len = at - start;
    if (octet != 0)
        return pointer_read(message, start, at, run, defects);
    run->is_last = true;
    run->after = at + 1;
    return ST_OK;
}

/* Where the octets of a name lie in its message, in the order of the name. */
struct name_shape {
    struct bytes runs[POINTERS_MAX + 1];
    size_t run_count;
    size_t len; /* octets of all runs, <= LABELS_LEN_MAX */
    unsigned labels;
    size_t after; /* offset behind the name in its place */
};

/* Reads the shape of the name at `at`, whose first run is known. */
static enum status shape_read(struct bytes message, size_t at, struct label_run run,
                              struct name_shape *shape, uint32_t *defects)
{
    size_t start = at;
    shape->len = 0;
    shape->labels = 0;
    shape->after = run.after;
    for (shape->run_count = 0; shape->run_count <= POINTERS_MAX;) {
        shape->runs[shape->run_count++] = (struct bytes){message.data + start, run.len};
        shape->labels += run.labels;
        shape->len += run.len;
        if (shape->len > LABELS_LEN_MAX)
            return fail(defects, DEFECT_NAME_TOO_LONG);
        if (run.is_last)
            return ST_OK;
        start = run.next;
        const enum status status = run_read(message, start, &run, defects);
        if (status != ST_OK)
            return status;
    }
    return fail(defects, DEFECT_POINTER_LOOP);
}

/* The rest of dns_name_read, for a name with pointers. */
static NEVER_INLINE enum status compressed_read(struct bytes message, size_t at,
                                                struct label_run run, struct dns_name *name,
                                                uint32_t *defects)
{
    struct name_shape shape;
    const enum status status = shape_read(message, at, run, &shape, defects);
    if (status != ST_OK)
        return status;
    uint8_t *to = name->wire;
    for (size_t i = 0; i < shape.run_count; i++) {
        memcpy(to, shape.runs[i].data, shape.runs[i].len);
        to += shape.runs[i].len;
    }
    *to = 0;
    name->len = (uint8_t)(shape.len + 1);
    name->labels = (uint8_t)shape.labels;
    return ST_OK;
}

enum status dns_name_read(struct bytes message, size_t at, struct dns_name *name, size_t *after,
                          uint32_t *defects)
{
    struct label_run run;
    enum status status = run_read(message, at, &run, defects);
    if (status != ST_OK)
        return status;
    if (run.is_last) {
        memcpy(name->wire, message.data + at, run.len + 1);
        name->len = (uint8_t)(run.len + 1);
        name->labels = (uint8_t)run.labels;
    } else {
        status = compressed_read(message, at, run, name, defects);
    }
    if (status == ST_OK)
        *after = run.after;
    return status;
}

enum status dns_name_check(struct bytes message, size_t at, size_t *after, uint32_t *defects)
{
    struct label_run run;
    enum status status = run_read(message, at, &run, defects);
    if (status == ST_OK && !run.is_last) {
        struct name_shape shape;
        status = shape_read(message, at, run, &shape, defects);
    }
    if (status == ST_OK)
        *after = run.after;
    return status;
}

size_t dns_name_skip(struct bytes message, size_t at)
{
    while (at < message.len) {
        const size_t octet = message.data[at];
        if (octet == 0)
            return at + 1;
        if ((octet & LABEL_TYPE_MASK) != LABEL_TYPE_LENGTH)
            return message.len - at < 2 ? 0 : at + 2;
        at += 1 + octet;
    }
    return 0;
}

/* --- Text --- */

/* Octets of the longest text of a name: every octet of the labels as \DDD. */
#define NAME_TEXT_MAX (4 * (size_t)DNS_NAME_MAX)

static inline uint8_t octet_lower(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + ('a' - 'A')) : octet;
}

static uint8_t *print_octet(uint8_t *to, uint8_t octet)
{
    if (octet < 0x21 || octet > 0x7e) {
        *to++ = '\\';
        *to++ = (uint8_t)('0' + octet / 100);
        *to++ = (uint8_t)('0' + octet / 10 % 10);
        *to++ = (uint8_t)('0' + octet % 10);
        return to;
    }
    if (octet == '.' || octet == '\\')
        *to++ = '\\';
    *to++ = octet;
    return to;
}

/* Prints any name, octet by octet. */
static NEVER_INLINE void print_escaped(const struct dns_name *name, bool is_lower, struct buf *out)
{
    uint8_t text[NAME_TEXT_MAX];
    uint8_t *to = text;
    for (size_t at = 0; name->wire[at] != 0;) {
        const size_t end = at + 1 + name->wire[at];
        if (at > 0)
            *to++ = '.';
        for (at++; at < end; at++)
            to = print_octet(to, is_lower ? octet_lower(name->wire[at]) : name->wire[at]);
    }
    buf_add(out, (struct bytes){text, (size_t)(to - text)});
}

/* Octets of a name's labels that cannot stand for themselves. */
static inline block needs_escape(block octets)
{
    return ~block_between(octets, 0x21, 0x7e) | (block)(octets == '\\') | (block)(octets == '.');
}

/* Writes a dot over each length behind the first. Returns how many of the lengths look like octets
 * that need an escape, in the eyes of needs_escape. */
static inline unsigned put_dots(const struct dns_name *name, uint8_t *text, size_t len)
{
    unsigned look_alikes = 0;
    for (size_t at = name->wire[0]; at < len;) {
        const uint8_t label_len = name->wire[at + 1];
        look_alikes += label_len < 0x21 || label_len == '.' ? 1 : 0;
        text[at] = '.';
        at += 1U + label_len;
    }
    return look_alikes;
}

/* Nearly every name is plain: its text is its octets with dots for the lengths. It is copied by the
 * block; only if something besides the lengths needs a backslash is it printed octet by octet.
 * Returns true if there are neither backslashes nor quotes in the text. */
static inline bool name_print(const struct dns_name *name, bool is_lower, struct buf *out)
{
    if (name->labels == 0) {
        buf_add_u8(out, '.');
        return true;
    }
    const size_t len = name->len - 2U; /* neither the first length nor the root label */
    uint8_t *const text = buf_space(out, len);
    if (text == NULL)
        return false;
    block found = {0}; /* per lane, at most DNS_NAME_MAX / BLOCK_LEN */
    block quotes = {0};
    size_t at = 0;
    for (; at + BLOCK_LEN <= len; at += BLOCK_LEN) {
        const block octets = block_load(name->wire + 1 + at);
        found -= needs_escape(octets);
        quotes |= (block)(octets == '"');
        block_store(text + at, is_lower ? block_lower(octets) : octets);
    }
    const block octets = block_load(name->wire + 1 + at);
    found -= needs_escape(octets) & block_first(len - at);
    quotes |= (block)(octets == '"') & block_first(len - at);
    block_store(text + at, is_lower ? block_lower(octets) : octets);
    if (block_sum(found) != put_dots(name, text, len)) {
        print_escaped(name, is_lower, out);
        return false;
    }
    buf_wrote(out, len);
    return !block_has_any(quotes);
}

void dns_name_print(const struct dns_name *name, struct buf *out)
{
    (void)name_print(name, false, out);
}

bool dns_name_print_lower(const struct dns_name *name, struct buf *out)
{
    return name_print(name, true, out);
}

/* Lengths are below 'A', so the whole name can be treated alike. */
void dns_name_lower(struct dns_name *name)
{
    dns_name_copy_lower(name, name);
}

void dns_name_copy_lower(const struct dns_name *name, struct dns_name *lower)
{
    for (size_t at = 0; at < name->len; at += BLOCK_LEN)
        block_store(lower->wire + at, block_lower(block_load(name->wire + at)));
    lower->len = name->len;
    lower->labels = name->labels;
}

bool dns_name_equal(const struct dns_name *a, const struct dns_name *b)
{
    if (a->len != b->len)
        return false;
    for (size_t at = 0; at < a->len; at++) {
        if (octet_lower(a->wire[at]) != octet_lower(b->wire[at]))
            return false;
    }
    return true;
}

/* --- Reading text --- */

static bool is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

/* Reads the escape behind a backslash: three decimal digits, or the character itself. */
static bool escape_read(struct cursor *text, uint8_t *octet)
{
    const uint8_t first = cursor_u8(text);
    if (!is_digit(first)) {
        *octet = first;
        return cursor_ok(text);
    }
    const uint8_t second = cursor_u8(text);
    const uint8_t third = cursor_u8(text);
    if (!is_digit(second) || !is_digit(third))
        return false;
    const unsigned value = (first - '0') * 100U + (second - '0') * 10U + (third - '0');
    *octet = (uint8_t)value;
    return value <= 0xff;
}

/* Reads one label into label[0..], at most LABEL_LEN_MAX octets, and the dot behind it. False if it
 * is empty, too long or badly escaped. */
static bool label_read(struct cursor *text, uint8_t *label, size_t *len)
{
    size_t at = 0;
    while (cursor_left(text) > 0) {
        uint8_t octet = cursor_u8(text);
        if (octet == '.')
            break;
        if (octet == '\\' && !escape_read(text, &octet))
            return false;
        if (at == LABEL_LEN_MAX)
            return false;
        label[at++] = octet;
    }
    *len = at;
    return at > 0;
}

enum status dns_name_parse(struct bytes text, struct dns_name *name)
{
    struct dns_name parsed = {.len = 1};
    struct cursor c = cursor_of(text);
    if (text.len == 0)
        return ST_INVALID;
    if (bytes_is(text, "."))
        cursor_skip(&c, 1);
    while (cursor_left(&c) > 0) {
        uint8_t label[LABEL_LEN_MAX];
        size_t len = 0;
        if (!label_read(&c, label, &len) || parsed.len + 1 + len > DNS_NAME_MAX)
            return ST_INVALID;
        parsed.wire[parsed.len - 1] = (uint8_t)len;
        memcpy(parsed.wire + parsed.len, label, len);
        parsed.len = (uint8_t)(parsed.len + 1 + len);
        parsed.labels++;
    }
    *name = parsed;
    return ST_OK;
}
