#include "core/base/encoding.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/base/macros.h"

struct encoding_case {
    const char *octets;
    const char *text;
};

static void expect(void (*encode)(struct bytes, struct buf *), const struct encoding_case *c)
{
    struct buf out;
    buf_init(&out, strlen(c->text) + 1); /* no room for more than the text and the NUL */
    encode(bytes_of(c->octets), &out);
    cr_expect(eq(str, (char *)(uintptr_t)buf_text(&out), (char *)(uintptr_t)c->text));
    cr_expect(buf_ok(&out));
    buf_release(&out);
}

/* RFC 4648, 10. */
Test(encoding, base64_vectors_of_rfc_4648)
{
    static const struct encoding_case CASES[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
        expect(encoding_base64, &CASES[i]);
}

/* RFC 4648, 10, without the padding. */
Test(encoding, base32hex_vectors_of_rfc_4648)
{
    static const struct encoding_case CASES[] = {
        {"", ""},
        {"f", "CO"},
        {"fo", "CPNG"},
        {"foo", "CPNMU"},
        {"foob", "CPNMUOG"},
        {"fooba", "CPNMUOJ1"},
        {"foobar", "CPNMUOJ1E8"},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        struct buf out;
        buf_init(&out, 100);
        encoding_base32hex(bytes_of(CASES[i].octets), &out);
        cr_expect(eq(str, (char *)(uintptr_t)buf_text(&out), (char *)(uintptr_t)CASES[i].text));
        buf_release(&out);
    }
}

Test(encoding, hex_is_two_digits_an_octet)
{
    static const struct encoding_case UPPER[] = {{"", ""}, {"\x01\xab\xff", "01ABFF"}};
    static const struct encoding_case LOWER[] = {{"", ""}, {"\x01\xab\xff", "01abff"}};
    for (size_t i = 0; i < ARRAY_LEN(UPPER); i++) {
        expect(encoding_hex_upper, &UPPER[i]);
        expect(encoding_hex_lower, &LOWER[i]);
    }
}

Test(encoding, full_buffer_fails)
{
    struct buf out;
    buf_init(&out, 3);
    encoding_base64(BYTES_LITERAL("a"), &out);
    cr_expect(not(buf_ok(&out)));
    cr_expect(eq(sz, out.len, 0));
    buf_release(&out);
}
