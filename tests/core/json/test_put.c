#include "core/json/put.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/json/writer.h"

/* What json_add_string writes, which the tests of the reader and of the tree read back. */
static struct buf written(struct bytes text)
{
    struct buf out;
    buf_init(&out, JSON_PUT_MAX(text.len) + 1);
    json_add_string(&out, text);
    cr_assert(buf_ok(&out));
    return out;
}

/* Text and room have exactly the octets that they need: one more that is touched is found by the
 * address sanitizer. */
static void expect_as_written(struct bytes text)
{
    uint8_t *const exact = malloc(text.len + 1);
    uint8_t *const to = malloc(JSON_PUT_MAX(text.len));
    cr_assert(exact != NULL && to != NULL);
    uint8_t *const from = exact + 1; /* not aligned */
    if (text.len != 0)
        memcpy(from, text.data, text.len);
    const uint8_t *const end = json_put_string(to, (struct bytes){from, text.len});
    const struct bytes put = {to, (size_t)(end - to)};
    struct buf expected = written(text);
    cr_expect(bytes_equal(put, buf_bytes(&expected)), "%.*s is not %s", (int)put.len,
              (const char *)put.data, buf_text(&expected));
    free(exact);
    free(to);
    buf_release(&expected);
}

Test(put, short_and_long_forms_of_escapes)
{
    static const struct {
        struct bytes text;
        const char *expected;
    } ROWS[] = {
        {{NULL, 0}, "\"\""},
        {BYTES_LITERAL("a"), "\"a\""},
        {BYTES_LITERAL("example.com"), "\"example.com\""},
        {BYTES_LITERAL("\"\\"), "\"\\\"\\\\\""},
        {BYTES_LITERAL("\b\t\n\f\r"), "\"\\b\\t\\n\\f\\r\""},
        {BYTES_LITERAL("\x01\x1f\x7f"), "\"\\u0001\\u001f\\u007f\""},
        {BYTES_LITERAL("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"),
         "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\""},
        {BYTES_LITERAL("\xe2\x80\xa8\xe2\x80\xa9"), "\"\\u2028\\u2029\""},
        {BYTES_LITERAL("\xff\xc3"), "\"\\ufffd\\ufffd\""},
    };
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        uint8_t to[128];
        const uint8_t *const end = json_put_string(to, ROWS[i].text);
        const struct bytes put = {to, (size_t)(end - to)};
        cr_expect(bytes_is(put, ROWS[i].expected), "%.*s is not %s", (int)put.len,
                  (const char *)put.data, ROWS[i].expected);
    }
}

/* Every octet at every place: alone in text that needs no escape, and in text where everything
 * does. */
Test(put, every_octet_at_every_place)
{
    uint8_t text[41];
    for (size_t len = 1; len < sizeof text; len++) {
        for (size_t at = 0; at < len; at++) {
            for (unsigned octet = 0; octet < 256; octet++) {
                memset(text, 'a', len);
                text[at] = (uint8_t)octet;
                expect_as_written((struct bytes){text, len});
            }
            memset(text, '"', len);
            text[at] = '!';
            expect_as_written((struct bytes){text, len});
        }
    }
}

/* Characters of several octets, whole and cut, at every place. */
Test(put, every_prefix_of_a_character_at_every_place)
{
    static const char *const CHARACTERS[] = {"\xc3\xa4", "\xe2\x80\xa8", "\xed\xa0\x80",
                                             "\xf0\x9f\x98\x80", "\xf4\x90\x80\x80"};
    uint8_t text[41];
    for (size_t i = 0; i < ARRAY_LEN(CHARACTERS); i++) {
        for (size_t part = 1; part <= strlen(CHARACTERS[i]); part++) {
            for (size_t at = 0; at + part < sizeof text; at++) {
                memset(text, 'a', sizeof text);
                memcpy(text + at, CHARACTERS[i], part);
                expect_as_written((struct bytes){text, sizeof text});
                expect_as_written((struct bytes){text, at + part});
            }
        }
    }
}
