#include "core/dns/edns.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/base/macros.h"
#include "tests/core/dns/wire.h"

struct option_case {
    const char *options;
    const char *text;
};

static const struct option_case GOOD[] = {
    {"0001 0012 0001 0001 0000 0011223344556677 00000e10", "llq=1,1,0,0011223344556677,3600"},
    {"0002 0004 00000e10", "update-lease=3600"},
    {"0002 0008 00000e10 00001c20", "update-lease=3600,7200"},
    {"0003 0000", "nsid"},
    {"0003 0005 'ns2-a'", "nsid=\"ns2-a\""},
    {"0003 0003 'a\"b'", "nsid=\"a\\\"b\""},
    {"0003 0002 00ff", "nsid=00ff"},
    {"0005 0003 080d0f", "dau=8,13,15"},
    {"0006 0002 0204", "dhu=2,4"},
    {"0007 0001 01", "n3u=1"},
    {"0008 0007 0001 18 00 c00002", "client-subnet=192.0.2.0/24/0"},
    {"0008 0008 0001 19 20 c0000280", "client-subnet=192.0.2.128/25/32"},
    {"0008 0004 0001 00 00", "client-subnet=0.0.0.0/0/0"},
    {"0008 000b 0002 38 38 20010db8000000", "client-subnet=2001:db8::/56/56"},
    {"0008 0004 0000 00 00", "client-subnet=0/0/0"},
    {"0009 0000", "expire"},
    {"0009 0004 00000001", "expire=1"},
    {"000a 0008 0123456789abcdef", "cookie=0123456789abcdef"},
    {"000a 0010 0123456789abcdef fedcba9876543210", "cookie=0123456789abcdeffedcba9876543210"},
    {"000b 0000", "tcp-keepalive"},
    {"000b 0002 012d", "tcp-keepalive=30.1"},
    {"000c 0004 00000000", "padding=4"},
    {"000c 0000", "padding=0"},
    {"000d 0009 07'example'00", "chain=example"},
    {"000e 0004 4a5c4f66", "key-tag=19036,20326"},
    {"000f 0002 0016", "ede=22,\"No Reachable Authority\""},
    {"000f 0005 0016 'at ' ", "ede=22,\"No Reachable Authority\",\"at \""},
    {"000f 0004 0016 'x' 00", "ede=22,\"No Reachable Authority\",\"x\""},
    {"000f 0003 c000 '\"'", "ede=49152,\"\\\"\""},
    {"0010 0002 0102", "client-tag=258"},
    {"0011 0002 0102", "server-tag=258"},
    {"0012 000b 01'a'07'example'00", "report-channel=a.example"},
    {"0013 0000", "zone-version"},
    {"0013 0006 02 00 78a3f175", "zone-version=2,SOA-SERIAL,2024010101"},
    {"0013 0004 02 f6 0102", "zone-version=2,246,0102"},
    {"4f44 0003 010203", "umbrella-ident=010203"},
    {"6942 0001 01", "device-id=01"},
    {"0004 0000", "opt4"},
    {"fde9 0002 abcd", "opt65001=abcd"},
    {"", ""},
    {"0003 0000 000c 0001 00", "nsid padding=1"},
};

static bool print(const char *text, struct buf *out, uint32_t *defects)
{
    const struct bytes options = wire(text);
    struct rdata_walk walk = {.in = cursor_of(options), .out = out};
    buf_reset(out);
    edns_options_print(&walk);
    *defects = walk.defects;
    wire_free(options);
    return cursor_ok(&walk.in);
}

Test(edns, options_are_printed_by_name)
{
    struct buf out;
    buf_init(&out, 1000);
    for (size_t i = 0; i < ARRAY_LEN(GOOD); i++) {
        uint32_t defects = 0;
        cr_expect(print(GOOD[i].options, &out, &defects), "%s", GOOD[i].options);
        cr_expect(eq(u32, defects, 0), "%s", GOOD[i].options);
        cr_expect(eq(str, as_str(buf_text(&out)), as_str(GOOD[i].text)));
    }
    buf_release(&out);
}

/* Options that contradict their length, each with a good one behind it. */
static const struct option_case BAD[] = {
    {"0001 0001 00", "llq=00"},
    {"0002 0005 0000000100", "update-lease=0000000100"},
    {"0008 0003 000118", "client-subnet=000118"},
    {"0008 0006 0001 18 00 c000", "client-subnet=00011800c000"},         /* octets missing */
    {"0008 0008 0001 18 00 c0000200", "client-subnet=00011800c0000200"}, /* too many */
    {"0008 0009 0001 21 00 c000020100", "client-subnet=00012100c000020100"},
    {"0008 0004 0001 00 21", "client-subnet=00010021"},
    {"0008 0004 0003 00 00", "client-subnet=00030000"}, /* family */
    {"000a 0007 01234567890123", "cookie=01234567890123"},
    {"000a 0009 0123456789abcdef 01", "cookie=0123456789abcdef01"},
    {"000b 0001 01", "tcp-keepalive=01"},
    {"000b 0003 010203", "tcp-keepalive=010203"},
    {"000d 0002 c000", "chain=c000"}, /* there is nothing to point to */
    {"000d 0002 0161", "chain=0161"},
    {"000e 0001 01", "key-tag=01"},
    {"000f 0001 00", "ede=00"},
    {"000f 0000", "ede"},
    {"0013 0005 02 00 78a3f1", "zone-version=020078a3f1"},
};

