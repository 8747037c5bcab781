/* The fields that RDATA is made of, each with the function that prints it. rrtype_list.h says
 * which fields a type has. */
#ifndef DNSIGHT_DNS_RDATA_FIELD_H
#define DNSIGHT_DNS_RDATA_FIELD_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/base/cursor.h"
#include "core/dns/defect.h"

/* One RDATA on its way to text. A printer that finds its octets wrong calls rdata_fail, or simply
 * lets the cursor fail, which means that the RDATA is too short; what was printed then counts for
 * nothing. */
struct rdata_walk {
    struct cursor in; /* the message up to the end of the RDATA, so that pointers can be followed */
    size_t start;     /* offset of the RDATA; start <= in.pos */
    struct buf *out;
    uint32_t defects; /* set of enum defect */
};

/* Ends the walk with a defect. */
void rdata_fail(struct rdata_walk *walk, enum defect defect);

/* Prints octets as the inside of a <character-string> in quotes (RFC 1035, 5.1): backslash before
 * quote and backslash, \DDD for octets outside 0x20 to 0x7e. */
void rdata_escape(struct bytes octets, struct buf *out);

/* The same with the quotes. */
void rdata_quote(struct bytes octets, struct buf *out);

/* RFC 3597, 5: \# LEN HEX. */
void rdata_print_unknown(struct bytes octets, struct buf *out);

/* FIELD(kind, printer). Fields that take "the rest" must find at least one octet, unless the
 * layout says OPTIONAL before them. */
#define RDATA_FIELD_LIST(FIELD)                                                                 \
    FIELD(U8, rdata_field_u8)                                                                   \
    FIELD(U16, rdata_field_u16)                                                                 \
    FIELD(U32, rdata_field_u32)                                                                 \
    FIELD(U48, rdata_field_u48)                                                                 \
    FIELD(U64, rdata_field_u64)                                                                 \
    FIELD(OCTAL16, rdata_field_octal16)                                                         \
    /* Seconds since 1970 as YYYYMMDDHHMMSS. */                                                 \
    FIELD(TIME, rdata_field_time)                                                               \
    /* A domain name, compressed or not. */                                                     \
    FIELD(NAME, rdata_field_name)                                                               \
    /* The rest: domain names, which must not be compressed: pointers would let a small message \
     * grow into a large text. */                                                               \
    FIELD(NAMES, rdata_field_names)                                                             \
    FIELD(ADDRESS4, rdata_field_address4)                                                       \
    FIELD(ADDRESS6, rdata_field_address6)                                                       \
    /* One <character-string>. */                                                               \
    FIELD(STRING, rdata_field_string)                                                           \
    /* The rest: <character-string>s. */                                                        \
    FIELD(STRINGS, rdata_field_strings)                                                         \
    /* The rest, which may be empty, as one quoted string. */                                   \
    FIELD(TEXT, rdata_field_text)                                                               \
    /* A <character-string> of letters and digits, without quotes. */                           \
    FIELD(TAG, rdata_field_tag)                                                                 \
    /* The rest, in the encoding named. HEX0X starts with 0x. */                                \
    FIELD(HEX, rdata_field_hex)                                                                 \
    FIELD(HEX0X, rdata_field_hex0x)                                                             \
    FIELD(BASE64, rdata_field_base64)                                                           \
    /* Octets behind their length: hexadecimal with "-" for none, and base32. */                \
    FIELD(SALT, rdata_field_salt)                                                               \
    FIELD(HASH, rdata_field_hash)                                                               \
    /* A 16-bit length, printed, and as many octets in base64, if any. */                       \
    FIELD(DATA16, rdata_field_data16)                                                           \
    FIELD(TYPE, rdata_field_type)                                                               \
    /* The rest: a set of types in windows (RFC 4034, 4.1.2). */                                \
    FIELD(TYPES, rdata_field_types)                                                             \
    /* The rest: a set of the types 1 to 127 (RFC 2535, 5.2). */                                \
    FIELD(TYPES_NXT, rdata_field_types_nxt)                                                     \
    FIELD(CERT_TYPE, rdata_field_cert_type)                                                     \
    FIELD(ALGORITHM, rdata_field_algorithm)                                                     \
    FIELD(TSIG_ERROR, rdata_field_tsig_error)                                                   \
    /* The rest, whatever it is, as RFC 3597 text. */                                           \
    FIELD(OPAQUE, rdata_field_opaque)

#define RDATA_FIELD_DECLARE(kind, printer) void printer(struct rdata_walk *walk);
RDATA_FIELD_LIST(RDATA_FIELD_DECLARE)
#undef RDATA_FIELD_DECLARE

#endif
