#include "core/dns/svcb.h"

#include <stdbool.h>

#include "core/base/encoding.h"
#include "core/base/ip.h"
#include "core/base/macros.h"

/* A SvcParamKey with a name (RFC 9460, 14.3.2). */
struct svcb_key {
    const char *name;
    /* Appends the value; false if the octets cannot be one. NULL for a key without a value. */
    bool (*print)(struct cursor *value, struct buf *out);
};

static void print_key(unsigned key, struct buf *out);

/* Puts a comma between the items of a list. */
static void separate(const struct cursor *value, struct buf *out)
{
    if (cursor_left(value) > 0)
        buf_add_u8(out, ',');
}

/* Every list has an item at least. */
static bool print_mandatory(struct cursor *value, struct buf *out)
{
    do {
        print_key(cursor_u16(value), out);
        separate(value, out);
    } while (cursor_left(value) > 0);
    return cursor_ok(value);
}

/* A comma inside an item is escaped, and so is the backslash, and then the list is quoted like any
 * string (RFC 9460, A.1): together, "\\," and "\\\\". */
static void print_list_item(struct bytes item, struct buf *out)
{
    for (size_t i = 0; i < item.len; i++) {
        const struct bytes octet = bytes_slice(item, i, 1);
        if (octet.data[0] == ',')
            buf_add(out, BYTES_LITERAL("\\\\"));
        if (octet.data[0] == '\\')
            buf_add(out, BYTES_LITERAL("\\\\"));
        rdata_escape(octet, out);
    }
}

static bool print_alpn(struct cursor *value, struct buf *out)
{
    buf_add_u8(out, '"');
    do {
        const uint8_t len = cursor_u8(value);
        if (len == 0)
            return false;
        print_list_item(cursor_take(value, len), out);
        separate(value, out);
    } while (cursor_left(value) > 0);
    buf_add_u8(out, '"');
    return cursor_ok(value);
}

static bool print_port(struct cursor *value, struct buf *out)
{
    buf_add_u64(out, cursor_u16(value));
    return cursor_ok(value);
}

static bool print_ipv4hint(struct cursor *value, struct buf *out)
{
    do {
        const struct bytes address = cursor_take(value, 4);
        if (address.len == 0)
            return false;
        ip_print_v4(address.data, out);
        separate(value, out);
    } while (cursor_left(value) > 0);
    return true;
}

static bool print_ipv6hint(struct cursor *value, struct buf *out)
{
    do {
        const struct bytes address = cursor_take(value, 16);
        if (address.len == 0)
            return false;
        ip_print_v6(address.data, out);
        separate(value, out);
    } while (cursor_left(value) > 0);
    return true;
}

static bool print_ech(struct cursor *value, struct buf *out)
{
    const struct bytes configs = cursor_rest(value);
    encoding_base64(configs, out);
    return configs.len > 0;
}

static bool print_text(struct cursor *value, struct buf *out)
{
    rdata_quote(cursor_rest(value), out);
    return true;
}

static const struct svcb_key KEYS[] = {
    [0] = {"mandatory", print_mandatory}, /* RFC 9460, 8 */
    [1] = {"alpn", print_alpn},           /* 7.1 */
    [2] = {"no-default-alpn", NULL},      /* 7.1 */
    [3] = {"port", print_port},           /* 7.2 */
    [4] = {"ipv4hint", print_ipv4hint},   /* 7.3 */
    [5] = {"ech", print_ech},             /* RFC 9848 */
    [6] = {"ipv6hint", print_ipv6hint},   /* RFC 9460, 7.3 */
    [7] = {"dohpath", print_text},        /* RFC 9461, 5 */
    [8] = {"ohttp", NULL},                /* RFC 9540, 4 */
};

static void print_key(unsigned key, struct buf *out)
{
    buf_add_text(out, key < ARRAY_LEN(KEYS) ? KEYS[key].name : "key");
    if (key >= ARRAY_LEN(KEYS))
        buf_add_u64(out, key);
}

/* Prints "=value" behind a key, unless there is none. */
static bool print_value(unsigned key, struct bytes octets, struct buf *out)
{
    struct cursor value = cursor_of(octets);
    if (key >= ARRAY_LEN(KEYS) && octets.len == 0)
        return true;
    if (key < ARRAY_LEN(KEYS) && KEYS[key].print == NULL)
        return octets.len == 0;
    buf_add_u8(out, '=');
    if (key >= ARRAY_LEN(KEYS))
        return print_text(&value, out);
    return KEYS[key].print(&value, out) && cursor_left(&value) == 0;
}

void svcb_params_print(struct rdata_walk *walk)
{
    struct cursor params = cursor_of(cursor_rest(&walk->in));
    unsigned next_key = 0;
    while (cursor_left(&params) > 0) {
        const unsigned key = cursor_u16(&params);
        const uint16_t len = cursor_u16(&params);
        const struct bytes value = cursor_take(&params, len);
        if (!cursor_ok(&params)) {
            rdata_fail(walk, DEFECT_RDATA_SHORT);
            return;
        }
        print_key(key, walk->out);
        if (key < next_key || !print_value(key, value, walk->out)) {
            rdata_fail(walk, DEFECT_RDATA_INVALID);
            return;
        }
        if (cursor_left(&params) > 0)
            buf_add_u8(walk->out, ' ');
        next_key = key + 1;
    }
}
