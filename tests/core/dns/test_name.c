#include "core/dns/name.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/dns/defect.h"
#include "tests/core/dns/wire.h"

/* RFC 1035, 4.1.4: F.ISI.ARPA at 20, FOO.F.ISI.ARPA at 40, ARPA at 64, the root at 92. */
static struct bytes rfc1035_example(void)
{
    static uint8_t message[93];
    memcpy(message + 20, "\1F\3ISI\4ARPA", 12);
    memcpy(message + 40, "\3FOO\300\024", 6);
    memcpy(message + 64, "\300\032", 2);
    return (struct bytes){message, sizeof message};
}

static void expect_text(struct bytes message, size_t at, const char *text, size_t after)
{
    struct dns_name name;
    size_t behind = 0;
    uint32_t defects = 0;
    struct buf out;
    buf_init(&out, 2000);
    cr_assert(eq(int, dns_name_read(message, at, &name, &behind, &defects), ST_OK), "%s", text);
    dns_name_print(&name, &out);
    cr_expect(eq(str, as_str(buf_text(&out)), as_str(text)));
    cr_expect(eq(sz, behind, after), "%s", text);
    cr_expect(eq(sz, dns_name_skip(message, at), after), "%s", text);
    size_t checked = 0;
    cr_expect(eq(int, dns_name_check(message, at, &checked, &defects), ST_OK), "%s", text);
    cr_expect(eq(sz, checked, after), "%s", text);
    cr_expect(eq(u32, defects, 0));
    buf_release(&out);
}

Test(name, compressed_names_of_rfc_1035_are_read)
{
    expect_text(rfc1035_example(), 20, "F.ISI.ARPA", 32);
    expect_text(rfc1035_example(), 40, "FOO.F.ISI.ARPA", 46);
    expect_text(rfc1035_example(), 64, "ARPA", 66);
    expect_text(rfc1035_example(), 92, ".", 93);
}

Test(name, labels_and_octets_are_counted)
{
    struct dns_name name;
    size_t after = 0;
    uint32_t defects = 0;
    cr_assert(eq(int, dns_name_read(rfc1035_example(), 40, &name, &after, &defects), ST_OK));
    cr_expect(eq(u8, name.labels, 4));
    cr_expect(eq(u8, name.len, 16));
    cr_expect(eq(int, memcmp(name.wire, "\3FOO\1F\3ISI\4ARPA", 16), 0));
}

/* Reads a name that is bad and expects its defect, and that nothing is written. */
static void expect_defect(const char *text, size_t at, enum defect defect)
{
    const struct bytes message = wire(text);
    struct dns_name name = {.len = 99};
    size_t after = 77;
    uint32_t defects = 0;
    const enum status expected = defect == DEFECT_NAME_OVERRUN ? ST_TRUNCATED : ST_MALFORMED;
    cr_expect(eq(int, dns_name_read(message, at, &name, &after, &defects), expected), "%s", text);
    cr_expect(eq(u32, defects, DEFECT_BIT(defect)), "%s gives %#x", text, defects);
    defects = 0;
    cr_expect(eq(int, dns_name_check(message, at, &after, &defects), expected), "%s", text);
    cr_expect(eq(u32, defects, DEFECT_BIT(defect)), "%s gives %#x", text, defects);
    cr_expect(eq(u8, name.len, 99));
    cr_expect(eq(sz, after, 77));
    wire_free(message);
}

Test(name, pointer_to_itself_is_malformed)
{
    expect_defect("c000", 0, DEFECT_POINTER_FORWARD);
    expect_defect("00 00 c002", 2, DEFECT_POINTER_FORWARD);
}

Test(name, pointer_forward_is_malformed)
{
    expect_defect("c002 00", 0, DEFECT_POINTER_FORWARD);
    expect_defect("01'a' c0ff", 0, DEFECT_POINTER_FORWARD);
}

Test(name, pointer_into_its_own_labels_is_a_loop)
{
    expect_defect("01'a' c000", 0, DEFECT_POINTER_LOOP);
    expect_defect("01'a' 01'b' c002", 0, DEFECT_POINTER_LOOP);
}

Test(name, two_names_that_point_to_each_other_are_malformed)
{
    expect_defect("01'a' c004 01'b' c000", 4, DEFECT_POINTER_FORWARD);
}

