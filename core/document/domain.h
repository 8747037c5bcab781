/* What a domain name is by the public suffix list: its registered domain, and whether the world
 * outside can know it. */
#ifndef DNSIGHT_DOCUMENT_DOMAIN_H
#define DNSIGHT_DOCUMENT_DOMAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"

/* Parts of a name, as octets counted from its end; 0 means it has no such part. */
struct domain_parts {
    uint8_t public_suffix_len; /* "com", "co.uk" */
    uint8_t registered_len;    /* "example.com" */
    bool is_public;            /* the list has a rule of its own for the suffix */
};

/* The public suffix list with a memory of the names it was asked for. */
struct domain_list;

/* Returns ST_OK, or ST_NO_MEMORY. */
MUST_CHECK enum status domain_list_new(struct domain_list **list);
void domain_list_free(struct domain_list *list);

/* The hash of a name, under which it is remembered; starts to bring it into the processor's cache.
 */
uint64_t domain_hash(const struct domain_list *list, struct bytes name);

/* Parts of a name in lower-case presentation format without final dot, at most 255 octets; names
 * with escapes have none. The list is changed by asking: one thread only. `hash` is the
 * name's. */
struct domain_parts domain_parts_of(struct domain_list *list, struct bytes name, uint64_t hash);

#endif
