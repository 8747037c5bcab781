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
static const struct bytes OPCODES[] = {
    [0] = BYTES_ROW("QUERY"),  [1] = BYTES_ROW("IQUERY"), [2] = BYTES_ROW("STATUS"),
    [4] = BYTES_ROW("NOTIFY"), [5] = BYTES_ROW("UPDATE"), [6] = BYTES_ROW("DSO"),
};

/* IANA, DNS RCODEs. 16 is BADVERS in messages and BADSIG in TSIG and TKEY. */
static const struct bytes RCODES[] = {
    [0] = BYTES_ROW("NOERROR"),   [1] = BYTES_ROW("FORMERR"),    [2] = BYTES_ROW("SERVFAIL"),
    [3] = BYTES_ROW("NXDOMAIN"),  [4] = BYTES_ROW("NOTIMP"),     [5] = BYTES_ROW("REFUSED"),
    [6] = BYTES_ROW("YXDOMAIN"),  [7] = BYTES_ROW("YXRRSET"),    [8] = BYTES_ROW("NXRRSET"),
    [9] = BYTES_ROW("NOTAUTH"),   [10] = BYTES_ROW("NOTZONE"),   [11] = BYTES_ROW("DSOTYPENI"),
    [16] = BYTES_ROW("BADVERS"),  [17] = BYTES_ROW("BADKEY"),    [18] = BYTES_ROW("BADTIME"),
    [19] = BYTES_ROW("BADMODE"),  [20] = BYTES_ROW("BADNAME"),   [21] = BYTES_ROW("BADALG"),
    [22] = BYTES_ROW("BADTRUNC"), [23] = BYTES_ROW("BADCOOKIE"),
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

struct bytes dns_class_text(uint16_t class)
{
    if (LIKELY(class == 1))
        return BYTES_LITERAL("IN");
    const char *const name = dns_class_name(class);
    return name == NULL ? (struct bytes){0} : bytes_of(name);
}

struct bytes dns_opcode_text(unsigned opcode)
{
    return opcode < ARRAY_LEN(OPCODES) ? OPCODES[opcode] : (struct bytes){0};
}

struct bytes dns_rcode_text(unsigned rcode)
{
    return rcode < ARRAY_LEN(RCODES) ? RCODES[rcode] : (struct bytes){0};
}

const char *dns_opcode_name(unsigned opcode)
{
    return (const char *)dns_opcode_text(opcode).data;
}

const char *dns_rcode_name(unsigned rcode)
{
    return (const char *)dns_rcode_text(rcode).data;
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
