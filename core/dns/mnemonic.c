#include "core/dns/mnemonic.h"

#include <stddef.h>

#include "core/base/macros.h"
#include "core/dns/rrtype_list.h"

#define TYPE_NAME(number, mnemonic, layout, source) [number] = BYTES_ROW(#mnemonic),
static const struct bytes TYPES[RRTYPE_DENSE_MAX + 1] = {RRTYPE_LIST(TYPE_NAME)};
#undef TYPE_NAME

/* A number and its name, for lists with large gaps. */
struct named_number {
    uint16_t number;
    const char *name;
};

#define TYPE_NAME(number, mnemonic, layout, source) {number, #mnemonic},
static const struct named_number HIGH_TYPES[] = {RRTYPE_HIGH_LIST(TYPE_NAME)};
#undef TYPE_NAME

/* IANA, DNS CLASSes; IN, CH and HS as zone files write them. */
static const struct named_number CLASSES[] = {
    {1, "IN"}, {3, "CH"}, {4, "HS"}, {254, "NONE"}, {255, "ANY"},
};

/* IANA, DNS OpCodes. */
static const char *const OPCODES[] = {
    [0] = "QUERY", [1] = "IQUERY", [2] = "STATUS", [4] = "NOTIFY", [5] = "UPDATE", [6] = "DSO",
};

/* IANA, DNS RCODEs. 16 is BADVERS in messages and BADSIG in TSIG and TKEY. */
static const char *const RCODES[] = {
    [0] = "NOERROR",  [1] = "FORMERR",    [2] = "SERVFAIL", [3] = "NXDOMAIN",  [4] = "NOTIMP",
    [5] = "REFUSED",  [6] = "YXDOMAIN",   [7] = "YXRRSET",  [8] = "NXRRSET",   [9] = "NOTAUTH",
    [10] = "NOTZONE", [11] = "DSOTYPENI", [16] = "BADVERS", [17] = "BADKEY",   [18] = "BADTIME",
    [19] = "BADMODE", [20] = "BADNAME",   [21] = "BADALG",  [22] = "BADTRUNC", [23] = "BADCOOKIE",
};

/* IANA, Extended DNS Error Codes. */
static const char *const EDE_PURPOSES[] = {
    [0] = "Other Error",
    [1] = "Unsupported DNSKEY Algorithm",
    [2] = "Unsupported DS Digest Type",
    [3] = "Stale Answer",
    [4] = "Forged Answer",
    [5] = "DNSSEC Indeterminate",
    [6] = "DNSSEC Bogus",
    [7] = "Signature Expired",
    [8] = "Signature Not Yet Valid",
    [9] = "DNSKEY Missing",
    [10] = "RRSIGs Missing",
    [11] = "No Zone Key Bit Set",
    [12] = "NSEC Missing",
    [13] = "Cached Error",
    [14] = "Not Ready",
    [15] = "Blocked",
    [16] = "Censored",
    [17] = "Filtered",
    [18] = "Prohibited",
    [19] = "Stale NXDOMAIN Answer",
    [20] = "Not Authoritative",
    [21] = "Not Supported",
    [22] = "No Reachable Authority",
    [23] = "Network Error",
    [24] = "Invalid Data",
    [25] = "Signature Expired before Valid",
    [26] = "Too Early",
    [27] = "Unsupported NSEC3 Iterations Value",
    [28] = "Unable to conform to policy",
    [29] = "Synthesized",
    [30] = "Invalid Query Type",
};

/* IANA, CERT RR Certificate Types. */
static const struct named_number CERT_TYPES[] = {
    {1, "PKIX"}, {2, "SPKI"},   {3, "PGP"},     {4, "IPKIX"}, {5, "ISPKI"},
    {6, "IPGP"}, {7, "ACPKIX"}, {8, "IACPKIX"}, {253, "URI"}, {254, "OID"},
};

/* IANA, DNS Security Algorithm Numbers. */
static const struct named_number ALGORITHMS[] = {
    {1, "RSAMD5"},
    {2, "DH"},
    {3, "DSA"},
    {5, "RSASHA1"},
    {6, "NSEC3DSA"},
    {7, "NSEC3RSASHA1"},
    {8, "RSASHA256"},
    {10, "RSASHA512"},
    {12, "ECCGOST"},
    {13, "ECDSAP256SHA256"},
    {14, "ECDSAP384SHA384"},
    {15, "ED25519"},
    {16, "ED448"},
    {17, "SM2SM3"},
    {23, "ECC-GOST12"},
    {252, "INDIRECT"},
    {253, "PRIVATEDNS"},
    {254, "PRIVATEOID"},
};

/* IANA, DSO Type Codes. */
static const struct named_number DSO_TYPES[] = {
    {1, "KEEPALIVE"}, {2, "RETRYDELAY"},   {3, "ENCRYPTIONPADDING"}, {64, "SUBSCRIBE"},
    {65, "PUSH"},     {66, "UNSUBSCRIBE"}, {67, "RECONFIRM"},
};

static const char *find(const struct named_number *names, size_t count, unsigned number)
{
    for (size_t i = 0; i < count; i++) {
        if (names[i].number == number)
            return names[i].name;
    }
    return NULL;
}

/* The name, or if there is none the prefix and the number. */
static void print(const char *name, const char *prefix, unsigned number, struct buf *out)
{
    buf_add_text(out, name != NULL ? name : prefix);
    if (name == NULL)
        buf_add_u64(out, number);
}

const char *dns_type_name(uint16_t type)
{
    if (type < ARRAY_LEN(TYPES))
        return (const char *)TYPES[type].data;
    return find(HIGH_TYPES, ARRAY_LEN(HIGH_TYPES), type);
}

struct bytes dns_type_text(uint16_t type)
{
    if (type < ARRAY_LEN(TYPES))
        return TYPES[type];
    const char *const name = dns_type_name(type);
    return name == NULL ? (struct bytes){0} : bytes_of(name);
}

const char *dns_class_name(uint16_t class)
{
    return find(CLASSES, ARRAY_LEN(CLASSES), class);
}

const char *dns_opcode_name(unsigned opcode)
{
    return opcode < ARRAY_LEN(OPCODES) ? OPCODES[opcode] : NULL;
}

const char *dns_rcode_name(unsigned rcode)
{
    return rcode < ARRAY_LEN(RCODES) ? RCODES[rcode] : NULL;
}

const char *dns_ede_purpose(uint16_t info_code)
{
    return info_code < ARRAY_LEN(EDE_PURPOSES) ? EDE_PURPOSES[info_code] : NULL;
}

const char *dns_cert_type_name(uint16_t type)
{
    return find(CERT_TYPES, ARRAY_LEN(CERT_TYPES), type);
}

const char *dns_algorithm_name(uint8_t algorithm)
{
    return find(ALGORITHMS, ARRAY_LEN(ALGORITHMS), algorithm);
}

void dns_type_print(uint16_t type, struct buf *out)
{
    print(dns_type_name(type), "TYPE", type, out);
}

void dns_class_print(uint16_t class, struct buf *out)
{
    print(dns_class_name(class), "CLASS", class, out);
}

void dns_opcode_print(unsigned opcode, struct buf *out)
{
    print(dns_opcode_name(opcode), "OPCODE", opcode, out);
}

void dns_rcode_print(unsigned rcode, struct buf *out)
{
    print(dns_rcode_name(rcode), "RCODE", rcode, out);
}

void dns_dso_type_print(uint16_t type, struct buf *out)
{
    print(find(DSO_TYPES, ARRAY_LEN(DSO_TYPES), type), "DSO", type, out);
}
