#include "core/net/ip.h"

#include "core/base/ip.h"
#include "core/net/checksum.h"

/* Internet protocol numbers, the most frequent first. */
static const struct {
    uint8_t number;
    enum layer layer;
} PROTOCOLS[] = {
    {17, LAYER_UDP}, {6, LAYER_TCP},     {4, LAYER_IPV4},     {41, LAYER_IPV6},  {47, LAYER_GRE},
    {1, LAYER_ICMP}, {58, LAYER_ICMPV6}, {97, LAYER_ETHERIP}, {137, LAYER_MPLS},
};

/* IP in IP (RFC 2003, RFC 4213, RFC 2473): by what carries and what is carried. */
static void note_ip_in_ip(struct walk *w, enum layer inner)
{
    if (inner == LAYER_IPV4)
        walk_tunnel(w, w->packet.is_ipv6 ? TUNNEL_4IN6 : TUNNEL_4IN4, 0);
    if (inner == LAYER_IPV6)
        walk_tunnel(w, w->packet.is_ipv6 ? TUNNEL_6IN6 : TUNNEL_6IN4, 0);
}

static enum layer protocol_layer(struct walk *w, uint8_t number)
{
    for (size_t i = 0; i < ARRAY_LEN(PROTOCOLS); i++) {
        if (PROTOCOLS[i].number != number)
            continue;
        if (UNLIKELY(i > 1))
            note_ip_in_ip(w, PROTOCOLS[i].layer);
        return PROTOCOLS[i].layer;
    }
    return walk_end(w, &w->decoder->counters.not_transport);
}

/* Adds what is left of the walk to a datagram. True if that completes it: the walk goes on in it.
 * Of a fragment that was cut only the first can be used, for what it holds. */
static bool put_together(struct walk *w, struct fragment *fragment, uint8_t *next)
{
    /* Nobody will send the rest of what an error quotes. */
    if (w->is_quoted)
        return fragment->at == 0;
    if (w->missing != 0) {
        w->decoder->counters.fragments++;
        return fragment->at == 0;
    }
    struct bytes whole;
    const uint64_t conflicts = w->decoder->counters.fragment_conflicts;
    fragment->octets = cursor_rest(&w->in);
    fragment->key.source = w->packet.source;
    fragment->key.destination = w->packet.destination;
    if (!reassembly_add(&w->decoder->fragments, fragment, w->packet.frame, &whole, next))
        return false;
    w->in = cursor_of(whole);
    w->packet.has_overlap |= w->decoder->counters.fragment_conflicts != conflicts;
    return true;
}

enum layer ip_read(struct walk *w)
{
    struct cursor ahead = w->in;
    const uint8_t version = cursor_u8(&ahead) >> 4;
    if (version == 4)
        return LAYER_IPV4;
    if (version == 6)
        return LAYER_IPV6;
    w->in = ahead;
    return walk_end(w, &w->decoder->counters.not_ip);
}

/* Flags and fragment offset of IPv4, the offset in units of 8 octets. */
#define MORE_FRAGMENTS 0x2000
#define OFFSET_MASK    0x1fff

enum layer ip_v4_read(struct walk *w)
{
    struct net_counters *const counters = &w->decoder->counters;
    const size_t from = w->in.pos;
    const uint8_t version_and_len = cursor_u8(&w->in);
    cursor_skip(&w->in, 1); /* type of service */
    const uint16_t total_len = cursor_u16(&w->in);
    const uint16_t identification = cursor_u16(&w->in);
    const uint16_t place = cursor_u16(&w->in); /* of a fragment: flags and offset */
    cursor_skip(&w->in, 1);                    /* time to live */
    const uint8_t protocol = cursor_u8(&w->in);
    cursor_skip(&w->in, 2); /* header checksum */
    const struct bytes source = cursor_take(&w->in, 4);
    const struct bytes destination = cursor_take(&w->in, 4);
    const size_t header_len = (size_t)(version_and_len & 0x0f) * 4;
    cursor_skip(&w->in, header_len > 20 ? header_len - 20 : 0); /* options */
    if (UNLIKELY(!cursor_ok(&w->in)))
        return walk_end(w, &counters->truncated);
    const bool is_sound = version_and_len >> 4 == 4 && header_len >= 20 &&
                          (total_len == 0 || total_len >= header_len);
    if (UNLIKELY(!is_sound))
        return walk_end(w, &counters->malformed);

