#include "core/document/scope.h"

/* True if `name` is `domain` or lies below it. */
static bool is_below(struct bytes name, struct bytes domain)
{
    if (!bytes_ends_with(name, domain))
        return false;
    return name.len == domain.len || name.data[name.len - domain.len - 1] == '.';
}

static bool is_internal(const struct scope_input *input)
{
    for (size_t i = 0; i < input->internal_domain_count; i++) {
        if (is_below(input->name, input->internal_domains[i]))
            return true;
    }
    return !input->is_public && input->labels > 0;
}

struct bytes scope_name(const struct scope_input *input)
{
    if (is_below(input->name, BYTES_LITERAL("in-addr.arpa")) ||
        is_below(input->name, BYTES_LITERAL("ip6.arpa")))
        return BYTES_LITERAL("reverse");
    if (input->is_expanded)
        return BYTES_LITERAL("search");
    if (input->labels == 1)
        return BYTES_LITERAL("single_label");
    return is_internal(input) ? BYTES_LITERAL("internal") : BYTES_LITERAL("external");
}

/* The first `bits` bits of an address. */
struct prefix {
    uint8_t octets[16];
    unsigned bits;
};

#define V4(a, b)                                       \
    {                                                  \
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b \
    }

static bool has_prefix(const struct ip_address *ip, const struct prefix *prefix)
{
    const size_t whole = prefix->bits / 8;
    if (memcmp(ip->octets, prefix->octets, whole) != 0)
        return false;
    const unsigned rest = prefix->bits % 8;
    return rest == 0 || (ip->octets[whole] >> (8 - rest)) == (prefix->octets[whole] >> (8 - rest));
}

static bool is_private(const struct ip_address *ip)
{
    static const struct prefix PRIVATE[] = {
        {V4(10, 0), 96 + 8},
        {V4(172, 16), 96 + 12},
        {V4(192, 168), 96 + 16},
        {V4(100, 64), 96 + 10},
        {V4(127, 0), 96 + 8},
        {V4(169, 254), 96 + 16},
        {{0xfc}, 7},
        {{0xfe, 0x80}, 10},
        {{[15] = 1}, 128},
    };
    for (size_t i = 0; i < sizeof PRIVATE / sizeof PRIVATE[0]; i++) {
        if (has_prefix(ip, &PRIVATE[i]))
            return true;
    }
    return false;
}

struct bytes scope_direction(const struct ip_address *client, const struct ip_address *server)
{
    const bool is_client_private = is_private(client);
    if (is_client_private == is_private(server))
        return is_client_private ? BYTES_LITERAL("internal") : BYTES_LITERAL("external");
    return is_client_private ? BYTES_LITERAL("outbound") : BYTES_LITERAL("inbound");
}
