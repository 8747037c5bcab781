/* Recognises the steps of a resolver's search list (resolv.conf(5), `search` and `ndots`): one
 * wanted name, asked again and again with another suffix.
 *
 * Two lookups of one client are neighbouring steps when the second is asked shortly after the first
 * was answered negatively and
 *   - one name is the other with labels appended: a suffix is proved, or
 *   - both append something to the same first labels, and either the first suffix was proved or
 *     configured before, or the second suffix is an ending of the first (the ladder of Kubernetes:
 *     default.svc.cluster.local, svc.cluster.local, cluster.local). */
#ifndef DNSIGHT_DNS_SEARCH_LIST_H
#define DNSIGHT_DNS_SEARCH_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/dns/name.h"
#include "core/dns/transaction.h"

/* Suffixes that are remembered; a new one takes the place of the oldest that was not configured. */
#define SEARCH_SUFFIXES_MAX 64

struct search_suffixes {
    struct dns_name names[SEARCH_SUFFIXES_MAX]; /* lower case */
    size_t count;
    size_t configured; /* the first ones, never replaced */
    size_t replace_at;
};

/* Adds a suffix that is known from configuration. Returns ST_OK, ST_INVALID (no name) or
 * ST_LIMIT. */
MUST_CHECK enum status search_suffixes_add(struct search_suffixes *suffixes, struct bytes domain);

/* Forgets the suffixes that were learned. */
void search_suffixes_reset(struct search_suffixes *suffixes);

/* Decides whether `later` is the step after `earlier`, names in lower case. If so, fills
 * *earlier_search and *later_search (the first may already say that it is a step) and learns the
 * suffixes. Otherwise changes nothing. */
bool search_list_follow(struct search_suffixes *suffixes, const struct dns_name *earlier,
                        struct transaction_search *earlier_search, const struct dns_name *later,
                        struct transaction_search *later_search);

#endif
