/* The newest negative answers that wait for the next step of a search list. Internal to pairing. */
#ifndef DNSIGHT_DNS_STEPS_H
#define DNSIGHT_DNS_STEPS_H

#include <stddef.h>
#include <stdint.h>

#include "core/dns/arrival.h"
#include "core/dns/pairing_table.h"
#include "core/dns/search_list.h"
#include "core/dns/transaction.h"

/* Negative answers among which the step before a query is looked for. */
#define STEPS_COUNT 64

/* Values of the lowest octet of a tag. */
#define STEPS_TAG_ENDS 256

/* A ring. */
struct steps {
    uint64_t tags[STEPS_COUNT]; /* of client, type and first label; 0: forgotten */
    uint32_t slots[STEPS_COUNT];
    uint8_t tag_ends[STEPS_TAG_ENDS]; /* how many tags have that lowest octet: most queries follow
                                         nothing, and see it here */
    size_t at;
};

/* Remembers a slot that has become one of SLOT_HELD_SEARCH. */
void steps_add(struct steps *steps, const struct pairing_table *table, uint32_t index);

/* The held slot whose next step the query is, which is forgotten, with what is known of the query
 * in *search; or SLOT_NONE. */
uint32_t steps_take(struct steps *steps, struct pairing_table *table,
                    struct search_suffixes *suffixes, const struct arrival *query,
                    struct transaction_search *search);

#endif
