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
    for (unsigned labels = 0;; labels++) {
        if (at >= message.len)
            return fail(defects, DEFECT_NAME_OVERRUN);
        run->len = at - start;
        run->labels = labels;
        if (run->len > LABELS_LEN_MAX)
            return fail(defects, DEFECT_NAME_TOO_LONG);
        const size_t octet = message.data[at];
        if (octet == 0) {
            run->is_last = true;
            run->after = at + 1;
            return ST_OK;
        }
        if ((octet & LABEL_TYPE_MASK) != LABEL_TYPE_LENGTH)
            return pointer_read(message, start, at, run, defects);
        at += 1 + octet;
    }
}

/* Where the octets of a name lie in its message, in the order of the name. */
struct name_shape {
    struct bytes runs[POINTERS_MAX + 1];
    size_t run_count;
    size_t len; /* octets of all runs, <= LABELS_LEN_MAX */
    unsigned labels;
    size_t after; /* offset behind the name in its place */
};

static enum status shape_read(struct bytes message, size_t at, struct name_shape *shape,
                              uint32_t *defects)
{
    struct label_run run;
    size_t start = at;
    shape->len = 0;
    shape->labels = 0;
    for (shape->run_count = 0; shape->run_count <= POINTERS_MAX;) {
        const enum status status = run_read(message, start, &run, defects);
        if (status != ST_OK)
            return status;
        if (shape->run_count == 0)
            shape->after = run.after;
        shape->runs[shape->run_count++] = (struct bytes){message.data + start, run.len};
        shape->labels += run.labels;
        shape->len += run.len;
        if (shape->len > LABELS_LEN_MAX)
            return fail(defects, DEFECT_NAME_TOO_LONG);
        if (run.is_last)
            return ST_OK;
        start = run.next;
    }
    return fail(defects, DEFECT_POINTER_LOOP);
}

enum status dns_name_read(struct bytes message, size_t at, struct dns_name *name, size_t *after,
                          uint32_t *defects)
{
    struct name_shape shape;
    const enum status status = shape_read(message, at, &shape, defects);
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
    *after = shape.after;
    return ST_OK;
}

enum status dns_name_check(struct bytes message, size_t at, size_t *after, uint32_t *defects)
{
    struct name_shape shape;
    const enum status status = shape_read(message, at, &shape, defects);
    if (status == ST_OK)
        *after = shape.after;
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

/* Eight octets at a time, as the lanes of a 64-bit word. */
#define LANES       8
#define EACH(octet) (UINT64_C(0x0101010101010101) * (octet))
#define LANE_HIGH   EACH(0x80)

static inline uint64_t lanes_load(const uint8_t *octets)
{
    uint64_t lanes = 0;
    memcpy(&lanes, octets, sizeof lanes);
    return lanes;
}

static inline void lanes_store(uint8_t *octets, uint64_t lanes)
{
    memcpy(octets, &lanes, sizeof lanes);
}

/* The sum of all lanes, if it is below 256. */
static inline uint64_t lanes_sum(uint64_t lanes)
{
    return lanes * EACH(1) >> 56;
}

/* Lower-cases A to Z in each lane. Adding to the low seven bits carries into the eighth from the
 * wanted octet on, never into the next lane. */
static inline uint64_t lanes_lower(uint64_t lanes)
{
    const uint64_t low = lanes & ~LANE_HIGH;
    const uint64_t from_a = low + EACH(0x80 - 'A');
    const uint64_t beyond_z = low + EACH(0x7f - 'Z');
    return lanes | ((from_a & ~beyond_z & ~lanes & LANE_HIGH) >> 2);
}

/* The high bit of each lane that equals `octet` (below 0x80). */
static inline uint64_t lanes_equal(uint64_t lanes, uint8_t octet)
{
    const uint64_t other = lanes ^ EACH(octet);
    return ~(((other & ~LANE_HIGH) + EACH(0x7f)) | other) & LANE_HIGH;
}

/* The high bit of each lane that cannot stand for itself in the text of a name: outside 0x21 to
 * 0x7e, or a backslash. Dots are looked for apart. */
static inline uint64_t lanes_escaped(uint64_t lanes)
{
    const uint64_t low = lanes & ~LANE_HIGH;
    const uint64_t from_21 = low + EACH(0x80 - 0x21);
    const uint64_t beyond_7e = low + EACH(0x7f - 0x7e);
    return ((lanes | ~from_21 | beyond_7e) & LANE_HIGH) | lanes_equal(lanes, '\\');
}

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
static void print_escaped(const struct dns_name *name, bool is_lower, struct buf *out)
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

/* Nearly every name is plain: its text is its octets with dots for the lengths. It is copied whole
 * and checked by the word; only if something needs a backslash is it printed octet by octet. */
static inline void name_print(const struct dns_name *name, bool is_lower, struct buf *out)
{
    if (name->labels == 0) {
        buf_add_u8(out, '.');
        return;
    }
    uint8_t text[DNS_NAME_MAX + LANES];
    const size_t len = name->len - 2U; /* neither the first length nor the root label */
    memcpy(text, name->wire + 1, len);
    memset(text + len, 'a', LANES);
    for (size_t at = name->wire[0]; at < len; at += 1U + name->wire[at + 1])
        text[at] = '.';
    uint64_t escaped = 0;
    uint64_t dots = 0; /* per lane, at most DNS_NAME_MAX / LANES of them */
    for (size_t at = 0; at < len; at += LANES) {
        const uint64_t lanes = lanes_load(text + at);
        escaped |= lanes_escaped(lanes);
        dots += lanes_equal(lanes, '.') >> 7;
        if (is_lower)
            lanes_store(text + at, lanes_lower(lanes));
    }
    if (escaped != 0 || lanes_sum(dots) + 1 != name->labels) {
        print_escaped(name, is_lower, out);
        return;
    }
    buf_add(out, (struct bytes){text, len});
}

void dns_name_print(const struct dns_name *name, struct buf *out)
{
    name_print(name, false, out);
}

void dns_name_print_lower(const struct dns_name *name, struct buf *out)
{
    name_print(name, true, out);
}

/* Lengths are below 'A', so the whole name can be treated alike. */
void dns_name_lower(struct dns_name *name)
{
    dns_name_copy_lower(name, name);
}

void dns_name_copy_lower(const struct dns_name *name, struct dns_name *lower)
{
    size_t at = 0;
    for (; name->len - at >= LANES; at += LANES)
        lanes_store(lower->wire + at, lanes_lower(lanes_load(name->wire + at)));
    for (; at < name->len; at++)
        lower->wire[at] = octet_lower(name->wire[at]);
    lower->len = name->len;
    lower->labels = name->labels;
}

bool dns_name_equal(const struct dns_name *a, const struct dns_name *b)
{
    if (a->len != b->len)
        return false;
    size_t at = 0;
    for (; a->len - at >= LANES; at += LANES) {
        if (lanes_lower(lanes_load(a->wire + at)) != lanes_lower(lanes_load(b->wire + at)))
            return false;
    }
    for (; at < a->len; at++) {
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
