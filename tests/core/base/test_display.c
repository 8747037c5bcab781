#include "core/base/display.h"

#include <criterion/criterion.h>
#include <string.h>

static const char *escaped(const char *text, size_t len)
{
    static struct buf out;
    if (out.max == 0)
        buf_init(&out, 65536);
    buf_reset(&out);
    display_add(&out, (struct bytes){(const uint8_t *)text, len});
    return buf_text(&out);
}

#define EXPECT_ESCAPED(text, expected) cr_expect_str_eq(escaped(text, sizeof(text) - 1), expected)

Test(display, ordinary_text_stays)
{
    EXPECT_ESCAPED("", "");
    EXPECT_ESCAPED("www.example.com", "www.example.com");
    EXPECT_ESCAPED("a\\.b.example", "a\\.b.example");
    EXPECT_ESCAPED("b\xc3\xbc"
                   "cher \xe6\x97\xa5\xe6\x9c\xac",
                   "b\xc3\xbc"
                   "cher \xe6\x97\xa5\xe6\x9c\xac");
}

Test(display, controls_are_escaped)
{
    EXPECT_ESCAPED("\x1b[2J\x07", "\\027[2J\\007");
    EXPECT_ESCAPED("a\nb\tc\r\x7f", "a\\010b\\009c\\013\\127");
    EXPECT_ESCAPED("\0", "\\000");
    EXPECT_ESCAPED("\xc2\x9b"
                   "31m",
                   "\\194\\15531m");
}

Test(display, octets_that_are_no_utf8_are_escaped)
{
    EXPECT_ESCAPED("\xff\xfe", "\\255\\254");
    EXPECT_ESCAPED("\xc3", "\\195");
    EXPECT_ESCAPED("\x9b"
                   "1m",
                   "\\1551m");
    EXPECT_ESCAPED("\xed\xa0\x80", "\\237\\160\\128");
}

Test(display, writing_direction_cannot_be_turned)
{
    EXPECT_ESCAPED("\xe2\x80\xae"
                   "moc.elgoog",
                   "\\226\\128\\174moc.elgoog");
    EXPECT_ESCAPED("\xe2\x81\xa6", "\\226\\129\\166");
    EXPECT_ESCAPED("\xe2\x80\x8b", "\\226\\128\\139");
}

/* No octet string whatever leaves an octet that a terminal would obey. */
Test(display, every_pair_of_octets_is_harmless)
{
    for (unsigned pair = 0; pair < 65536; pair++) {
        const char text[2] = {(char)(pair >> 8), (char)(pair & 255)};
        const char *const out = escaped(text, 2);
        for (const unsigned char *c = (const unsigned char *)out; *c != '\0'; c++)
            cr_assert(*c >= 0x20 && *c != 0x7f && !(c[0] == 0xc2 && c[1] < 0xa0), "%04x", pair);
    }
}

static const char *cut(const char *text, size_t columns, size_t *used)
{
    static struct buf out;
    if (out.max == 0)
        buf_init(&out, 65536);
    buf_reset(&out);
    *used = display_cut(&out, bytes_of(text), columns);
    return buf_text(&out);
}

Test(display, wide_text_is_cut_between_characters)
{
    size_t used = 0;
    cr_expect_str_eq(cut("abcdef", 6, &used), "abcdef");
    cr_expect_eq(used, 6);
    cr_expect_str_eq(cut("abcdef", 4, &used), "abc\xe2\x80\xa6");
    cr_expect_eq(used, 4);
    cr_expect_str_eq(cut("\xc3\xa4\xc3\xb6\xc3\xbc", 2, &used), "\xc3\xa4\xe2\x80\xa6");
    cr_expect_eq(used, 2);
    cr_expect_str_eq(cut("ab", 1, &used), "\xe2\x80\xa6");
    cr_expect_str_eq(cut("", 1, &used), "");
    cr_expect_eq(used, 0);
}

static const char *cut_middle(const char *text, size_t columns, size_t *used)
{
    static struct buf out;
    if (out.max == 0)
        buf_init(&out, 65536);
    buf_reset(&out);
    *used = display_cut_middle(&out, bytes_of(text), columns);
    return buf_text(&out);
}

Test(display, a_middle_gives_way_to_the_last_word)
{
    size_t used = 0;
    cr_expect_str_eq(cut_middle("www.example.org AAAA", 20, &used), "www.example.org AAAA");
    cr_expect_eq(used, 20);
    cr_expect_str_eq(cut_middle("www.example.org AAAA", 14, &used), "www.\xe2\x80\xa6.org AAAA");
    cr_expect_eq(used, 14);
    cr_expect_str_eq(cut_middle("\xc3\xa4\xc3\xb6\xc3\xbc.de A", 6, &used),
                     "\xc3\xa4\xc3\xb6\xe2\x80\xa6"
                     "e A");
    cr_expect_eq(used, 6);
    cr_expect_str_eq(cut_middle("api-7d4f9c-x2k", 9, &used), "api-\xe2\x80\xa6-x2k");
    cr_expect_eq(used, 9);
    /* No room for more than the word. */
    cr_expect_str_eq(cut_middle("www.example.org AAAA", 6, &used), "www.e\xe2\x80\xa6");
}

Test(display, json_keeps_its_value)
{
    struct buf text;
    buf_init(&text, 65536);
    buf_add_text(&text, "\x7f{\t\"a\x7f\":\"\xc2\x9b"
                        "31m \xe2\x80\xae \xf3\xa0\x80\x81 b\xc3\xbc\\n\"}\n");
    display_escape_json(&text, 1);
    cr_expect_str_eq(buf_text(&text),
                     "\x7f{\t\"a\\u007f\":\"\\u009b31m \\u202e \\udb40\\udc01 b\xc3\xbc\\n\"}\n");
    buf_release(&text);
}
