#include "query/base/source_name.h"

#include <criterion/criterion.h>

#include "core/base/macros.h"

static void expect(const char *const *sources, size_t count, const char *shown)
{
    struct buf out;
    buf_init(&out, 1000);
    source_names_print(sources, count, &out);
    cr_expect_str_eq(buf_text(&out), shown);
    buf_release(&out);
}

Test(source_name, passwords_are_not_shown)
{
    static const char *const SOURCES[] = {"http://elastic:secret@es:9200/logs-*",
                                          "https://elastic:se@cret@es", "HTTP://secret@es:1",
                                          "http://:secret@[::1]:9200"};
    expect(SOURCES, ARRAY_LEN(SOURCES),
           ", from http://es:9200/logs-*, https://es, HTTP://es:1, http://[::1]:9200");
}

Test(source_name, everything_else_is_shown_as_it_is)
{
    static const char *const SOURCES[] = {"-", "a@b.pcap", "http://es/a@b", "", "dir/http://x@y"};
    expect(SOURCES, ARRAY_LEN(SOURCES), ", from -, a@b.pcap, http://es/a@b, , dir/http://x@y");
    expect(NULL, 0, "");
}
