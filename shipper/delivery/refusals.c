#include "shipper/delivery/refusals.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* Copies what fits, with a NUL. */
static void copy_cut(char *to, size_t size, struct bytes text)
{
    const struct bytes part = bytes_slice(text, 0, size - 1);
    if (part.len > 0)
        memcpy(to, part.data, part.len);
    to[part.len] = '\0';
}

/* Without "[1:794] ", the place of a fault in the document's text. */
static struct bytes without_place(struct bytes reason)
{
    size_t at = 1;
    while (at < reason.len && (reason.data[at] == ':' || isdigit(reason.data[at]) != 0))
        at++;
    const bool has_place =
        bytes_starts_with(reason, BYTES_LITERAL("[")) && at > 1 &&
        bytes_starts_with(bytes_slice(reason, at, reason.len), BYTES_LITERAL("] "));
    return has_place ? bytes_slice(reason, at + 2, reason.len) : reason;
}

/* Octets of the reason before it names the document. */
static size_t common_len(const struct refusal *refusal)
{
    const char *const id = refusal->id[0] == '\0' ? NULL : strstr(refusal->reason, refusal->id);
    return id == NULL ? strlen(refusal->reason) : (size_t)(id - refusal->reason);
}

static bool is_same(const struct refusal *a, const struct refusal *b)
{
    const size_t len = common_len(a);
    return len == common_len(b) && memcmp(a->reason, b->reason, len) == 0;
}

void refusals_add(struct refusals *refusals, struct bytes id, struct bytes reason)
{
    refusals->total++;
    struct refusal refusal = {.count = 1};
    copy_cut(refusal.reason, sizeof refusal.reason, without_place(reason));
    copy_cut(refusal.id, sizeof refusal.id, id);
    for (size_t i = 0; i < refusals->count; i++) {
        if (is_same(&refusals->list[i], &refusal)) {
            refusals->list[i].count++;
            return;
        }
    }
    if (refusals->count < REFUSALS_MAX)
        refusals->list[refusals->count++] = refusal;
}
