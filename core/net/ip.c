#include "core/net/ip.h"

#include "core/base/ip.h"

/* Internet protocol numbers, the most frequent first. */
static const struct {
    uint8_t number;
    enum layer layer;
} PROTOCOLS[] = {
    {17, LAYER_UDP},
    {6, LAYER_TCP},
};

static enum layer protocol_layer(struct walk *w, uint8_t number)
{
    for (size_t i = 0; i < ARRAY_LEN(PROTOCOLS); i++) {
        if (PROTOCOLS[i].number == number)
            return PROTOCOLS[i].layer;
    }
    return walk_end(&w->decoder->counters.not_transport);
}

enum layer ip_read(struct walk *w)
{
    struct cursor ahead = w->in;
    const uint8_t version = cursor_u8(&ahead) >> 4;
    if (!cursor_ok(&ahead))
        return walk_end(&w->decoder->counters.truncated);
    if (version == 4)
        return LAYER_IPV4;
    if (version == 6)
        return LAYER_IPV6;
    return walk_end(&w->decoder->counters.not_ip);
}

enum layer ip_v4_read(struct walk *w)
{
    struct net_counters *const counters = &w->decoder->counters;
    const uint8_t version_and_len = cursor_u8(&w->in);
    cursor_skip(&w->in, 1); /* type of service */
    const uint16_t total_len = cursor_u16(&w->in);
    cursor_skip(&w->in, 2); /* identification */
    const uint16_t fragment = cursor_u16(&w->in);
    cursor_skip(&w->in, 1); /* time to live */
    const uint8_t protocol = cursor_u8(&w->in);
    cursor_skip(&w->in, 2); /* header checksum */
    const struct bytes source = cursor_take(&w->in, 4);
    const struct bytes destination = cursor_take(&w->in, 4);
    const size_t header_len = (size_t)(version_and_len & 0x0f) * 4;
    cursor_skip(&w->in, header_len > 20 ? header_len - 20 : 0); /* options */
    if (UNLIKELY(!cursor_ok(&w->in)))
        return walk_end(&counters->truncated);
    const bool is_sound = version_and_len >> 4 == 4 && header_len >= 20 &&
                          (total_len == 0 || total_len >= header_len);
    if (UNLIKELY(!is_sound))
        return walk_end(&counters->malformed);

    w->packet.source = ip_from_v4(source.data);
    w->packet.destination = ip_from_v4(destination.data);
    w->packet.is_ipv6 = false;
    if (LIKELY(total_len != 0))
        walk_limit(w, total_len - header_len);
    if (UNLIKELY((fragment & 0x3fff) != 0)) /* more fragments, or an offset */
        return walk_end(&counters->fragments);
    return protocol_layer(w, protocol);
}

/* Extension headers that begin with "next header" and a length. */
enum {
    EXT_HOP_BY_HOP = 0,
    EXT_ROUTING = 43,
    EXT_FRAGMENT = 44,
    EXT_AUTHENTICATION = 51, /* RFC 4302: the length counts 4-octet units */
    EXT_DESTINATION = 60,
    EXT_MOBILITY = 135,
    EXT_HIP = 139,
    EXT_SHIM6 = 140,
};

/* Passes one extension header and makes *next what follows it; false if it is none. Each takes at
 * least 8 octets, so a chain ends with the packet. */
static bool pass_extension(struct cursor *in, uint8_t *next, uint16_t *fragment)
{
    struct cursor header = *in;
    const uint8_t after = cursor_u8(&header);
    const uint8_t len = cursor_u8(&header);
    switch (*next) {
    case EXT_HOP_BY_HOP:
    case EXT_ROUTING:
    case EXT_DESTINATION:
    case EXT_MOBILITY:
    case EXT_HIP:
    case EXT_SHIM6:
        cursor_skip(&header, (size_t)len * 8 + 6);
        break;
    case EXT_AUTHENTICATION:
        cursor_skip(&header, (size_t)len * 4 + 6);
        break;
    case EXT_FRAGMENT:
        *fragment = cursor_u16(&header);
        cursor_skip(&header, 4); /* identification */
        break;
    default:
        return false;
    }
    *in = header;
    *next = after;
    return true;
}

enum layer ip_v6_read(struct walk *w)
{
    struct net_counters *const counters = &w->decoder->counters;
    const uint32_t version = cursor_u32(&w->in) >> 28; /* then traffic class and flow label */
    const uint16_t payload_len = cursor_u16(&w->in);
    uint8_t next = cursor_u8(&w->in);
    cursor_skip(&w->in, 1); /* hop limit */
    const struct bytes source = cursor_take(&w->in, 16);
    const struct bytes destination = cursor_take(&w->in, 16);
    if (UNLIKELY(!cursor_ok(&w->in)))
        return walk_end(&counters->truncated);
    if (UNLIKELY(version != 6))
        return walk_end(&counters->malformed);

    w->packet.source = ip_from_v6(source.data);
    w->packet.destination = ip_from_v6(destination.data);
    w->packet.is_ipv6 = true;
    if (LIKELY(payload_len != 0))
        walk_limit(w, payload_len);
    uint16_t fragment = 0;
    while (cursor_ok(&w->in) && pass_extension(&w->in, &next, &fragment))
        continue;
    if (UNLIKELY(!cursor_ok(&w->in)))
        return walk_end(&counters->truncated);
    if (UNLIKELY((fragment & 0xfff9) != 0)) /* an offset, or more fragments */
        return walk_end(&counters->fragments);
    return protocol_layer(w, next);
}
