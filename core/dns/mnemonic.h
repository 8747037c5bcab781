/* Numbers to the names people know: types, classes, opcodes, RCODEs, EDE purposes and the like.
 *
 * A number without a mnemonic is normal; it is printed as RFC 3597, 5 says (TYPE65280, CLASS32) or
 * in the same manner (OPCODE7, RCODE3841). */
#ifndef DNSIGHT_DNS_MNEMONIC_H
#define DNSIGHT_DNS_MNEMONIC_H

#include <stdint.h>

#include "core/base/buf.h"

/* Octets of the longest text written by the functions below. */
#define DNS_MNEMONIC_MAX 32

void dns_type_print(uint16_t type, struct buf *out);
void dns_class_print(uint16_t class, struct buf *out);
void dns_opcode_print(unsigned opcode, struct buf *out);
void dns_rcode_print(unsigned rcode, struct buf *out);
/* The type of a value in DNS Stateful Operations (RFC 8490, 10.3): KEEPALIVE, or DSO66. */
void dns_dso_type_print(uint16_t type, struct buf *out);

/* The mnemonic as a C string in static storage, or NULL if the number has none. */
const char *dns_type_name(uint16_t type);
/* The same as views, empty if there is none: for the hot path, which need not measure them. */
struct bytes dns_type_text(uint16_t type);
struct bytes dns_class_text(uint16_t class);
struct bytes dns_opcode_text(unsigned opcode);
struct bytes dns_rcode_text(unsigned rcode);
const char *dns_class_name(uint16_t class);
const char *dns_opcode_name(unsigned opcode);
const char *dns_rcode_name(unsigned rcode);
/* RFC 8914, 5.2 and the registry it founded. */
const char *dns_ede_purpose(uint16_t info_code);
/* RFC 4398, 2.1. */
const char *dns_cert_type_name(uint16_t type);
/* DNSSEC algorithms, as CERT records name them (RFC 4398, 2.2). */
const char *dns_algorithm_name(uint8_t algorithm);

#endif
