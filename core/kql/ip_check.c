#include "core/kql/ip_check.h"

#define IP_BITS        128
#define IP_PREFIX_BITS 96 /* of ::ffff:0:0/96, which holds IPv4 */

static enum status refuse_address(const struct check_context *c, struct bytes value)
{
    return check_refuse(c, value, "is not an IP address",
                        "write an address or a network, such as 10.0.0.0/8 or \"2001:db8::/32\" "
                        "(IPv6 in quotes)");
}

static bool is_digits(struct bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    }
    return text.len > 0;
}

/* The number of a prefix length, which is at most `max`; -1 if it is none. */
static int read_prefix(struct bytes text, int max)
{
    int bits = 0;
    if (!is_digits(text))
        return -1;
    for (size_t i = 0; i < text.len && bits <= max; i++)
        bits = bits * 10 + (text.data[i] - '0');
    return bits <= max ? bits : -1;
}

/* Sets all bits behind the first `bits` to 0 in one end of the network and to 1 in the other. */
static void set_network(struct value_check *check, const struct ip_address *ip, int bits)
{
    *check = (struct value_check){.kind = CHECK_IP_RANGE, .low_ip = *ip, .high_ip = *ip};
    for (int bit = bits; bit < IP_BITS; bit++) {
        const uint8_t mask = (uint8_t)(0x80U >> (bit % 8));
        check->low_ip.octets[bit / 8] &= (uint8_t)~mask;
        check->high_ip.octets[bit / 8] |= mask;
    }
}

enum status ip_check_equal(const struct check_context *c, struct bytes value,
                           struct value_check *check)
{
    const uint8_t *const slash = value.len == 0 ? NULL : memchr(value.data, '/', value.len);
    const size_t len = slash == NULL ? value.len : (size_t)(slash - value.data);
    const struct bytes address = bytes_slice(value, 0, len);
    struct ip_address ip;
    if (ip_parse(address, &ip) != ST_OK)
        return refuse_address(c, value);
    if (slash == NULL) {
        set_network(check, &ip, IP_BITS);
        return ST_OK;
    }
    const bool is_dotted = memchr(address.data, ':', address.len) == NULL;
    if (ip_is_v4(&ip) && !is_dotted)
        return check_refuse(c, value, "is a network of IPv4 addresses written as IPv6",
                            "write the IPv4 network, such as 10.0.0.0/8");
    const int bits = read_prefix(bytes_slice(value, len + 1, value.len),
                                 is_dotted ? IP_BITS - IP_PREFIX_BITS : IP_BITS);
    if (bits < 0)
        return check_refuse(c, value, "has no prefix length that its address can have",
                            "the number behind / goes to 32 for IPv4 and to 128 for IPv6");
    set_network(check, &ip, is_dotted ? IP_PREFIX_BITS + bits : bits);
    return ST_OK;
}

/* Moves to the next address (by = 1) or the one before (by = -1); false at the end of them. */
static bool move(struct ip_address *ip, int by)
{
    const uint8_t end = by > 0 ? 0xff : 0;
    for (int i = 15; i >= 0; i--) {
        const bool carries = ip->octets[i] == end;
        ip->octets[i] = (uint8_t)(ip->octets[i] + by);
        if (!carries)
            return true;
    }
    return false;
}

enum status ip_check_range(const struct check_context *c, const struct check_bounds *bounds,
                           struct value_check *check)
{
    struct ip_address ip = {{0}};
    if ((bounds->has_low || bounds->has_high) && ip_parse(bounds->value, &ip) != ST_OK) {
        if (bounds->value.len != 0 && memchr(bounds->value.data, '/', bounds->value.len) != NULL)
            return check_refuse(c, bounds->value,
                                "is a network, and ranges go from address to "
                                "address",
                                "write field:10.0.0.0/8 for all addresses of a network");
        return refuse_address(c, bounds->value);
    }
    set_network(check, &ip, 0);
    if (bounds->has_low) {
        check->low_ip = ip;
        if (!bounds->includes_low && !move(&check->low_ip, 1))
            return ST_NOT_FOUND;
    }
    if (bounds->has_high) {
        check->high_ip = ip;
        if (!bounds->includes_high && !move(&check->high_ip, -1))
            return ST_NOT_FOUND;
    }
    return ST_OK;
}
