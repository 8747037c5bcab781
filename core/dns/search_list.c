#include "core/dns/search_list.h"

/* Labels that both names start with. */
static unsigned common_labels(const struct dns_name *a, const struct dns_name *b)
{
    size_t at = 0;
    unsigned labels = 0;
    while (a->wire[at] != 0 && a->wire[at] == b->wire[at]) {
        const size_t len = (size_t)a->wire[at] + 1;
        if (memcmp(a->wire + at, b->wire + at, len) != 0)
            break;
        at += len;
        labels++;
    }
    return labels;
}

/* The name without its first labels, as wire octets. */
static struct bytes suffix_of(const struct dns_name *name, unsigned labels)
{
    size_t at = 0;
    for (unsigned i = 0; i < labels; i++)
        at += (size_t)name->wire[at] + 1;
    return (struct bytes){name->wire + at, name->len - at};
}

static bool is_known_suffix(const struct search_suffixes *suffixes, struct bytes suffix)
{
    for (size_t i = 0; i < suffixes->count; i++) {
        const struct dns_name *const name = &suffixes->names[i];
        if (bytes_equal((struct bytes){name->wire, name->len}, suffix))
            return true;
    }
    return false;
}

/* True if `ending` is `suffix` without one or more of its first labels, and not the root. */
static bool is_ladder(struct bytes suffix, struct bytes ending)
{
    if (ending.len <= 1)
        return false;
    size_t at = 0;
    while (at < suffix.len && suffix.len - at > ending.len)
        at += (size_t)suffix.data[at] + 1;
    return at != 0 && bytes_equal(bytes_slice(suffix, at, suffix.len), ending);
}

static void learn(struct search_suffixes *suffixes, struct bytes suffix)
{
    if (suffix.len <= 1 || is_known_suffix(suffixes, suffix))
        return;
    size_t at = suffixes->count;
    if (at == SEARCH_SUFFIXES_MAX) {
        if (suffixes->configured == SEARCH_SUFFIXES_MAX)
            return;
        if (suffixes->replace_at < suffixes->configured ||
            suffixes->replace_at == SEARCH_SUFFIXES_MAX)
            suffixes->replace_at = suffixes->configured;
        at = suffixes->replace_at++;
    } else {
        suffixes->count++;
    }
    struct dns_name *const name = &suffixes->names[at];
    name->len = (uint8_t)suffix.len;
    memcpy(name->wire, suffix.data, suffix.len);
}

enum status search_suffixes_add(struct search_suffixes *suffixes, struct bytes domain)
{
    struct dns_name name;
    const enum status status = dns_name_parse(domain, &name);
    if (status != ST_OK)
        return status;
    if (suffixes->configured == SEARCH_SUFFIXES_MAX)
        return ST_LIMIT;
    dns_name_lower(&name);
    suffixes->names[suffixes->configured++] = name;
    suffixes->count = suffixes->configured;
    return ST_OK;
}

void search_suffixes_reset(struct search_suffixes *suffixes)
{
    suffixes->count = suffixes->configured;
    suffixes->replace_at = 0;
}

/* Labels of the wanted name that the two names have in common, 0 if they are no steps of one
 * list. */
static unsigned wanted_labels(const struct search_suffixes *suffixes,
                              const struct dns_name *earlier,
                              const struct transaction_search *earlier_search,
                              const struct dns_name *later)
{
    const unsigned common = common_labels(earlier, later);
    if (earlier_search->is_known)
        return common >= earlier_search->name_labels ? earlier_search->name_labels : 0;
    if (common == 0 || (common == earlier->labels && common == later->labels))
        return 0;
    if (common == earlier->labels || common == later->labels)
        return common;
    const struct bytes suffix = suffix_of(earlier, common);
    if (is_known_suffix(suffixes, suffix) || is_ladder(suffix, suffix_of(later, common)))
        return common;
    return 0;
}

bool search_list_follow(struct search_suffixes *suffixes, const struct dns_name *earlier,
                        struct transaction_search *earlier_search, const struct dns_name *later,
                        struct transaction_search *later_search)
{
    const unsigned wanted = wanted_labels(suffixes, earlier, earlier_search, later);
    if (wanted == 0)
        return false;
    if (!earlier_search->is_known) {
        earlier_search->is_known = true;
        earlier_search->is_expanded = earlier->labels > wanted;
        earlier_search->step = 1;
        earlier_search->name_labels = (uint8_t)wanted;
    }
    later_search->is_known = true;
    later_search->is_expanded = later->labels > wanted;
    later_search->step = (uint8_t)(earlier_search->step + (earlier_search->step < UINT8_MAX));
    later_search->name_labels = (uint8_t)wanted;
    learn(suffixes, suffix_of(earlier, wanted));
    learn(suffixes, suffix_of(later, wanted));
    return true;
}
