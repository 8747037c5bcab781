/* Octets for the tests of core/dns, written so that a person can read them. */
#ifndef DNSIGHT_CORE_DNS_WIRE_H
#define DNSIGHT_CORE_DNS_WIRE_H

#include <assert.h>
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/bytes.h"

static inline unsigned wire_digit(char c)
{
    const char *const digits = "0123456789abcdef";
    const char *const at = strchr(digits, tolower((unsigned char)c));
    assert(c != '\0' && at != NULL);
    return (unsigned)(at - digits);
}

/* Octets from a text of hexadecimal pairs and 'literal text'; white space is ignored:
 * "03 'www' 00". The memory is exactly as long as the octets, so that the sanitizer sees a read
 * behind them; the caller frees data. */
static inline struct bytes wire(const char *text)
{
    uint8_t *const octets = malloc(strlen(text) + 1);
    assert(octets != NULL);
    size_t len = 0;
    for (const char *at = text; *at != '\0';) {
        if (isspace((unsigned char)*at)) {
            at++;
        } else if (*at == '\'') {
            for (at++; *at != '\''; at++)
                octets[len++] = (uint8_t)*at;
            at++;
        } else {
            octets[len++] = (uint8_t)(wire_digit(at[0]) << 4 | wire_digit(at[1]));
            at += 2;
        }
    }
    uint8_t *const exact = realloc(octets, len == 0 ? 1 : len);
    assert(exact != NULL);
    return (struct bytes){exact, len};
}

/* A copy of the first octets, again exactly as long as they are. */
static inline struct bytes wire_prefix(struct bytes octets, size_t len)
{
    uint8_t *const exact = malloc(len == 0 ? 1 : len);
    assert(exact != NULL && len <= octets.len);
    memcpy(exact, octets.data, len);
    return (struct bytes){exact, len};
}

/* Criterion compares char *, not const char *. */
static inline char *as_str(const char *text)
{
    return (char *)(uintptr_t)text;
}

static inline void wire_free(struct bytes octets)
{
    free((uint8_t *)(uintptr_t)octets.data);
}

#endif
