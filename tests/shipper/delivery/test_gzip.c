#include "shipper/delivery/gzip.h"

#include <criterion/criterion.h>

#include "core/base/macros.h"

static struct buf text;
static struct buf packed;
static struct buf unpacked;

static void begin(void)
{
    buf_init(&text, SIZE_MAX);
    buf_init(&packed, SIZE_MAX);
    buf_init(&unpacked, (size_t)64 * 1024 * 1024);
}

static void end(void)
{
    buf_release(&text);
    buf_release(&packed);
    buf_release(&unpacked);
}

TestSuite(gzip, .init = begin, .fini = end);

/* Text of any length that neither repeats soon nor is random. */
static void make_text(size_t len)
{
    buf_reset(&text);
    for (unsigned i = 0; text.len < len; i++)
        buf_add_format(&text, "{\"n\":%u,\"m\":%u}\n", i, i * 2654435761U);
    text.len = len;
}

Test(gzip, what_is_packed_comes_back)
{
    static const size_t lens[] = {0, 1, 2, 100, 65535, 65536, 1048575, 1048576, 3000001};
    for (size_t i = 0; i < ARRAY_LEN(lens); i++) {
        make_text(lens[i]);
        cr_assert(gzip_pack(buf_bytes(&text), &packed) == ST_OK);
        cr_assert(gzip_unpack(buf_bytes(&packed), &unpacked) == ST_OK, "%zu", lens[i]);
        cr_expect(bytes_equal(buf_bytes(&text), buf_bytes(&unpacked)));
    }
}

Test(gzip, every_prefix_is_malformed)
{
    make_text(2000);
    cr_assert(gzip_pack(buf_bytes(&text), &packed) == ST_OK);
    for (size_t len = 0; len < packed.len; len++)
        cr_expect(gzip_unpack((struct bytes){packed.data, len}, &unpacked) == ST_MALFORMED, "%zu",
                  len);
    buf_add_u8(&packed, 0);
    cr_expect(gzip_unpack(buf_bytes(&packed), &unpacked) == ST_MALFORMED, "something behind it");
}

/* RFC 1952, section 2.3: time, hints and system do not bear on the text. */
static bool is_free(size_t octet)
{
    return octet >= 4 && octet < 10;
}

Test(gzip, every_flipped_bit_is_noticed)
{
    make_text(2000);
    cr_assert(gzip_pack(buf_bytes(&text), &packed) == ST_OK);
    const size_t trailer = packed.len - 8;
    unsigned padding = 8; /* the lowest bit of the last octet of the codes that is not one */
    for (size_t at = 0; at < packed.len; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            packed.data[at] ^= (uint8_t)(1U << bit);
            const enum status status = gzip_unpack(buf_bytes(&packed), &unpacked);
            packed.data[at] ^= (uint8_t)(1U << bit);
            if (status == ST_OK)
                cr_expect(bytes_equal(buf_bytes(&text), buf_bytes(&unpacked)), "%zu", at);
            if (at == trailer - 1 && status == ST_OK && padding == 8)
                padding = bit;
            const bool is_padding = at == trailer - 1 && bit >= padding;
            cr_expect_eq(status == ST_OK, is_free(at) || is_padding, "%zu.%u", at, bit);
        }
    }
}

Test(gzip, more_than_the_buffer_may_hold_is_refused)
{
    make_text(3000000);
    cr_assert(gzip_pack(buf_bytes(&text), &packed) == ST_OK);
    struct buf small;
    buf_init(&small, 1000000);
    cr_expect(gzip_unpack(buf_bytes(&packed), &small) == ST_LIMIT);
    buf_release(&small);
}
