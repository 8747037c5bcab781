#include "core/base/siphash.h"

#include <endian.h>
#include <stdlib.h>
#include <sys/random.h>

#include "core/base/macros.h"

struct sip_state {
    uint64_t v0;
    uint64_t v1;
    uint64_t v2;
    uint64_t v3;
};

static inline uint64_t rotate(uint64_t value, unsigned bits)
{
    return value << bits | value >> (64 - bits);
}

static inline void sip_round(struct sip_state *s)
{
    s->v0 += s->v1;
    s->v1 = rotate(s->v1, 13) ^ s->v0;
    s->v0 = rotate(s->v0, 32);
    s->v2 += s->v3;
    s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = rotate(s->v1, 17) ^ s->v2;
    s->v2 = rotate(s->v2, 32);
}

static inline uint64_t load_le64(const uint8_t *p)
{
    uint64_t value = 0;
    memcpy(&value, p, sizeof value);
    return le64toh(value);
}

/* The octets behind the last whole word as the low ones of a word. */
static uint64_t load_rest(struct bytes octets)
{
    const unsigned rest = octets.len % 8;
    if (rest != 0 && octets.len > 8)
        return load_le64(octets.data + octets.len - 8) >> (8 * (8 - rest));
    uint64_t value = 0;
    for (size_t i = 0; i < rest; i++)
        value |= (uint64_t)octets.data[octets.len - rest + i] << (8 * i);
    return value;
}

/* Rounds for each word; always inlined, so that they are a constant. */
static ALWAYS_INLINE void sip_word(struct sip_state *s, uint64_t word, int rounds)
{
    s->v3 ^= word;
    for (int i = 0; i < rounds; i++)
        sip_round(s);
    s->v0 ^= word;
}

static ALWAYS_INLINE struct sip_state sip_absorb(struct siphash_key key, struct bytes octets,
                                                 int rounds, bool wide)
{
    struct sip_state s = {
        .v0 = key.k0 ^ 0x736f6d6570736575U,
        .v1 = key.k1 ^ 0x646f72616e646f6dU,
        .v2 = key.k0 ^ 0x6c7967656e657261U,
        .v3 = key.k1 ^ 0x7465646279746573U,
    };
    if (wide)
        s.v1 ^= 0xee;
    const size_t whole = octets.len & ~(size_t)7;
    for (size_t at = 0; at < whole; at += 8)
        sip_word(&s, load_le64(octets.data + at), rounds);
    sip_word(&s, (uint64_t)octets.len << 56 | load_rest(octets), rounds);
    return s;
}

static ALWAYS_INLINE uint64_t sip_finish(struct sip_state *s, int rounds)
{
    for (int i = 0; i < rounds; i++)
        sip_round(s);
    return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

uint64_t siphash_64(struct siphash_key key, struct bytes octets)
{
    struct sip_state s = sip_absorb(key, octets, 2, false);
    s.v2 ^= 0xff;
    return sip_finish(&s, 4);
}

uint64_t siphash_quick_64(struct siphash_key key, struct bytes octets)
{
    struct sip_state s = sip_absorb(key, octets, 1, false);
    s.v2 ^= 0xff;
    return sip_finish(&s, 3);
}

struct siphash_128 siphash_128(struct siphash_key key, struct bytes octets)
{
    struct sip_state s = sip_absorb(key, octets, 2, true);
    struct siphash_128 hash;
    s.v2 ^= 0xee;
    hash.low = sip_finish(&s, 4);
    s.v1 ^= 0xdd;
    hash.high = sip_finish(&s, 4);
    return hash;
}

struct siphash_key siphash_key_random(void)
{
    struct siphash_key key;
    /* Cannot fail for 16 octets once the kernel has booted; a key of stack octets would be a lie.
     */
    if (getrandom(&key, sizeof key, 0) != (ssize_t)sizeof key)
        abort();
    return key;
}
