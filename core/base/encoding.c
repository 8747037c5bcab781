#include "core/base/encoding.h"

#include "core/base/size.h"

static const char DIGITS_UPPER[] = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
static const char DIGITS_LOWER[] = "0123456789abcdef";
static const char BASE64_DIGITS[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char BASE64URL_DIGITS[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Room for `groups` groups of `group_len` characters; NULL and a failed buffer if there is none. */
static uint8_t *groups_space(struct buf *out, size_t groups, size_t group_len)
{
    size_t len = 0;
    if (!size_mul(groups, group_len, &len)) {
        out->failed = true;
        return NULL;
    }
    return buf_space(out, len);
}

static void hex(struct bytes octets, const char *digits, struct buf *out)
{
    uint8_t *const to = groups_space(out, octets.len, 2);
    if (to == NULL)
        return;
    for (size_t i = 0; i < octets.len; i++) {
        to[2 * i] = (uint8_t)digits[octets.data[i] >> 4];
        to[2 * i + 1] = (uint8_t)digits[octets.data[i] & 15U];
    }
    buf_wrote(out, octets.len * 2);
}

void encoding_hex_upper(struct bytes octets, struct buf *out)
{
    hex(octets, DIGITS_UPPER, out);
}

void encoding_hex_lower(struct bytes octets, struct buf *out)
{
    hex(octets, DIGITS_LOWER, out);
}

static uint8_t *put_base64(uint8_t *to, uint32_t bits, const char *digits)
{
    to[0] = (uint8_t)digits[bits >> 18];
    to[1] = (uint8_t)digits[bits >> 12 & 63U];
    to[2] = (uint8_t)digits[bits >> 6 & 63U];
    to[3] = (uint8_t)digits[bits & 63U];
    return to + 4;
}

static void base64(struct bytes octets, const char *digits, struct buf *out)
{
    uint8_t *to = groups_space(out, octets.len / 3 + (octets.len % 3 != 0), 4);
    if (to == NULL)
        return;
    const uint8_t *const start = to;
    const uint8_t *from = octets.data;
    size_t left = octets.len;
    for (; left >= 3; left -= 3, from += 3)
        to = put_base64(to, (uint32_t)from[0] << 16 | (uint32_t)from[1] << 8 | from[2], digits);
    if (left > 0) {
        to = put_base64(to, (uint32_t)from[0] << 16 | (left > 1 ? (uint32_t)from[1] << 8 : 0),
                        digits);
        to[-1] = '=';
        if (left == 1)
            to[-2] = '=';
    }
    buf_wrote(out, (size_t)(to - start));
}

void encoding_base64(struct bytes octets, struct buf *out)
{
    base64(octets, BASE64_DIGITS, out);
}

void encoding_base64url(struct bytes octets, struct buf *out)
{
    base64(octets, BASE64URL_DIGITS, out);
}

void encoding_base32hex(struct bytes octets, struct buf *out)
{
    uint8_t *to = groups_space(out, octets.len / 5 + (octets.len % 5 != 0), 8);
    if (to == NULL)
        return;
    const uint8_t *const start = to;
    uint32_t bits = 0;
    unsigned waiting = 0; /* low bits of `bits` not yet written; fewer than 5 between octets */
    for (size_t i = 0; i < octets.len; i++) {
        bits = bits << 8 | octets.data[i];
        waiting += 8;
        while (waiting >= 5) {
            waiting -= 5;
            *to++ = (uint8_t)DIGITS_UPPER[bits >> waiting & 31U];
        }
    }
    if (waiting > 0)
        *to++ = (uint8_t)DIGITS_UPPER[bits << (5 - waiting) & 31U];
    buf_wrote(out, (size_t)(to - start));
}
