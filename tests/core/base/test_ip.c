#include "core/base/ip.h"

#include <arpa/inet.h>

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/base/macros.h"

static char *text_of(const char *text)
{
    return (char *)(uintptr_t)text;
}

/* RFC 5952, 4 and 5, and the ends of what can be shortened. */
static const char *const V6_TEXTS[] = {
    "::",
    "::1",
    "1::",
    "2001:db8::1",
    "2001:db8::2:1",
    "2001:db8:0:1:1:1:1:1", /* one group is not shortened */
    "2001:0:0:1::1",        /* the longest run is */
    "2001:db8::1:0:0:1",    /* the first of two as long */
    "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1",
    "1:2:3:4:5:6::",
    "::3:4:5:6:7:8",
    "::ffff:192.0.2.1",
    "::192.0.2.1",
    "::ffff:0:0:1",
    "64:ff9b::c000:201",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
};

Test(ip, v6_text_is_as_rfc_5952_says)
{
    struct buf out;
    buf_init(&out, IP_TEXT_MAX + 1);
    for (size_t i = 0; i < ARRAY_LEN(V6_TEXTS); i++) {
        uint8_t octets[16];
        cr_assert(eq(int, inet_pton(AF_INET6, V6_TEXTS[i], octets), 1), "%s", V6_TEXTS[i]);
        buf_reset(&out);
        ip_print_v6(octets, &out);
        cr_expect(eq(str, text_of(buf_text(&out)), text_of(V6_TEXTS[i])));
    }
    buf_release(&out);
}

Test(ip, v4_text_is_a_dotted_quad)
{
    static const uint8_t OCTETS[][4] = {{0, 0, 0, 0}, {192, 0, 2, 1}, {10, 99, 100, 255}};
    static const char *const TEXTS[] = {"0.0.0.0", "192.0.2.1", "10.99.100.255"};
    struct buf out;
    buf_init(&out, IP_TEXT_MAX + 1);
    for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++) {
        const struct ip_address ip = ip_from_v4(OCTETS[i]);
        buf_reset(&out);
        ip_print_v4(OCTETS[i], &out);
        cr_expect(eq(str, text_of(buf_text(&out)), text_of(TEXTS[i])));
        buf_reset(&out);
        ip_print(&ip, &out);
        cr_expect(eq(str, text_of(buf_text(&out)), text_of(TEXTS[i])));
        cr_expect(ip_is_v4(&ip));
    }
    buf_release(&out);
}

/* The C library's own printer is the judge of addresses nobody thought of. */
Test(ip, v6_text_is_as_the_c_library_prints_it)
{
    struct buf out;
    uint64_t state = 88172645463325252U; /* xorshift64, any seed but 0 */
    buf_init(&out, IP_TEXT_MAX + 1);
    for (unsigned n = 0; n < 200000; n++) {
        uint8_t octets[16] = {0};
        char expected[INET6_ADDRSTRLEN];
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        for (unsigned group = 0; group < 8; group++) {
            const unsigned kind = state >> (4 * group) & 7U;
            octets[2 * group] = kind == 1 || kind == 2 ? (uint8_t)(state >> 32) : 0;
            octets[2 * group + 1] = kind <= 2 ? (uint8_t)(state >> (40 + group)) : 0;
            if (kind == 3)
                octets[2 * group] = octets[2 * group + 1] = 0xff;
        }
        (void)inet_ntop(AF_INET6, octets, expected, sizeof expected);
        buf_reset(&out);
        ip_print_v6(octets, &out);
        cr_assert(bytes_is(buf_bytes(&out), expected), "%s", expected);
    }
    buf_release(&out);
}

struct parse_case {
    const char *text;
    const char *printed; /* NULL if it is no address */
};

static const struct parse_case PARSE[] = {
    {"192.0.2.1", "192.0.2.1"},
    {"::ffff:192.0.2.1", "192.0.2.1"},
    {"2001:DB8:0:0::1", "2001:db8::1"},
    {"fe80::1%eth0", "fe80::1"},
    {"192.0.2.", "192.0.2.0"},
    {"::ffff:10.0.0.", "10.0.0.0"},
    {"", NULL},
    {".", NULL},
    {"10...", NULL},
    {"192.0.2.1.", NULL},
    {"192.0.2", NULL},
    {"192.0.2.01", NULL},
    {"192.0.2.256", NULL},
    {"192.0.2.1%eth0", NULL},
    {"1:2:3", NULL},
    {"::1::", NULL},
    {"name", NULL},
};

Test(ip, text_is_parsed_or_refused)
{
    struct buf out;
    buf_init(&out, IP_TEXT_MAX + 1);
    for (size_t i = 0; i < ARRAY_LEN(PARSE); i++) {
        struct ip_address ip = {.octets = {99}};
        const enum status status = ip_parse(bytes_of(PARSE[i].text), &ip);
        cr_expect(eq(int, status, PARSE[i].printed == NULL ? ST_INVALID : ST_OK), "%s",
                  PARSE[i].text);
        if (status != ST_OK) {
            cr_expect(eq(u8, ip.octets[0], 99));
            continue;
        }
        buf_reset(&out);
        ip_print(&ip, &out);
        cr_expect(eq(str, text_of(buf_text(&out)), text_of(PARSE[i].printed)));
    }
    buf_release(&out);
}
