#include "query/printing/csv.h"

#include <criterion/criterion.h>

static void expect_cell(const char *text, const char *expected)
{
    struct buf out;
    buf_init(&out, 1024);
    csv_cell(&out, bytes_of(text), true);
    cr_expect_str_eq(buf_text(&out), expected);
    buf_release(&out);
}

/* RFC 4180, section 2: rules 5 to 7. */
Test(csv, quotes_where_they_are_needed)
{
    expect_cell("aaa", "aaa");
    expect_cell("", "");
    expect_cell("a,b", "\"a,b\"");
    expect_cell("b\"bb", "\"b\"\"bb\"");
    expect_cell("\"", "\"\"\"\"");
    expect_cell("\"a\"", "\"\"\"a\"\"\"");
    expect_cell(" a", "\" a\"");
    expect_cell("a ", "\"a \"");
}

Test(csv, a_row_is_always_one_line)
{
    expect_cell("a\r\nb", "a\\013\\010b");
    expect_cell("a\n,\"", "\"a\\010,\"\"\"");
}

Test(csv, nothing_is_a_formula)
{
    expect_cell("=1+1", "'=1+1");
    expect_cell("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0");
    expect_cell("@SUM(A1,B1)", "\"'@SUM(A1,B1)\"");
    expect_cell("-name.example", "'-name.example");
    expect_cell("+x", "'+x");
    expect_cell("-1234", "-1234");
    expect_cell("-1.5e+06", "-1.5e+06");
    expect_cell("-", "-");
    expect_cell("a=b", "a=b");
}

Test(csv, rows_end_in_cr_lf)
{
    struct buf out;
    buf_init(&out, 1024);
    csv_cell(&out, bytes_of("a"), true);
    csv_cell(&out, bytes_of(""), false);
    csv_cell(&out, bytes_of("c"), false);
    csv_end_row(&out);
    cr_expect_str_eq(buf_text(&out), "a,,c\r\n");
    buf_release(&out);
}
