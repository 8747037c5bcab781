#include "core/dns/mnemonic.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/base/macros.h"
#include "tests/core/dns/wire.h"

/* Names taken from IANA's registries (DNS parameters), one for each end of a range. */

static void expect_type(uint16_t type, const char *text)
{
    struct buf out;
    buf_init(&out, DNS_MNEMONIC_MAX + 1);
    dns_type_print(type, &out);
    cr_expect(eq(str, as_str(buf_text(&out)), as_str(text)));
    buf_release(&out);
}

Test(mnemonic, types_have_their_registered_names)
{
    expect_type(1, "A");
    expect_type(10, "NULL");
    expect_type(23, "NSAP-PTR");
    expect_type(28, "AAAA");
    expect_type(65, "HTTPS");
    expect_type(128, "NXNAME");
    expect_type(255, "ANY");
    expect_type(264, "IPN");
    expect_type(32768, "TA");
    expect_type(32769, "DLV");
}

Test(mnemonic, types_without_a_name_are_printed_as_rfc_3597_says)
{
    expect_type(0, "TYPE0");
    expect_type(54, "TYPE54");
    expect_type(265, "TYPE265");
    expect_type(32770, "TYPE32770");
    expect_type(65535, "TYPE65535");
}

static void expect_class(uint16_t class, const char *text)
{
    struct buf out;
    buf_init(&out, DNS_MNEMONIC_MAX + 1);
    dns_class_print(class, &out);
    cr_expect(eq(str, as_str(buf_text(&out)), as_str(text)));
    buf_release(&out);
}

Test(mnemonic, classes)
{
    expect_class(0, "CLASS0");
    expect_class(1, "IN");
    expect_class(2, "CLASS2");
    expect_class(3, "CH");
    expect_class(4, "HS");
    expect_class(254, "NONE");
    expect_class(255, "ANY");
    expect_class(65535, "CLASS65535");
}

static void expect_opcode(unsigned opcode, const char *text)
{
    struct buf out;
    buf_init(&out, DNS_MNEMONIC_MAX + 1);
    dns_opcode_print(opcode, &out);
    cr_expect(eq(str, as_str(buf_text(&out)), as_str(text)));
    buf_release(&out);
}

Test(mnemonic, opcodes)
{
    static const char *const NAMES[] = {
        "QUERY", "IQUERY", "STATUS", "OPCODE3", "NOTIFY", "UPDATE", "DSO", "OPCODE7",
    };
    for (unsigned i = 0; i < ARRAY_LEN(NAMES); i++)
        expect_opcode(i, NAMES[i]);
    expect_opcode(15, "OPCODE15");
}

Test(mnemonic, types_of_stateful_operations)
{
    struct buf out;
    buf_init(&out, DNS_MNEMONIC_MAX * 2);
    dns_dso_type_print(1, &out);
    dns_dso_type_print(64, &out);
    dns_dso_type_print(0, &out);
    cr_expect(eq(str, as_str(buf_text(&out)), as_str("KEEPALIVESUBSCRIBEDSO0")));
    buf_release(&out);
}

static void expect_rcode(unsigned rcode, const char *text)
{
    struct buf out;
    buf_init(&out, DNS_MNEMONIC_MAX + 1);
    dns_rcode_print(rcode, &out);
    cr_expect(eq(str, as_str(buf_text(&out)), as_str(text)));
    buf_release(&out);
}

Test(mnemonic, rcodes)
{
    static const char *const NAMES[] = {
        "NOERROR",  "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP",   "REFUSED",
        "YXDOMAIN", "YXRRSET", "NXRRSET",  "NOTAUTH",  "NOTZONE",  "DSOTYPENI",
        "RCODE12",  "RCODE13", "RCODE14",  "RCODE15",  "BADVERS",  "BADKEY",
        "BADTIME",  "BADMODE", "BADNAME",  "BADALG",   "BADTRUNC", "BADCOOKIE",
    };
    for (unsigned i = 0; i < ARRAY_LEN(NAMES); i++)
        expect_rcode(i, NAMES[i]);
    expect_rcode(24, "RCODE24");
    expect_rcode(3841, "RCODE3841");
    expect_rcode(4095, "RCODE4095");
}

Test(mnemonic, extended_errors_have_a_purpose_up_to_30)
{
    for (uint16_t code = 0; code <= 30; code++)
        cr_expect(dns_ede_purpose(code) != NULL, "%u", code);
    cr_expect(eq(str, as_str(dns_ede_purpose(22)), as_str("No Reachable Authority")));
    cr_expect(dns_ede_purpose(31) == NULL);
    cr_expect(dns_ede_purpose(65535) == NULL);
}

Test(mnemonic, no_text_is_longer_than_the_maximum)
{
    struct buf out;
    buf_init(&out, DNS_MNEMONIC_MAX);
    for (unsigned number = 0; number <= 0xffff; number++) {
        buf_reset(&out);
        dns_type_print((uint16_t)number, &out);
        cr_assert(buf_ok(&out));
        buf_reset(&out);
        dns_class_print((uint16_t)number, &out);
        cr_assert(buf_ok(&out));
    }
    buf_release(&out);
}
