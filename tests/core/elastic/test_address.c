#include "core/elastic/address.h"

#include <criterion/criterion.h>

struct expected {
    const char *base;
    const char *username;
    const char *password;
    const char *target;
};

static void expect_text(const char *found, const char *expected)
{
    cr_assert((found == NULL) == (expected == NULL), "%s instead of %s", found, expected);
    if (expected != NULL)
        cr_expect_str_eq(found, expected);
}

static void expect(const char *text, const struct expected *expected)
{
    struct address a = {0};
    struct error err = {0};
    cr_assert(address_parse(text, &a, &err) == ST_OK, "%s: %s", text, err.text);
    expect_text(a.base, expected->base);
    expect_text(a.username, expected->username);
    expect_text(a.password, expected->password);
    expect_text(a.target, expected->target);
    address_release(&a);
}

Test(address, is_taken_apart)
{
    expect("http://127.0.0.1:9200", &(struct expected){"http://127.0.0.1:9200", NULL, NULL, ""});
    expect("https://es.example/", &(struct expected){"https://es.example", NULL, NULL, ""});
    expect("http://[::1]:9200/", &(struct expected){"http://[::1]:9200", NULL, NULL, ""});
    expect("http://es:9200/logs-*,-logs-a*/",
           &(struct expected){"http://es:9200", NULL, NULL, "logs-*,-logs-a*"});
    expect("http://es:9200/far:logs-dnsight.*-*",
           &(struct expected){"http://es:9200", NULL, NULL, "far:logs-dnsight.*-*"});
    expect("HTTP://es:9200", &(struct expected){"http://es:9200", NULL, NULL, ""});
}

Test(address, credentials_are_decoded_and_leave_the_base)
{
    expect("http://user:p%40ss%2Fword@es:9200",
           &(struct expected){"http://es:9200", "user", "p@ss/word", ""});
    expect("http://user@es:9200", &(struct expected){"http://es:9200", "user", NULL, ""});
}

Test(address, wrong_ones_are_refused_without_repeating_them)
{
    static const char *const wrong[] = {
        "",
        "es:9200",
        "127.0.0.1",
        "ftp://secret:secret@es",
        "file:///etc/passwd",
        "http://",
        "http://secret:secret@",
        "http://secret:secret@es:port",
        "http://secret:secret@es:99999",
        "http://secret:secret@es/a/b",
        "http://secret:secret@es/a?b=c",
        "http://secret:secret@es/a#b",
        "http://secret:secret@e s/",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct address a = {0};
        struct error err = {0};
        cr_expect(address_parse(wrong[i], &a, &err) == ST_INVALID, "%s: accepted", wrong[i]);
        cr_expect(err.text[0] != '\0', "%s: no words", wrong[i]);
        cr_expect(strstr(err.text, "secret") == NULL, "%s: %s", wrong[i], err.text);
        cr_expect(a.base == NULL, "%s: output touched", wrong[i]);
    }
}
