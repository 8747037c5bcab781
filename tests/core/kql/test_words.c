#include "core/kql/words.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/base/buf.h"

static void expect_words(const char *text, const char *expected)
{
    struct word_reader reader = word_reader_of(bytes_of(text));
    struct bytes word;
    struct buf out;
    buf_init(&out, 1 << 16);
    while (word_next(&reader, &word)) {
        buf_add(&out, word);
        buf_add_u8(&out, '|');
    }
    cr_expect(bytes_is(buf_bytes(&out), expected), "%s: %s, not %s", text, buf_text(&out),
              expected);
    buf_release(&out);
}

Test(words, text_is_divided_at_the_boundaries_of_uax_29)
{
    static const struct {
        const char *text;
        const char *words;
    } CASES[] = {
        {"", ""},
        {" ... - ", ""},
        {"The QUICK brown-fox", "the|quick|brown|fox|"},
        {"can't 'quoted' dog's", "can't|quoted|dog's|"},
        {"3.14 1,000 a.b a,b 1.a", "3.14|1,000|a.b|a|b|1|a|"},
        {"connection_refused _ __x", "connection_refused|__x|"},
        {"a1b2", "a1b2|"},
        {"caf\xc3\xa9 Stra\xc3\x9f"
         "e",
         "caf\xc3\xa9|stra\xc3\x9f"
         "e|"},
        {"e\xcc\x81t\xc3\xa9", "e\xcc\x81t\xc3\xa9|"},
        {"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "\xe6\x97\xa5|\xe6\x9c\xac|\xe8\xaa\x9e|"},
        {"\xe3\x82\xab\xe3\x82\xbf\xe3\x81\xb2", "\xe3\x82\xab\xe3\x82\xbf|\xe3\x81\xb2|"},
        {"\xce\xa9mega \xc4\xb0", "\xcf\x89mega|i|"},
        {"10.43.0.10 example.com:53", "10.43.0.10|example.com|53|"},
        {"x=1 (y)", "x|1|y|"},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
        expect_words(CASES[i].text, CASES[i].words);
}

Test(words, long_words_are_cut_at_255_units)
{
    char text[600] = "";
    memset(text, 'x', 300);
    struct word_reader reader = word_reader_of(bytes_of(text));
    struct bytes word;
    cr_assert(word_next(&reader, &word));
    cr_expect(eq(sz, word.len, 255));
    cr_assert(word_next(&reader, &word));
    cr_expect(eq(sz, word.len, 45));
    cr_expect(not(word_next(&reader, &word)));
}

Test(words, text_that_is_not_utf_8_does_no_harm)
{
    uint8_t octets[256];
    for (size_t i = 0; i < sizeof octets; i++)
        octets[i] = (uint8_t)(i * 73);
    struct word_reader reader = word_reader_of((struct bytes){octets, sizeof octets});
    struct bytes word;
    size_t count = 0;
    while (word_next(&reader, &word))
        count++;
    cr_expect(count > 0 && count < sizeof octets);
}
