#include "core/json/put.h"

#include "core/base/block.h"
#include "core/base/macros.h"
#include "core/base/utf8.h"

#define EVERY_OCTET(octet) (UINT64_C(0x0101010101010101) * (octet))

static inline uint64_t load_u64(const uint8_t *octets)
{
    uint64_t word = 0;
    memcpy(&word, octets, sizeof word);
    return word;
}

static inline uint32_t load_u32(const uint8_t *octets)
{
    uint32_t word = 0;
    memcpy(&word, octets, sizeof word);
    return word;
}

/* Sets the highest bit of a lane if the octet in it may need an escape: control characters, the
 * quote, the backslash, U+007F and everything that is not ASCII. The other bits mean nothing, and a
 * lane above one that is marked may be marked for nothing. '"' ^ 2 and the control characters are
 * the ASCII characters below '!' in that order. */
static inline uint64_t special_lanes(uint64_t word)
{
    return word | (word + EVERY_OCTET(1)) | ((word ^ EVERY_OCTET(2)) - EVERY_OCTET('!')) |
           ((word ^ EVERY_OCTET('\\')) - EVERY_OCTET(1));
}

static inline bool is_special(uint64_t lanes)
{
    return (lanes & EVERY_OCTET(0x80)) != 0;
}

/* Octets that stand for themselves inside a JSON string. */
static inline bool is_plain(uint8_t octet)
{
    return octet >= 0x20 && octet < 0x7f && octet != '"' && octet != '\\';
}

static uint8_t *put_escape(uint8_t *to, unsigned code)
{
    static const char HEX[] = "0123456789abcdef";
    *to++ = '\\';
    *to++ = 'u';
    for (int shift = 12; shift >= 0; shift -= 4)
        *to++ = (uint8_t)HEX[code >> shift & 15U];
    return to;
}

/* Writes one ASCII octet that does not stand for itself. */
static uint8_t *put_ascii(uint8_t *to, uint8_t octet)
{
    static const char SHORT[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
                                 ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\'};
    if (octet < sizeof SHORT && SHORT[octet] != 0) {
        *to++ = '\\';
        *to++ = (uint8_t)SHORT[octet];
        return to;
    }
    return put_escape(to, octet);
}

/* Writes the character at the start of `text`, which is not plain; *used octets of it. */
static uint8_t *put_special(uint8_t *to, struct bytes text, size_t *used)
{
    *used = 1;
    if (text.data[0] < 0x80)
        return put_ascii(to, text.data[0]);
    const struct utf8_char c = utf8_next(text);
    *used = c.len;
    if (!c.is_valid || c.code == 0x2028 || c.code == 0x2029)
        return put_escape(to, c.is_valid ? c.code : 0xfffd);
    memcpy(to, text.data, c.len);
    return to + c.len;
}

/* Eight octets at a time until one may need an escape. Returns how many were written. */
static inline size_t put_words(uint8_t *to, struct bytes text)
{
    size_t at = 0;
    while (text.len - at >= 8) {
        const uint64_t word = load_u64(text.data + at);
        if (is_special(special_lanes(word)))
            break;
        memcpy(to + at, &word, 8);
        at += 8;
    }
    return at;
}

/* Any text, without its quotes. */
static NEVER_INLINE uint8_t *put_escaped(uint8_t *to, struct bytes text)
{
    size_t at = 0;
    while (at < text.len) {
        const size_t words = put_words(to, (struct bytes){text.data + at, text.len - at});
        to += words;
        at += words;
        /* What stopped the words, or the last few octets. */
        for (size_t i = 0; i < 8 && at < text.len; i++) {
            size_t used = 1;
            if (is_plain(text.data[at]))
                *to++ = text.data[at];
            else
                to = put_special(to, (struct bytes){text.data + at, text.len - at}, &used);
            at += used;
        }
    }
    return to;
}

/* Copies a text of less than eight octets. Returns its special lanes. */
static inline uint64_t copy_short(uint8_t *to, struct bytes text)
{
    if (text.len >= 4) {
        const uint32_t first = load_u32(text.data);
        const uint32_t last = load_u32(text.data + text.len - 4);
        memcpy(to, &first, 4);
        memcpy(to + text.len - 4, &last, 4);
        return special_lanes((uint64_t)last << 32 | first);
    }
    if (text.len == 0)
        return 0;
    /* First, middle and last octet, some of which may be the same. */
    const uint8_t octets[3] = {text.data[0], text.data[text.len / 2], text.data[text.len - 1]};
    to[0] = octets[0];
    to[text.len / 2] = octets[1];
    to[text.len - 1] = octets[2];
    return special_lanes(EVERY_OCTET('a') << 24 | (uint64_t)octets[2] << 16 |
                         (uint64_t)octets[1] << 8 | octets[0]);
}

static inline block copy_block(uint8_t *to, const uint8_t *from)
{
    const block octets = block_load(from);
    block_store(to, octets);
    return block_special(octets);
}

/* Copies a text as it is. Returns false if any of it may need an escape: then the copy is of no
 * use. The last octets overlap those before, so that no octet is handled alone. */
static inline bool copy_plain(uint8_t *to, struct bytes text)
{
    if (text.len < 8)
        return !is_special(copy_short(to, text));
    if (text.len < BLOCK_LEN) {
        const uint64_t first = load_u64(text.data);
        const uint64_t last = load_u64(text.data + text.len - 8);
        memcpy(to, &first, 8);
        memcpy(to + text.len - 8, &last, 8);
        return !is_special(special_lanes(first) | special_lanes(last));
    }
    block special = copy_block(to + text.len - BLOCK_LEN, text.data + text.len - BLOCK_LEN);
    for (size_t at = 0; at < text.len - BLOCK_LEN; at += BLOCK_LEN)
        special |= copy_block(to + at, text.data + at);
    return !block_has_any(special);
}

uint8_t *json_put_text(uint8_t *to, struct bytes text)
{
    if (LIKELY(copy_plain(to, text)))
        return to + text.len;
    return put_escaped(to, text);
}

uint8_t *json_put_string(uint8_t *to, struct bytes text)
{
    *to++ = '"';
    to = json_put_text(to, text);
    *to++ = '"';
    return to;
}
