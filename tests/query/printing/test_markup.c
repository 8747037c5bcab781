#include "query/printing/markup.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const char *escaped(struct bytes text)
{
    static char copy[1024];
    struct buf out;
    buf_init(&out, sizeof copy);
    markup_escape(&out, text);
    (void)snprintf(copy, sizeof copy, "%s", buf_text(&out));
    buf_release(&out);
    return copy;
}

Test(markup, no_text_becomes_markup)
{
    cr_expect_str_eq(escaped(bytes_of("<script>alert('1') && \"2\"</script>")),
                     "&lt;script&gt;alert(&#39;1&#39;) &amp;&amp; &quot;2&quot;&lt;/script&gt;");
    cr_expect_str_eq(escaped(bytes_of("--><![CDATA[ ]]>")), "--&gt;&lt;![CDATA[ ]]&gt;");
    cr_expect_str_eq(escaped(bytes_of("")), "");
}

Test(markup, what_harms_a_reader_is_shown_as_octets)
{
    cr_expect_str_eq(escaped(BYTES_LITERAL("a\0b\x1b[31m\n")), "a\\000b\\027[31m\\010");
    cr_expect_str_eq(escaped(bytes_of("\xe2\x80\xae"
                                      "abc")),
                     "\\226\\128\\174abc");
    cr_expect_str_eq(escaped(bytes_of("\xff\xfe")), "\\255\\254");
}

Test(markup, what_xml_cannot_hold_is_replaced)
{
    cr_expect_str_eq(escaped(bytes_of("\xef\xbf\xbe\xef\xbf\xbf")), "\xef\xbf\xbd\xef\xbf\xbd");
    cr_expect_str_eq(escaped(bytes_of("\xef\xbf\xbd")), "\xef\xbf\xbd");
    cr_expect_str_eq(escaped(bytes_of("\xc3\xa9\xf0\x9f\x98\x80")), "\xc3\xa9\xf0\x9f\x98\x80");
}

Test(markup, elements_close_what_they_open)
{
    struct buf out;
    buf_init(&out, 65536);
    struct markup m = markup_of(&out);
    markup_begin(&m, "p");
    markup_word(&m, "title", "a \"quoted\" <b>");
    markup_begin(&m, "br");
    markup_empty(&m);
    markup_text(&m, bytes_of("1 < 2"));
    markup_element(&m, "i", "x", bytes_of(""));
    markup_count(&m, 1234567);
    markup_end(&m);
    cr_expect_str_eq(buf_text(&out),
                     "<p title=\"a &quot;quoted&quot; &lt;b&gt;\"><br/>1 &lt; 2<i class=\"x\"></i>"
                     "1\xe2\x80\xaf"
                     "234\xe2\x80\xaf"
                     "567</p>");
    cr_expect_eq(m.depth, 0);
    buf_release(&out);
}
