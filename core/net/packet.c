#include "core/net/packet.h"

#define TUNNEL_NAME(name, text) [TUNNEL_##name] = (text),
static const char *const TUNNEL_NAMES[TUNNEL_COUNT] = {TUNNEL_LIST(TUNNEL_NAME)};
#undef TUNNEL_NAME

const char *packet_tunnel_name(enum tunnel_kind kind)
{
    return TUNNEL_NAMES[kind];
}