Test(edns, option_that_contradicts_its_length_is_hexadecimal_and_a_defect)
{
    struct buf out;
    buf_init(&out, 1000);
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        char text[200];
        uint32_t defects = 0;
        (void)snprintf(text, sizeof text, "%s 0007 0001 01", BAD[i].options);
        cr_expect(print(text, &out, &defects), "%s", text);
        cr_expect(eq(u32, defects, DEFECT_BIT(DEFECT_EDNS_OPTION)), "%s", text);
        (void)snprintf(text, sizeof text, "%s n3u=1", BAD[i].text);
        cr_expect(eq(str, as_str(buf_text(&out)), text));
    }
    buf_release(&out);
}

Test(edns, option_past_the_end_is_a_defect)
{
    static const char *const CUT[] = {"00", "000a", "000a00", "000a0008 01234567"};
    struct buf out;
    buf_init(&out, 1000);
    for (size_t i = 0; i < ARRAY_LEN(CUT); i++) {
        uint32_t defects = 0;
        cr_expect(not(print(CUT[i], &out, &defects)), "%s", CUT[i]);
        cr_expect(eq(u32, defects, DEFECT_BIT(DEFECT_EDNS_OPTION)), "%s", CUT[i]);
    }
    buf_release(&out);
}

/* --- Accessors --- */

Test(edns, option_is_found_by_its_code)
{
    const struct bytes options =
        wire("000a 0001 01  000f 0002 0016  000f 0002 0017  0003 0002 'x'");
    const struct dns_edns edns = {.present = true, .options = options};
    const struct dns_edns none = {.present = false};
    struct bytes data = {0};
    cr_assert(edns_option_find(&edns, EDNS_OPTION_EDE, &data));
    cr_expect(eq(sz, data.len, 2));
    cr_expect(eq(u8, data.data[1], 0x16)); /* the first of two */
    cr_expect(not(edns_option_find(&edns, EDNS_OPTION_CLIENT_SUBNET, &data)));
    cr_expect(not(edns_option_find(&edns, EDNS_OPTION_NSID, &data))); /* runs past the end */
    cr_expect(not(edns_option_find(&none, EDNS_OPTION_EDE, &data)));
    wire_free(options);
}

Test(edns, client_subnet_is_address_and_source_prefix)
{
    const struct bytes good = wire("0001 18 10 c00002");
    const struct bytes bad = wire("0001 18 10 c000");
    struct buf out;
    buf_init(&out, 100);
    cr_assert(eq(int, edns_client_subnet_print(good, &out), ST_OK));
    cr_expect(eq(str, as_str(buf_text(&out)), as_str("192.0.2.0/24")));
    cr_expect(eq(int, edns_client_subnet_print(bad, &out), ST_MALFORMED));
    cr_expect(eq(str, as_str(buf_text(&out)), as_str("192.0.2.0/24")));
    buf_release(&out);
    wire_free(good);
    wire_free(bad);
}

Test(edns, nsid_is_text_if_it_can_be)
{
    const struct bytes text = wire("'ns2.fra'");
    const struct bytes octets = wire("00 ff");
    struct buf out;
    buf_init(&out, 100);
    edns_nsid_print(text, &out);
    cr_expect(eq(str, as_str(buf_text(&out)), as_str("ns2.fra")));
    buf_reset(&out);
    edns_nsid_print(octets, &out);
    cr_expect(eq(str, as_str(buf_text(&out)), as_str("00ff")));
    buf_release(&out);
    wire_free(text);
    wire_free(octets);
}

Test(edns, extended_error_has_a_code_and_perhaps_text)
{
    const struct bytes data = wire("0016 'gone' 00");
    struct edns_ede ede = {0};
    cr_assert(eq(int, edns_ede_read(data, &ede), ST_OK));
    cr_expect(eq(u16, ede.info_code, 22));
    cr_expect(bytes_is(ede.extra_text, "gone"));
    cr_expect(eq(int, edns_ede_read((struct bytes){data.data, 1}, &ede), ST_TRUNCATED));
    cr_expect(eq(int, edns_ede_read((struct bytes){data.data, 2}, &ede), ST_OK));
    cr_expect(eq(sz, ede.extra_text.len, 0));
    wire_free(data);
}
