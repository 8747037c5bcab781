/* SipHash-2-4 (Aumasson and Bernstein, 2012): the hash of every table whose keys come from the
 * network, and, with 128-bit output and a fixed key, of document identities. */
#ifndef DNSIGHT_BASE_SIPHASH_H
#define DNSIGHT_BASE_SIPHASH_H

#include <stdint.h>

#include "core/base/bytes.h"

struct siphash_key {
    uint64_t k0;
    uint64_t k1;
};

struct siphash_128 {
    uint64_t low;
    uint64_t high;
};

uint64_t siphash_64(struct siphash_key key, struct bytes octets);

/* SipHash-1-3, for the tables that every packet goes through: half the rounds, and like its larger
 * sister without a known way to find collisions for a secret key. */
uint64_t siphash_quick_64(struct siphash_key key, struct bytes octets);

/* SipHash with the 128-bit finalisation of the reference implementation. */
struct siphash_128 siphash_128(struct siphash_key key, struct bytes octets);

/* A key that nobody outside can guess, from the operating system's random source. */
struct siphash_key siphash_key_random(void);

#endif
