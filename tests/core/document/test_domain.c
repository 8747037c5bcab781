#include "core/document/domain.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <libpsl.h>
#include <stdio.h>
#include <string.h>

/* What the public suffix list itself says of a name. */
static struct domain_parts parts_by_list(const char *name)
{
    const psl_ctx_t *const psl = psl_builtin();
    const char *const suffix = psl_unregistrable_domain(psl, name);
    const char *const registered = psl_registrable_domain(psl, name);
    return (struct domain_parts){
        .public_suffix_len = (uint8_t)strlen(suffix),
        .registered_len = (uint8_t)(registered == NULL ? 0 : strlen(registered)),
        .is_public = psl_is_public_suffix2(psl, suffix, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) == 1,
    };
}

static struct domain_parts parts_of(struct domain_list *list, struct bytes name)
{
    return domain_parts_of(list, name, domain_hash(list, name));
}

static void expect_as_list(struct domain_list *list, const char *name)
{
    const struct domain_parts expected = parts_by_list(name);
    const struct domain_parts parts = parts_of(list, bytes_of(name));
    cr_expect(eq(u8, parts.public_suffix_len, expected.public_suffix_len), "%s", name);
    cr_expect(eq(u8, parts.registered_len, expected.registered_len), "%s", name);
    cr_expect(eq(int, parts.is_public, expected.is_public), "%s", name);
}

static struct domain_list *list_new(void)
{
    struct domain_list *list = NULL;
    cr_assert(eq(int, domain_list_new(&list), ST_OK));
    return list;
}

struct row {
    const char *name;
    const char *public_suffix;
    const char *registered;
    bool is_public;
};

/* From the rules and the examples of publicsuffix.org. */
Test(domain, names_are_divided_by_the_rules)
{
    static const struct row ROWS[] = {
        {"com", "com", "", true},
        {"example.com", "com", "example.com", true},
        {"a.b.example.com", "com", "example.com", true},
        {"www.example.co.uk", "co.uk", "example.co.uk", true},
        {"ck", "ck", "", true},
        {"test.ck", "test.ck", "", true}, /* *.ck */
        {"b.test.ck", "test.ck", "b.test.ck", true},
        {"www.ck", "ck", "www.ck", true}, /* !www.ck */
        {"a.www.ck", "ck", "www.ck", true},
        {"github.io", "github.io", "", true},
        {"a.user.github.io", "github.io", "user.github.io", true},
        {"amazonaws.com", "com", "amazonaws.com", true},
        {"s3.amazonaws.com", "s3.amazonaws.com", "", true}, /* a rule below a name without one */
        {"bucket.s3.amazonaws.com", "s3.amazonaws.com", "bucket.s3.amazonaws.com", true},
        {"www.amazonaws.com", "com", "amazonaws.com", true},
        {"service.a.run.app", "a.run.app", "service.a.run.app", true},
        {"city.kawasaki.jp", "kawasaki.jp", "city.kawasaki.jp", true},
        {"other.kawasaki.jp", "other.kawasaki.jp", "", true},
        {"4.3.2.1.in-addr.arpa", "in-addr.arpa", "1.in-addr.arpa", true},
        {"intranet", "intranet", "", false},
        {"web.default.svc.cluster.local", "local", "cluster.local", false},
        {"db.corp.test", "test", "corp.test", false},
    };
    struct domain_list *const list = list_new();
    for (size_t round = 0; round < 2; round++) { /* the second from memory */
        for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
            const struct bytes name = bytes_of(ROWS[i].name);
            const struct domain_parts parts = parts_of(list, name);
            cr_expect(bytes_ends_with(name, bytes_of(ROWS[i].public_suffix)));
            cr_expect(eq(sz, parts.public_suffix_len, strlen(ROWS[i].public_suffix)), "%s",
                      ROWS[i].name);
            cr_expect(eq(sz, parts.registered_len, strlen(ROWS[i].registered)), "%s", ROWS[i].name);
            cr_expect(eq(int, parts.is_public, ROWS[i].is_public), "%s", ROWS[i].name);
        }
    }
    domain_list_free(list);
}

