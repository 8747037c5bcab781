#include "core/base/lower_case.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/base/macros.h"

Test(lower_case, each_character_has_its_simple_mapping)
{
    static const struct {
        const char *text;
        const char *lower;
    } CASES[] = {
        {"", ""},
        {"ABC xyz 09", "abc xyz 09"},
        {"STRASSE Stra\xc3\x9f\x65", "strasse stra\xc3\x9f\x65"},
        {"\xc3\x89\xc3\x97\xce\xa9", "\xc3\xa9\xc3\x97\xcf\x89"}, /* É × Ω: × has none */
        {"\xc4\x80\xc4\x81\xc4\xb0", "\xc4\x81\xc4\x81i"},        /* Ā ā İ */
        {"\xf0\x90\x90\x80", "\xf0\x90\x90\xa8"},                 /* U+10400 */
        {"\xff", "\xef\xbf\xbd"},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        struct buf out;
        buf_init(&out, 100);
        lower_case(bytes_of(CASES[i].text), &out);
        cr_expect(bytes_is(buf_bytes(&out), CASES[i].lower), "%s", CASES[i].text);
        buf_release(&out);
    }
}
