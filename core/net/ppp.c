#include "core/net/ppp.h"

#include "core/net/link.h"

/* Version 1 and type 1; code 0 is session data. */
#define PPPOE_SESSION 0x1100

enum layer ppp_pppoe_read(struct walk *w)
{
    const uint16_t version_and_code = cursor_u16(&w->in);
    const uint16_t session = cursor_u16(&w->in);
    const uint16_t len = cursor_u16(&w->in);
    if (version_and_code != PPPOE_SESSION)
        return walk_end(w, &w->decoder->counters.not_ip);
    walk_limit(w, len);
    walk_tunnel(w, TUNNEL_PPPOE, session);
    return LAYER_PPP;
}

/* Protocol numbers (IANA's registry "PPP Numbers"). */
static const struct {
    uint16_t number;
    enum layer layer;
} PROTOCOLS[] = {
    {0x0021, LAYER_IPV4},
    {0x0057, LAYER_IPV6},
    {0x0281, LAYER_MPLS},
    {0x0283, LAYER_MPLS},
};

/* The address octet of HDLC framing; no protocol number begins with it. */
#define HDLC_ALL_STATIONS 0xff

enum layer ppp_read(struct walk *w)
{
    uint16_t number = cursor_u8(&w->in);
    if (number == HDLC_ALL_STATIONS) {
        cursor_skip(&w->in, 1); /* control */
        number = cursor_u8(&w->in);
    }
    if ((number & 1) == 0) /* only the last octet is odd */
        number = (uint16_t)(number << 8 | cursor_u8(&w->in));
    for (size_t i = 0; i < ARRAY_LEN(PROTOCOLS); i++) {
        if (PROTOCOLS[i].number == number)
            return PROTOCOLS[i].layer;
    }
    return walk_end(w, &w->decoder->counters.not_ip);
}

enum layer ppp_cisco_read(struct walk *w)
{
    cursor_skip(&w->in, 2);
    const uint16_t type = cursor_u16(&w->in);
    return link_ethertype_layer(w, type >= ETHERTYPE_MIN ? type : UINT16_MAX);
}
