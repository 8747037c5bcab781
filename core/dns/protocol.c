#include "core/dns/protocol.h"

const char *dns_protocol_name(enum dns_protocol protocol)
{
#define DNS_PROTOCOL_TEXT(name, text) [PROTOCOL_##name] = (text),
    static const char *const TEXTS[] = {DNS_PROTOCOL_LIST(DNS_PROTOCOL_TEXT)};
#undef DNS_PROTOCOL_TEXT
    return TEXTS[protocol];
}
