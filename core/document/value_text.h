/* Scalar values as JSON text, with a memory of the texts that documents share with their
 * neighbours. Inline: the innermost steps of the encoder. */
#ifndef DNSIGHT_DOCUMENT_VALUE_TEXT_H
#define DNSIGHT_DOCUMENT_VALUE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/ip.h"
#include "core/base/macros.h"
#include "core/base/put.h"
#include "core/base/time_text.h"
#include "core/document/document.h"

/* Room for any value that is not text, its quotes included, and for what is written beyond. */
#define VALUE_TEXT_ROOM 64

/* Addresses whose texts are kept, a power of two: those of client and server stand in a document
 * three times each, and in its neighbours again. */
#define VALUE_TEXT_ADDRESSES 64

struct address_text {
    struct ip_address ip;
    uint8_t len;
    uint8_t text[47];
};

/* Made with value_texts_init. */
struct value_texts {
    int64_t second; /* the second that `second_text` shows */
    uint8_t second_text[TIME_SECOND_LEN];
    struct address_text addresses[VALUE_TEXT_ADDRESSES]; /* by their last octets */
};

void value_texts_init(struct value_texts *texts);

/* Each writes a value into VALUE_TEXT_ROOM octets and returns the place behind it. */

uint8_t *value_put_double(uint8_t *to, double real);

static inline uint8_t *value_put_boolean(uint8_t *to, bool boolean)
{
    static const char TEXTS[2][8] = {"false", "true"};
    memcpy(to, TEXTS[boolean ? 1 : 0], sizeof TEXTS[0]);
    return to + (boolean ? 4 : 5);
}

/* Without quotes. */
static inline uint8_t *value_put_ip(struct value_texts *texts, uint8_t *to,
                                    const struct ip_address *ip)
{
    const unsigned last = ip->octets[15] ^ (unsigned)ip->octets[14] << 3;
    struct address_text *const address = &texts->addresses[last % VALUE_TEXT_ADDRESSES];
    if (UNLIKELY(!ip_equal(&address->ip, ip))) {
        address->ip = *ip;
        address->len = (uint8_t)(ip_put(address->text, ip) - address->text);
    }
    memcpy(to, address->text, sizeof address->text);
    return to + address->len;
}

/* With 6 or 9 decimals of the second, without quotes. Most times of a document, and of its
 * neighbours, lie in one second: its text is kept. */
static inline uint8_t *value_put_time(struct value_texts *texts, uint8_t *to, int64_t time_ns,
                                      bool is_nanos)
{
    const int64_t rest = time_ns % NS_PER_S;
    const int64_t second = time_ns / NS_PER_S - (rest < 0 ? 1 : 0);
    if (UNLIKELY(second != texts->second)) {
        time_put_second(texts->second_text, second);
        texts->second = second;
    }
    const uint32_t ns = (uint32_t)(rest < 0 ? rest + NS_PER_S : rest);
    memcpy(to, texts->second_text, TIME_SECOND_LEN);
    to += TIME_SECOND_LEN;
    *to++ = '.';
    to = put_digits(to, ns / 1000, 6);
    if (is_nanos)
        to = put_digits(to, ns % 1000, 3);
    *to++ = 'Z';
    return to;
}

#endif
