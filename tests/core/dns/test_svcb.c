#include "core/dns/svcb.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/base/macros.h"
#include "tests/core/dns/wire.h"

/* Prints parameters; *is_good tells whether all of them could be read. */
static void print(const char *text, struct buf *out, uint32_t *defects, bool *is_good)
{
    const struct bytes params = wire(text);
    struct rdata_walk walk = {.in = cursor_of(params), .out = out};
    buf_reset(out);
    svcb_params_print(&walk);
    *defects = walk.defects;
    *is_good = cursor_ok(&walk.in);
    wire_free(params);
}

struct good_case {
    const char *params;
    const char *text;
};

/* Octets after RFC 9460, appendix D; whole records are in tests/data/rdata.txt. */
static const struct good_case GOOD[] = {
    {"0000 0004 0001 0004", "mandatory=alpn,ipv4hint"},
    {"0000 0004 0008 029b", "mandatory=ohttp,key667"},
    {"0001 0009 02'h2'05'h3-19'", "alpn=\"h2,h3-19\""},
    {"0001 000c 08'f\\oo,bar'02'h2'", "alpn=\"f\\\\\\\\oo\\\\,bar,h2\""},
    {"0001 0004 03 22 00 ff", "alpn=\"\\\"\\000\\255\""},
    {"0002 0000", "no-default-alpn"},
    {"0003 0002 0035", "port=53"},
    {"0004 0008 c0000201 c0000202", "ipv4hint=192.0.2.1,192.0.2.2"},
    {"0005 0003 010203", "ech=AQID"},
    {"0006 0010 20010db8000000000000000000000001", "ipv6hint=2001:db8::1"},
    {"0006 0010 00000000000000000000ffffc6336464", "ipv6hint=::ffff:198.51.100.100"},
    {"0007 0010 '/dns-query{?dns}'", "dohpath=\"/dns-query{?dns}\""},
    {"0008 0000", "ohttp"},
    {"0009 0000", "key9"},
    {"029b 0009 'hello' d2 'qoo'", "key667=\"hello\\210qoo\""},
    {"ffff 0001 20", "key65535=\" \""},
    {"0003 0002 01bb 0008 0000", "port=443 ohttp"},
};

Test(svcb, parameters_are_printed_by_name)
{
    struct buf out;
    uint32_t defects = 0;
    bool is_good = false;
    buf_init(&out, 1000);
    for (size_t i = 0; i < ARRAY_LEN(GOOD); i++) {
        print(GOOD[i].params, &out, &defects, &is_good);
        cr_expect(is_good, "%s", GOOD[i].params);
        cr_expect(eq(u32, defects, 0), "%s", GOOD[i].params);
        cr_expect(eq(str, as_str(buf_text(&out)), as_str(GOOD[i].text)));
    }
    buf_release(&out);
}

/* The failures of RFC 9460, appendix D.3, as far as they can be on the wire, and cut values. */
static const char *const INVALID[] = {
    "0003 0002 0035 0003 0002 0035",   /* a key twice */
    "0003 0002 0035 0001 0003 02'h2'", /* keys out of order */
    "0000 0000",
    "0000 0001 00",
    "0000 0003 0001 00", /* mandatory */
    "0001 0000",
    "0001 0001 00",
    "0001 0002 02'h'",
    "0001 0004 02'h2' 00", /* alpn */
    "0002 0001 00",        /* no-default-alpn */
    "0003 0000",
    "0003 0001 35",
    "0003 0003 003500", /* port */
    "0004 0000",
    "0004 0003 c00002",
    "0004 0005 c000020101", /* ipv4hint */
    "0005 0000",            /* ech */
    "0006 0000",
    "0006 0004 c0000201", /* ipv6hint */
    "0008 0001 00",       /* ohttp */
};

Test(svcb, values_that_do_not_fit_their_key_are_invalid)
{
    struct buf out;
    uint32_t defects = 0;
    bool is_good = true;
    buf_init(&out, 1000);
    for (size_t i = 0; i < ARRAY_LEN(INVALID); i++) {
        print(INVALID[i], &out, &defects, &is_good);
        cr_expect(not(is_good), "%s", INVALID[i]);
        cr_expect(eq(u32, defects, DEFECT_BIT(DEFECT_RDATA_INVALID)), "%s", INVALID[i]);
    }
    buf_release(&out);
}

Test(svcb, parameter_that_runs_out_is_short)
{
    static const char *const CUT[] = {"00", "0003", "0003 00", "0003 0002", "0003 0002 00"};
    struct buf out;
    uint32_t defects = 0;
    bool is_good = true;
    buf_init(&out, 1000);
    for (size_t i = 0; i < ARRAY_LEN(CUT); i++) {
        print(CUT[i], &out, &defects, &is_good);
        cr_expect(not(is_good), "%s", CUT[i]);
        cr_expect(eq(u32, defects, DEFECT_BIT(DEFECT_RDATA_SHORT)), "%s", CUT[i]);
    }
    buf_release(&out);
}