/* A pointer that leads to a pointer, and so on: every step goes backwards, but no name needs so
 * many. */
Test(name, more_pointers_than_labels_are_a_loop)
{
    uint8_t octets[1 + 2 * 130] = {0};
    for (size_t at = 1; at < sizeof octets; at += 2) {
        octets[at] = (uint8_t)(0xc0 | (at == 1 ? 0 : at - 2) >> 8);
        octets[at + 1] = (uint8_t)(at == 1 ? 0 : at - 2);
    }
    const struct bytes message = {octets, sizeof octets};
    size_t after = 0;
    uint32_t defects = 0;
    cr_expect(eq(int, dns_name_check(message, 1 + 2 * 126, &after, &defects), ST_OK));
    cr_expect(eq(int, dns_name_check(message, 1 + 2 * 127, &after, &defects), ST_MALFORMED));
    cr_expect(eq(u32, defects, DEFECT_BIT(DEFECT_POINTER_LOOP)));
}

Test(name, other_label_types_are_malformed)
{
    expect_defect("41'a' 00", 0, DEFECT_LABEL_TYPE);
    expect_defect("01'a' 80 00", 0, DEFECT_LABEL_TYPE);
}

Test(name, name_that_runs_out_is_truncated)
{
    expect_defect("", 0, DEFECT_NAME_OVERRUN);
    expect_defect("00", 1, DEFECT_NAME_OVERRUN);
    expect_defect("03'ab'", 0, DEFECT_NAME_OVERRUN);
    expect_defect("03'abc'", 0, DEFECT_NAME_OVERRUN);
    expect_defect("00 c0", 1, DEFECT_NAME_OVERRUN);
}

/* A name of `count` labels of 63 octets and one of `last`, ended by the root label. */
static struct bytes long_name(uint8_t *octets, size_t count, size_t last)
{
    size_t at = 0;
    for (size_t i = 0; i <= count; i++) {
        const size_t len = i < count ? 63 : last;
        octets[at] = (uint8_t)len;
        memset(octets + at + 1, 'x', len);
        at += 1 + len;
    }
    octets[at++] = 0;
    return (struct bytes){octets, at};
}

Test(name, name_of_255_octets_is_good_and_of_256_too_long)
{
    uint8_t octets[512];
    struct dns_name name;
    size_t after = 0;
    uint32_t defects = 0;
    const struct bytes good = long_name(octets, 3, 61);
    cr_expect(eq(sz, good.len, 255));
    cr_expect(eq(int, dns_name_read(good, 0, &name, &after, &defects), ST_OK));
    cr_expect(eq(u8, name.len, 255));
    const struct bytes bad = long_name(octets, 3, 62);
    cr_expect(eq(int, dns_name_read(bad, 0, &name, &after, &defects), ST_MALFORMED));
    cr_expect(eq(u32, defects, DEFECT_BIT(DEFECT_NAME_TOO_LONG)));
}

Test(name, name_made_too_long_by_a_pointer_is_malformed)
{
    uint8_t octets[512];
    struct bytes message = long_name(octets, 3, 60);
    memcpy(octets + message.len, "\1y\300\0", 4); /* 254 + 2: too long by one */
    memcpy(octets + message.len + 4, "\300\0", 2);
    message.len += 6;
    size_t after = 0;
    uint32_t defects = 0;
    cr_expect(eq(int, dns_name_check(message, 258, &after, &defects), ST_OK));
    cr_expect(eq(int, dns_name_check(message, 254, &after, &defects), ST_MALFORMED));
    cr_expect(eq(u32, defects, DEFECT_BIT(DEFECT_NAME_TOO_LONG)));
}

Test(name, every_prefix_of_a_name_is_truncated)
{
    const struct bytes whole = wire("03'www'07'example'03'com'00");
    for (size_t len = 0; len < whole.len; len++) {
        const struct bytes prefix = wire_prefix(whole, len);
        struct dns_name name;
        size_t after = 0;
        uint32_t defects = 0;
        cr_expect(eq(int, dns_name_read(prefix, 0, &name, &after, &defects), ST_TRUNCATED));
        cr_expect(eq(u32, defects, DEFECT_BIT(DEFECT_NAME_OVERRUN)));
        cr_expect(eq(sz, dns_name_skip(prefix, 0), 0));
        wire_free(prefix);
    }
    wire_free(whole);
}

