/* Addresses in text for people, which are of no use unless they are whole. */
#ifndef DNSIGHT_QUERY_PRINTING_ADDRESS_H
#define DNSIGHT_QUERY_PRINTING_ADDRESS_H

#include <stdbool.h>

#include "core/base/bytes.h"
#include "core/base/macros.h"

/* True if a word may be an address, with or without a port: 192.0.2.1:53, [2001:db8::1]:53. It goes
 * by the characters alone, so a part of an address is one, too. */
bool address_is(struct bytes word);

/* The same of the first word of a text: 192.0.2.1 tcp. */
bool address_begins(struct bytes text);

#endif