static void expect_rule_as_list(struct domain_list *list, const char *rule, bool is_upwards)
{
    static const char *const LABELS[] = {"", "a.", "bb.a.", "ccc.bb.a.", "1.2.3.4.5.6.7.8.9."};
    for (size_t i = 0; i < ARRAY_LEN(LABELS); i++) {
        const size_t at = is_upwards ? i : ARRAY_LEN(LABELS) - 1 - i;
        char name[256];
        (void)snprintf(name, sizeof name, "%s%s", LABELS[at], rule);
        expect_as_list(list, name);
    }
}

/* Every rule of the list in ASCII, and names below it: a label more or less must not lead astray,
 * whether parents are asked for before their children or after. */
Test(domain, every_rule_gives_what_the_list_says)
{
    FILE *const rules = fopen("/usr/share/publicsuffix/public_suffix_list.dat", "re");
    if (rules == NULL)
        cr_skip_test("the package publicsuffix is not installed");
    struct domain_list *const upwards = list_new();
    struct domain_list *const downwards = list_new();
    char line[256];
    size_t count = 0;
    while (fgets(line, sizeof line, rules) != NULL) {
        line[strcspn(line, " \t\r\n")] = '\0';
        const size_t mark_len = strspn(line, "!*.");
        bool is_ascii = true;
        for (size_t i = 0; line[i] != '\0'; i++)
            is_ascii &= (unsigned char)line[i] < 0x80;
        if (line[0] == '\0' || line[0] == '/' || !is_ascii)
            continue;
        expect_rule_as_list(upwards, line + mark_len, true);
        expect_rule_as_list(downwards, line + mark_len, false);
        count++;
    }
    cr_expect(gt(sz, count, 5000));
    (void)fclose(rules);
    domain_list_free(upwards);
    domain_list_free(downwards);
}

/* Names that are not looked up, because no rule can be there. */
Test(domain, names_for_use_inside_are_divided_as_the_list_does)
{
    static const char *const TOPS[] = {"local",   "internal", "corp",      "lan",
                                       "example", "invalid",  "localhost", "test"};
    static const char *const LABELS[] = {"", "a.", "b.a.", "local.", "com.", "c.co.uk.", "locals."};
    struct domain_list *const list = list_new();
    for (size_t i = 0; i < ARRAY_LEN(TOPS); i++) {
        for (size_t j = 0; j < ARRAY_LEN(LABELS); j++) {
            char name[256];
            (void)snprintf(name, sizeof name, "%s%s", LABELS[j], TOPS[i]);
            expect_as_list(list, name);
            (void)snprintf(name, sizeof name, "%sx%s", LABELS[j], TOPS[i]);
            expect_as_list(list, name);
        }
    }
    domain_list_free(list);
}

Test(domain, names_of_any_number_of_labels)
{
    static const char *const ENDS[] = {"com", "co.uk", "b.test.ck", "a.run.app", "local"};
    struct domain_list *const list = list_new();
    for (size_t i = 0; i < ARRAY_LEN(ENDS); i++) {
        char name[256];
        (void)snprintf(name, sizeof name, "%s", ENDS[i]);
        while (strlen(name) + 2 < sizeof name) {
            expect_as_list(list, name);
            memmove(name + 2, name, strlen(name) + 1);
            memcpy(name, "x.", 2);
        }
    }
    domain_list_free(list);
}

Test(domain, what_is_no_plain_name_has_no_parts)
{
    static const char *const NAMES[] = {"",
                                        ".",
                                        ".com",
                                        "a\\.b.com",
                                        "a\\.local",
                                        "\\000.example.com",
                                        "\\046.1.2.3.4.5.6.7.8.9.example.com"};
    struct domain_list *const list = list_new();
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        const struct domain_parts parts = parts_of(list, bytes_of(NAMES[i]));
        cr_expect(eq(u8, parts.public_suffix_len, 0), "%s", NAMES[i]);
        cr_expect(eq(u8, parts.registered_len, 0), "%s", NAMES[i]);
        cr_expect(not(parts.is_public), "%s", NAMES[i]);
    }
    char too_long[257];
    memset(too_long, 'a', sizeof too_long - 1);
    too_long[256] = '\0';
    cr_expect(eq(u8, parts_of(list, bytes_of(too_long)).public_suffix_len, 0));
    domain_list_free(list);
}