/* --- Text --- */

struct text_case {
    const char *wire;
    const char *text;
    const char *lower;
};

static const struct text_case TEXTS[] = {
    {"00", ".", "."},
    {"01'a'00", "a", "a"},
    {"03'WwW'07'eXample'03'COM'00", "WwW.eXample.COM", "www.example.com"},
    {"02'a.'01'b'00", "a\\..b", "a\\..b"},
    {"02'a\\'00", "a\\\\", "a\\\\"},
    {"01'*'04'_tcp'00", "*._tcp", "*._tcp"},
    {"05'@$();'02 22 7e 00", "@$();.\"~", "@$();.\"~"},
    {"05 00 20 7f 80 ff 00", "\\000\\032\\127\\128\\255", "\\000\\032\\127\\128\\255"},
    /* A length of 46 looks like a dot. */
    {"2e'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'01'b'00",
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.b",
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.b"},
    /* Around A to Z, and the same with the top bit. */
    {"06'@AZ[`{'02 c1 da 00", "@AZ[`{.\\193\\218", "@az[`{.\\193\\218"},
};

static struct dns_name name_of(const char *text)
{
    const struct bytes message = wire(text);
    struct dns_name name;
    size_t after = 0;
    uint32_t defects = 0;
    cr_assert(eq(int, dns_name_read(message, 0, &name, &after, &defects), ST_OK), "%s", text);
    wire_free(message);
    return name;
}

Test(name, text_escapes_what_rfc_4343_says)
{
    struct buf out;
    buf_init(&out, 2000);
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        const struct dns_name name = name_of(TEXTS[i].wire);
        buf_reset(&out);
        dns_name_print(&name, &out);
        cr_expect(eq(str, as_str(buf_text(&out)), as_str(TEXTS[i].text)));
        buf_reset(&out);
        dns_name_print_lower(&name, &out);
        cr_expect(eq(str, as_str(buf_text(&out)), as_str(TEXTS[i].lower)));
    }
    buf_release(&out);
}

/* What the printer must do with one octet of a label, said the long way. */
static void spell(uint8_t octet, bool is_lower, struct buf *out)
{
    if (is_lower && octet >= 'A' && octet <= 'Z')
        octet = (uint8_t)(octet + 32);
    if (octet == '.' || octet == '\\')
        buf_add_format(out, "\\%c", octet);
    else if (octet < 0x21 || octet > 0x7e)
        buf_add_format(out, "\\%03u", (unsigned)octet);
    else
        buf_add_u8(out, octet);
}

/* Every octet at every place of a word, among plain ones. */
Test(name, every_octet_is_printed_right_at_every_place)
{
    struct buf out;
    struct buf expected;
    buf_init(&out, 2000);
    buf_init(&expected, 2000);
    for (unsigned n = 0; n < 256 * 20 * 2; n++) {
        const uint8_t octet = (uint8_t)(n & 0xff);
        const size_t at = n >> 8 & 0xff ? (n >> 8) % 20 : 0;
        const bool is_lower = n >= 256 * 20;
        struct dns_name name = {.len = 22, .labels = 1, .wire = "\24aaaaaaaaaaaaaaaaaaaa"};
        name.wire[1 + at] = octet;
        buf_reset(&out);
        buf_reset(&expected);
        for (size_t i = 1; i <= 20; i++)
            spell(name.wire[i], is_lower, &expected);
        bool is_plain = false;
        if (is_lower)
            is_plain = dns_name_print_lower(&name, &out);
        else
            dns_name_print(&name, &out);
        cr_assert(bytes_equal(buf_bytes(&out), buf_bytes(&expected)), "%u at %zu", octet, at);
        const bool is_special = octet < 0x21 || octet > 0x7e || strchr("\"\\.", octet) != NULL;
        cr_assert(eq(int, is_plain, is_lower && !is_special), "%u at %zu", octet, at);
    }
    buf_release(&out);
    buf_release(&expected);
}