    if (UNLIKELY(w->decoder->counts_checksums))
        checksum_header(w, from);
    w->packet.source = ip_from_v4(source.data);
    w->packet.destination = ip_from_v4(destination.data);
    w->packet.is_ipv6 = false;
    if (LIKELY(total_len != 0))
        walk_limit(w, total_len - header_len);
    if (LIKELY((place & (MORE_FRAGMENTS | OFFSET_MASK)) == 0))
        return protocol_layer(w, protocol);
    struct fragment fragment = {
        .key = {.identification = identification, .protocol = protocol},
        .at = (size_t)(place & OFFSET_MASK) * 8,
        .has_more = (place & MORE_FRAGMENTS) != 0,
        .next = protocol,
    };
    uint8_t next = protocol;
    return put_together(w, &fragment, &next) ? protocol_layer(w, next) : LAYER_NONE;
}

/* Extension headers that begin with "next header" and a length (RFC 8200, 4; IANA's registry
 * "IPv6 Extension Header Types"), and the fragment header. */
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

/* Passes the extension headers before a fragment header or an upper layer. Each takes at least 8
 * octets, so the chain ends with the packet. Returns what follows; test cursor_ok. */
static uint8_t pass_extensions(struct cursor *in, uint8_t next)
{
    while (cursor_ok(in)) {
        size_t unit = 0;
        switch (next) {
        case EXT_HOP_BY_HOP:
        case EXT_ROUTING:
        case EXT_DESTINATION:
        case EXT_MOBILITY:
        case EXT_HIP:
        case EXT_SHIM6:
            unit = 8;
            break;
        case EXT_AUTHENTICATION:
            unit = 4;
            break;
        default:
            return next;
        }
        next = cursor_u8(in);
        const uint8_t len = cursor_u8(in);
        cursor_skip(in, len * unit + 6);
    }
    return next;
}

/* Passes a fragment header. False if the datagram is not complete. */
static bool pass_fragment(struct walk *w, uint8_t *next)
{
    *next = cursor_u8(&w->in);
    cursor_skip(&w->in, 1); /* reserved */
    const uint16_t place = cursor_u16(&w->in);
    const uint32_t identification = cursor_u32(&w->in);
    if (!cursor_ok(&w->in))
        return true;                             /* the caller sees that the header is cut */
    const bool is_whole = (place & 0xfff9) == 0; /* an atomic fragment, RFC 6946 */
    struct fragment fragment = {
        .key = {.identification = identification, .protocol = REASSEMBLY_V6},
        .at = place & 0xfff8,
        .has_more = (place & 1) != 0,
        .next = *next,
    };
    return is_whole || put_together(w, &fragment, next);
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
        return walk_end(w, &counters->truncated);
    if (UNLIKELY(version != 6))
        return walk_end(w, &counters->malformed);

    w->packet.source = ip_from_v6(source.data);
    w->packet.destination = ip_from_v6(destination.data);
    w->packet.is_ipv6 = true;
    if (LIKELY(payload_len != 0))
        walk_limit(w, payload_len);
    next = pass_extensions(&w->in, next);
    while (UNLIKELY(next == EXT_FRAGMENT && cursor_ok(&w->in))) {
        if (!pass_fragment(w, &next))
            return LAYER_NONE;
        next = pass_extensions(&w->in, next);
    }
    if (UNLIKELY(!cursor_ok(&w->in)))
        return walk_end(w, &counters->truncated);
    return protocol_layer(w, next);
}
