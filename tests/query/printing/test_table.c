#include "query/printing/table.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct table_column columns[] = {
    {.heading = "NAME", .width_min = 10, .keeps_word = true},
    {.heading = "COUNT", .is_number = true},
    {.heading = "TEXT", .width_min = 10},
};

static struct table *make(size_t width, bool has_colour, struct buf *out)
{
    buf_init(out, 16 * 1024 * 1024);
    const struct table_options options = {
        .columns = columns, .column_count = 3, .width = width, .has_colour = has_colour};
    struct table *table = NULL;
    cr_assert_eq(table_new(&options, out, &table), ST_OK);
    return table;
}

static void add_row(struct table *table, const char *name, const char *count, const char *text)
{
    table_cell(table, bytes_of(name), TONE_PLAIN);
    table_cell(table, bytes_of(count), TONE_PLAIN);
    table_cell(table, bytes_of(text), TONE_PLAIN);
}

static void expect_table(struct table *table, struct buf *out, const char *expected)
{
    cr_assert_eq(table_finish(table), ST_OK);
    cr_expect_str_eq(buf_text(out), expected);
    table_free(table);
    buf_release(out);
}

Test(table, without_rows_there_is_no_heading)
{
    struct buf out;
    struct table *const table = make(80, false, &out);
    expect_table(table, &out, "");
}

Test(table, columns_are_as_wide_as_their_widest_cell)
{
    struct buf out;
    struct table *const table = make(80, false, &out);
    add_row(table, "a", "1", "x");
    add_row(table, "longer.example", "1234567", "");
    expect_table(table, &out,
                 "NAME              COUNT  TEXT\n"
                 "a                     1  x\n"
                 "longer.example  1234567\n");
}

Test(table, the_widest_flexible_column_gives_way_on_a_terminal)
{
    struct buf out;
    struct table *const table = make(40, false, &out);
    add_row(table, "host.example", "10", "CNAME edge.cdn.example, 192.0.2.1, 192.0.2.2");
    add_row(table, "b", "7", "short");
    expect_table(table, &out,
                 "NAME          COUNT  TEXT\n"
                 "host.example     10  CNAME edge.cdn.exa\xe2\x80\xa6\n"
                 "b                 7  short\n");
}

static void expect_narrow(size_t width, const char *name, const char *expected)
{
    struct buf out;
    struct table *const table = make(width, false, &out);
    add_row(table, name, "1234567", "CNAME edge");
    expect_table(table, &out, expected);
}

Test(table, rows_are_folded_before_a_column_gets_too_narrow)
{
    expect_narrow(31, "host.example",
                  "NAME          COUNT  TEXT\n"
                  "host.\xe2\x80\xa6mple  1234567  CNAME edge\n");
    expect_narrow(29, "host.example",
                  "NAME            COUNT\n"
                  "    TEXT\n"
                  "host.example  1234567\n"
                  "    CNAME edge\n");
    expect_narrow(13, "host.example",
                  "NAME\n"
                  "      COUNT\n"
                  "    TEXT\n"
                  "host.example\n"
                  "    1234567\n"
                  "    CNAME ed\xe2\x80\xa6\n");
}

Test(table, a_folded_row_has_no_empty_lines)
{
    struct buf out;
    struct table *const table = make(29, false, &out);
    add_row(table, "host.example", "1234567", "");
    add_row(table, "", "", "CNAME edge");
    expect_table(table, &out,
                 "NAME            COUNT\n"
                 "    TEXT\n"
                 "host.example  1234567\n"
                 "\n"
                 "    CNAME edge\n");
}

Test(table, no_address_is_cut)
{
    expect_narrow(26, "2001:db8::53 tcp",
                  "NAME                COUNT\n"
                  "    TEXT\n"
                  "2001:db8::53 tcp  1234567\n"
                  "    CNAME edge\n");
    expect_narrow(12, "2001:db8::53 tcp",
                  "NAME\n"
                  "      COUNT\n"
                  "    TEXT\n"
                  "2001:db8::53 tcp\n"
                  "    1234567\n"
                  "    CNAME e\xe2\x80\xa6\n");
}

Test(table, no_address_of_a_list_is_cut)
{
    struct buf out;
    struct table *const table = make(32, false, &out);
    add_row(table, "a", "1", "192.0.2.1, 192.0.2.2");
    add_row(table, "b", "2", "CNAME edge.cdn.example.org");
    expect_table(table, &out,
                 "NAME  COUNT  TEXT\n"
                 "a         1  192.0.2.1, \xe2\x80\xa6\n"
                 "b         2  CNAME edge.cdn.exa\xe2\x80\xa6\n");
}

Test(table, nothing_is_cut_in_a_pipe)
{
    struct buf out;
    struct table *const table = make(0, false, &out);
    char name[201];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    add_row(table, name, "1", "x");
    add_row(table, "b", "2", "y");
    cr_assert_eq(table_finish(table), ST_OK);
    const char *const text = buf_text(&out);
    cr_expect_not_null(strstr(text, name));
    const char *const last = strstr(text, "\nb ");
    cr_assert_not_null(last);
    cr_expect_eq(strlen(last), strlen("\n") + 60 + strlen("      2  y\n"),
                 "a long cell does not make the column endless");
    table_free(table);
    buf_release(&out);
}

Test(table, octets_from_the_wire_are_escaped)
{
    struct buf out;
    struct table *const table = make(0, false, &out);
    add_row(table, "\x1b[31mred", "1", "a\nb");
    expect_table(table, &out,
                 "NAME         COUNT  TEXT\n"
                 "\\027[31mred      1  a\\010b\n");
}

Test(table, colours_surround_text_but_not_its_padding)
{
    struct buf out;
    struct table *const table = make(80, true, &out);
    table_cell(table, bytes_of("a"), TONE_FAILURE);
    table_cell(table, bytes_of("1"), TONE_DOUBT);
    table_cell(table, bytes_of("x"), TONE_PLAIN);
    expect_table(table, &out,
                 "\033[1mNAME\033[0m  \033[1mCOUNT\033[0m  \033[1mTEXT\033[0m\n"
                 "\033[31ma\033[0m         \033[33m1\033[0m  x\n");
}

Test(table, later_rows_are_written_at_once)
{
    struct buf out;
    struct table *const table = make(80, false, &out);
    for (int i = 0; i < 999; i++)
        add_row(table, "a", "1", "x");
    cr_expect_eq(out.len, 0, "the first thousand rows say how wide the columns are");
    add_row(table, "a", "1", "x");
    cr_expect_neq(out.len, 0);
    buf_reset(&out);
    add_row(table, "much-longer-than-the-heading", "1", "x");
    cr_expect_str_eq(buf_text(&out), "mu\xe2\x80\xa6g      1  x\n");
    buf_reset(&out);
    add_row(table, "192.0.2.1", "1", "x");
    cr_expect_str_eq(buf_text(&out), "192.0.2.1      1  x\n", "rather out of line than cut");
    cr_assert_eq(table_finish(table), ST_OK);
    table_free(table);
    buf_release(&out);
}

Test(table, the_last_word_of_a_name_stays)
{
    struct buf out;
    struct table *const table = make(32, false, &out);
    add_row(table, "www.a-long-name.example AAAA", "10", "x");
    expect_table(table, &out,
                 "NAME                 COUNT  TEXT\n"
                 "www.a-l\xe2\x80\xa6xample AAAA     10  x\n");
}
