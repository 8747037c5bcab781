#include "query/base/prose.h"

#include <criterion/criterion.h>

Test(prose, lines_are_filled_and_never_wider_than_asked)
{
    static const struct {
        const char *text, *expected;
        size_t indent, width;
    } cases[] = {
        {"", "", 2, 20},
        {"one", "  one\n", 2, 20},
        {"one two three", "one two\nthree\n", 0, 7},
        {"one two three", "  one\n  two\n  three\n", 2, 7},
        {"  many   blanks ", "many blanks\n", 0, 20},
        {"first\nsecond line", "first\nsecond line\n", 0, 20},
        {"first\n\nsecond", "first\n\nsecond\n", 0, 20},
        {"short averyverylongword end", "short\naveryverylongword\nend\n", 0, 8},
        {"ärger öl über", "ärger öl\nüber\n", 0, 8},
        {"a\x1b[31mb\u202e", "a\\027[31mb\\226\\128\\174\n", 0, 40},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out;
        buf_init(&out, 4096);
        prose_add(&out, bytes_of(cases[i].text), cases[i].indent, cases[i].width);
        cr_expect_str_eq(buf_text(&out), cases[i].expected);
        buf_release(&out);
    }
}

Test(prose, words_that_do_not_fit_lose_their_middle_if_asked)
{
    struct buf out;
    buf_init(&out, 4096);
    prose_add_cut(&out, bytes_of("short averyverylongword end"), 2, 10);
    cr_expect_str_eq(buf_text(&out), "  short\n  aver\u2026ord\n  end\n");
    buf_release(&out);
}
