#include "core/base/ip.h"

#include <arpa/inet.h>
#include <endian.h>

#include "core/base/put.h"

static const uint8_t V4_PREFIX[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

struct ip_address ip_from_v4(const uint8_t octets[4])
{
    struct ip_address ip;
    memcpy(ip.octets, V4_PREFIX, sizeof V4_PREFIX);
    memcpy(ip.octets + sizeof V4_PREFIX, octets, 4);
    return ip;
}

struct ip_address ip_from_v6(const uint8_t octets[16])
{
    struct ip_address ip;
    memcpy(ip.octets, octets, sizeof ip.octets);
    return ip;
}

bool ip_is_v4(const struct ip_address *ip)
{
    return memcmp(ip->octets, V4_PREFIX, sizeof V4_PREFIX) == 0;
}

/* Groups of 16 bits in an IPv6 address. */
#define GROUPS 8

/* Without a branch on the number of digits, as put_short. Writes four octets. */
static inline uint8_t *put_decimal(uint8_t *to, unsigned octet)
{
    const unsigned hundreds = octet / 100;
    const unsigned zeros = (octet < 100 ? 1U : 0U) + (octet < 10 ? 1U : 0U);
    uint8_t digits[4] = {(uint8_t)('0' + hundreds)};
    (void)put_pair(digits + 1, octet - 100 * hundreds);
    uint32_t text = 0;
    memcpy(&text, digits, sizeof text);
    text = htole32(le32toh(text) >> (8 * zeros));
    memcpy(to, &text, sizeof text);
    return to + 3 - zeros;
}

static uint8_t *put_v4(uint8_t *to, const uint8_t octets[4])
{
    to = put_decimal(to, octets[0]);
    for (size_t i = 1; i < 4; i++) {
        *to++ = '.';
        to = put_decimal(to, octets[i]);
    }
    return to;
}

static uint8_t *put_group(uint8_t *to, unsigned group)
{
    static const char DIGITS[] = "0123456789abcdef";
    if (group >= 0x1000)
        *to++ = (uint8_t)DIGITS[group >> 12];
    if (group >= 0x100)
        *to++ = (uint8_t)DIGITS[group >> 8 & 15U];
    if (group >= 0x10)
        *to++ = (uint8_t)DIGITS[group >> 4 & 15U];
    *to++ = (uint8_t)DIGITS[group & 15U];
    return to;
}

/* Groups of an address that "::" stands for: [from, from + count). */
struct zero_run {
    size_t from;
    size_t count;
};

/* The longest run of zero groups, the first of several, of two groups at least (RFC 5952, 4.2). */
static struct zero_run longest_zero_run(const unsigned groups[GROUPS])
{
    struct zero_run longest = {GROUPS, 1};
    struct zero_run run = {0, 0};
    for (size_t i = 0; i < GROUPS; i++) {
        if (groups[i] != 0) {
            run = (struct zero_run){i + 1, 0};
            continue;
        }
        run.count++;
        if (run.count > longest.count)
            longest = run;
    }
    return longest;
}

/* True for ::ffff:a.b.c.d and ::a.b.c.d, but not ::1 and its like (RFC 5952, 5). */
static bool ends_as_v4(const unsigned groups[GROUPS], struct zero_run zeros)
{
    return zeros.from == 0 && (zeros.count == 6 || (zeros.count == 5 && groups[5] == 0xffff));
}

static uint8_t *put_v6(uint8_t *to, const uint8_t octets[16])
{
    unsigned groups[GROUPS];
    for (size_t i = 0; i < GROUPS; i++)
        groups[i] = (unsigned)octets[2 * i] << 8 | octets[2 * i + 1];
    const struct zero_run zeros = longest_zero_run(groups);
    const size_t hex_groups = ends_as_v4(groups, zeros) ? GROUPS - 2 : GROUPS;
    for (size_t i = 0; i < hex_groups; i++) {
        if (i == zeros.from) {
            *to++ = ':';
            i += zeros.count - 1;
            if (i == hex_groups - 1)
                *to++ = ':';
            continue;
        }
        if (i > 0)
            *to++ = ':';
        to = put_group(to, groups[i]);
    }
    if (hex_groups == GROUPS)
        return to;
    if (zeros.count == 5)
        *to++ = ':';
    return put_v4(to, octets + 12);
}

void ip_print_v4(const uint8_t octets[4], struct buf *out)
{
    uint8_t *const start = buf_space(out, IP_TEXT_MAX);
    if (start != NULL)
        buf_wrote(out, (size_t)(put_v4(start, octets) - start));
}

void ip_print_v6(const uint8_t octets[16], struct buf *out)
{
    uint8_t *const start = buf_space(out, IP_TEXT_MAX);
    if (start != NULL)
        buf_wrote(out, (size_t)(put_v6(start, octets) - start));
}

uint8_t *ip_put(uint8_t *to, const struct ip_address *ip)
{
    return ip_is_v4(ip) ? put_v4(to, ip->octets + sizeof V4_PREFIX) : put_v6(to, ip->octets);
}

void ip_print(const struct ip_address *ip, struct buf *out)
{
    uint8_t *const start = buf_space(out, IP_TEXT_MAX);
    if (start != NULL)
        buf_wrote(out, (size_t)(ip_put(start, ip) - start));
}

enum status ip_parse(struct bytes text, struct ip_address *ip)
{
    char copy[IP_TEXT_MAX + 2];
    const uint8_t *const zone = text.len == 0 ? NULL : memchr(text.data, '%', text.len);
    const size_t len = zone == NULL ? text.len : (size_t)(zone - text.data);
    if (len == 0 || len >= sizeof copy - 1 || memchr(text.data, '\0', len) != NULL)
        return ST_INVALID;
    memcpy(copy, text.data, len);
    const bool ends_with_dot = copy[len - 1] == '.';
    copy[len] = ends_with_dot ? '0' : '\0';
    copy[len + 1] = '\0';
    uint8_t octets[16];
    if (zone == NULL && inet_pton(AF_INET, copy, octets) == 1) {
        *ip = ip_from_v4(octets);
        return ST_OK;
    }
    if (inet_pton(AF_INET6, copy, octets) == 1) {
        *ip = ip_from_v6(octets);
        return ST_OK;
    }
    return ST_INVALID;
}