Test(name, longest_text_fits)
{
    struct dns_name name = {.len = 255, .labels = 127};
    for (size_t i = 0; i < 254; i += 2) {
        name.wire[i] = 1;
        name.wire[i + 1] = 0xff;
    }
    struct buf out;
    buf_init(&out, 2000);
    dns_name_print(&name, &out);
    cr_expect(eq(sz, out.len, 127 * 4 + 126));
    buf_release(&out);
}

Test(name, full_buffer_fails_and_keeps_what_it_had)
{
    const struct dns_name name = name_of("03'www'07'example'03'com'00");
    struct buf out;
    buf_init(&out, 14);
    dns_name_print(&name, &out);
    cr_expect(not(buf_ok(&out)));
    cr_expect(eq(sz, out.len, 0));
    buf_release(&out);
    buf_init(&out, 15);
    dns_name_print(&name, &out);
    cr_expect(buf_ok(&out));
    buf_release(&out);
}

Test(name, lower_changes_letters_only)
{
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        struct dns_name name = name_of(TEXTS[i].wire);
        const struct dns_name before = name;
        dns_name_lower(&name);
        for (size_t at = 0; at < name.len; at++) {
            const uint8_t octet = before.wire[at];
            const bool is_upper = octet >= 'A' && octet <= 'Z';
            cr_expect(eq(u8, name.wire[at], is_upper ? octet + 32 : octet));
        }
        cr_expect(dns_name_equal(&name, &before));
    }
}

Test(name, equality_ignores_case_and_nothing_else)
{
    const struct dns_name a = name_of("03'WwW'07'example'03'com'00");
    const struct dns_name b = name_of("03'wWw'07'EXAMPLE'03'COM'00");
    const struct dns_name shorter = name_of("03'www'07'example'00");
    const struct dns_name other = name_of("03'www'07'exampl' 05 03'com'00");
    const struct dns_name last = name_of("03'www'07'example'03'con'00");
    cr_expect(dns_name_equal(&a, &b));
    cr_expect(not(dns_name_equal(&a, &shorter)));
    cr_expect(not(dns_name_equal(&a, &other)));
    cr_expect(not(dns_name_equal(&a, &last)));
    const struct dns_name bracket = name_of("08'[[[[[[[['00");
    const struct dns_name brace = name_of("08'{{{{{{{{'00");
    cr_expect(not(dns_name_equal(&bracket, &brace)));
}

/* --- Reading text --- */

static bool parses(const char *text, struct dns_name *name)
{
    return dns_name_parse(bytes_of(text), name) == ST_OK;
}

Test(name, printed_text_is_read_back)
{
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        const struct dns_name expected = name_of(TEXTS[i].wire);
        struct dns_name name;
        cr_assert(parses(TEXTS[i].text, &name), "%s", TEXTS[i].text);
        cr_expect(eq(u8, name.len, expected.len));
        cr_expect(eq(u8, name.labels, expected.labels));
        cr_expect(eq(int, memcmp(name.wire, expected.wire, expected.len), 0), "%s", TEXTS[i].text);
    }
}

Test(name, final_dot_does_not_matter)
{
    struct dns_name with;
    struct dns_name without;
    cr_assert(parses("www.example.com.", &with));
    cr_assert(parses("www.example.com", &without));
    cr_expect(eq(u8, with.len, 17));
    cr_expect(dns_name_equal(&with, &without));
}

Test(name, bad_text_is_invalid)
{
    static const char *const BAD[] = {
        "",
        "..",
        ".a",
        "a..b",
        "a..",
        "a\\",
        "a\\2",
        "a\\25",
        "a\\256",
        "a\\2x5",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", /* 64 octets */
    };
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct dns_name name = {.len = 99};
        cr_expect(not(parses(BAD[i], &name)), "%s", BAD[i]);
        cr_expect(eq(u8, name.len, 99));
    }
}

Test(name, text_of_255_octets_is_good_and_of_256_invalid)
{
    char text[260];
    memset(text, 'x', sizeof text);
    text[63] = text[127] = text[191] = '.';
    struct dns_name name;
    text[253] = '\0'; /* 63 + 63 + 63 + 61 octets in labels */
    cr_expect(parses(text, &name));
    cr_expect(eq(u8, name.len, 255));
    text[253] = 'x';
    text[254] = '\0';
    cr_expect(not(parses(text, &name)));
}
