#include "core/json/put.h"

#include "core/base/utf8.h"

#define EVERY_OCTET(octet) (UINT64_C(0x0101010101010101) * (octet))

/* True if one of the eight octets may need an escape: control characters, the quote, the backslash,
 * U+007F and everything that is not ASCII. Never false for one that does. */
static inline bool is_special_word(uint64_t word)
{
    const uint64_t quote = word ^ EVERY_OCTET('"');
    const uint64_t backslash = word ^ EVERY_OCTET('\\');
    const uint64_t found = ((word - EVERY_OCTET(0x20)) & ~word) | (word + EVERY_OCTET(1)) | word |
                           ((quote - EVERY_OCTET(1)) & ~quote) |
                           ((backslash - EVERY_OCTET(1)) & ~backslash);
    return (found & EVERY_OCTET(0x80)) != 0;
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
        uint64_t word = 0;
        memcpy(&word, text.data + at, 8);
        if (is_special_word(word))
            break;
        memcpy(to + at, &word, 8);
        at += 8;
    }
    return at;
}

uint8_t *json_put_string(uint8_t *to, struct bytes text)
{
    *to++ = '"';
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
    *to++ = '"';
    return to;
}
