#include "shipper/gzip.h"

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

Test(gzip, every_flipped_bit_of_the_data_is_noticed)
{
    make_text(2000);
    cr_assert(gzip_pack(buf_bytes(&text), &packed) == ST_OK);
    for (size_t at = 0; at < packed.len; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            packed.data[at] ^= (uint8_t)(1U << bit);
            const enum status status = gzip_unpack(buf_bytes(&packed), &unpacked);
            /* Time, hints and system of the header, bits behind the last code, and the length at
             * the end, which ISA-L does not compare, do not change the text. */
            if (status == ST_OK)
                cr_expect(bytes_equal(buf_bytes(&text), buf_bytes(&unpacked)), "%zu", at);
            cr_expect(status != ST_OK || at < 10 || at >= packed.len - 9, "%zu.%u", at, bit);
            packed.data[at] ^= (uint8_t)(1U << bit);
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
