#include "core/base/siphash.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>

#include "core/base/encoding.h"

/* The key of the SipHash paper's example; the texts are octets that count up from 0, as there. */
static const struct siphash_key KEY = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};

/* Hashes of the reference implementation as octets, lowest first; `openssl mac SIPHASH` prints
 * them. */
static const struct {
    size_t len;
    const char *quick; /* one round a word, three at the end */
    const char *hash;
    const char *wide;
} ROWS[] = {
    {0, "DCC40F055801ACAB", "310E0EDD47DB6F72", "A3817F04BA25A8E66DF67214C7550293"},
    {1, "93CA577DF39BF4C9", "FD67DC93C539F874", "DA87C1D86B99AF44347659119B22FC45"},
    {7, "4011B19B987D92D3", "37D1018BF50002AB", "A1F1EBBED8DBC153C0B84AA61FF08239"},
    {8, "8E9A298D11959036", "6224939A79F5F593", "3B62A9BA6258F5610F83E264F31497B4"},
    {9, "E43D066CB38EA425", "B0E4A90BDF82009E", "264499060AD9BAABC47F8B02BB6D71ED"},
    {15, "5699512A6DD820D3", "E545BE4961CA29A1", "5493E99933B0A8117E08EC0F97CFC3D9"},
    {16, "668B907D1ADD4FCC", "DB9BC2577FCC2A3F", "6EE2A4CA67B054BBFD3315BF85230577"},
    {23, "23C1E6DA7F0E5A52", "C8CE5CCD8C030CA8", "C9D184DDD5A9F5E0CF8CE29A9ABF691C"},
    {63, "A8B3BBB76290199D", "724506EB4C328A95", "5150D1772F50834A503E069A973FBD7C"},
};

static void expect_octets(uint64_t first, uint64_t second, size_t words, const char *expected)
{
    uint8_t octets[16];
    for (size_t i = 0; i < 8; i++) {
        octets[i] = (uint8_t)(first >> (8 * i));
        octets[8 + i] = (uint8_t)(second >> (8 * i));
    }
    struct buf text;
    buf_init(&text, 64);
    encoding_hex_upper((struct bytes){octets, 8 * words}, &text);
    cr_expect_str_eq(buf_text(&text), expected);
    buf_release(&text);
}

Test(siphash, hashes_of_the_reference_implementation)
{
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        const size_t len = ROWS[i].len;
        /* Exactly as long, so that the address sanitizer sees an octet too many. */
        uint8_t *const octets = malloc(len + 1);
        cr_assert(octets != NULL);
        for (size_t at = 0; at < len; at++)
            octets[at + 1] = (uint8_t)at;
        const struct bytes text = {octets + 1, len};
        const struct siphash_128 wide = siphash_128(KEY, text);
        expect_octets(siphash_quick_64(KEY, text), 0, 1, ROWS[i].quick);
        expect_octets(siphash_64(KEY, text), 0, 1, ROWS[i].hash);
        expect_octets(wide.low, wide.high, 2, ROWS[i].wide);
        free(octets);
    }
}

Test(siphash, keys_differ)
{
    const struct siphash_key a = siphash_key_random();
    const struct siphash_key b = siphash_key_random();
    cr_expect(a.k0 != b.k0 && a.k1 != b.k1);
}
