#include "core/base/ip.h"

#include <arpa/inet.h>

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

static uint8_t *print_octet(uint8_t *to, unsigned value)
{
    if (value >= 100)
        *to++ = (uint8_t)('0' + value / 100);
    if (value >= 10)
        *to++ = (uint8_t)('0' + value / 10 % 10);
    *to++ = (uint8_t)('0' + value % 10);
    return to;
}

void ip_print(const struct ip_address *ip, struct buf *out)
{
    uint8_t *const start = buf_space(out, IP_TEXT_MAX + 1);
    if (start == NULL)
        return;
    if (!ip_is_v4(ip)) {
        /* glibc compresses and lower-cases as RFC 5952 asks. */
        (void)inet_ntop(AF_INET6, ip->octets, (char *)start, IP_TEXT_MAX + 1);
        buf_wrote(out, strlen((const char *)start));
        return;
    }
    uint8_t *to = start;
    for (size_t i = 12; i < 16; i++) {
        if (i > 12)
            *to++ = '.';
        to = print_octet(to, ip->octets[i]);
    }
    buf_wrote(out, (size_t)(to - start));
}

enum status ip_parse(struct bytes text, struct ip_address *ip)
{
    char copy[IP_TEXT_MAX + 1];
    const uint8_t *const zone = text.len == 0 ? NULL : memchr(text.data, '%', text.len);
    const size_t len = zone == NULL ? text.len : (size_t)(zone - text.data);
    if (len == 0 || len >= sizeof copy || memchr(text.data, '\0', len) != NULL)
        return ST_INVALID;
    memcpy(copy, text.data, len);
    copy[len] = '\0';
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
