/* JSON strings into memory that is known to be large enough: the document encoder's way. */
#ifndef DNSIGHT_JSON_PUT_H
#define DNSIGHT_JSON_PUT_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

/* Room that each of the two needs for a text of `len` octets: every octet escaped, the quotes, and
 * the eight octets that it moves at a time. */
#define JSON_PUT_MAX(len) ((len)*6 + 2 + 8)

/* Writes what stands between the quotes of a JSON string, as json_add_string does. Returns the
 * place behind it. */
uint8_t *json_put_text(uint8_t *to, struct bytes text);

/* The same with the quotes. */
uint8_t *json_put_string(uint8_t *to, struct bytes text);

#endif
