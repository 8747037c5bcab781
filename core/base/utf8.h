/* UTF-8 (RFC 3629), one character at a time. */
#ifndef DNSIGHT_BASE_UTF8_H
#define DNSIGHT_BASE_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"

struct utf8_char {
    uint32_t code; /* U+FFFD when not valid */
    size_t len;    /* octets it takes in the text: 1 when not valid, 0 at the end of the text */
    bool is_valid;
};

/* The character at the start of `text`: shortest form only, no surrogates, nothing above
 * U+10FFFF. */
struct utf8_char utf8_next(struct bytes text);

/* Appends a character; a code that is not a scalar value becomes U+FFFD. */
void utf8_add(struct buf *out, uint32_t code);

#endif
