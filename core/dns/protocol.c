#include "core/dns/protocol.h"

struct bytes dns_protocol_text(enum dns_protocol protocol)
{
#define DNS_PROTOCOL_TEXT(name, text) [PROTOCOL_##name] = BYTES_ROW(text),
    static const struct bytes TEXTS[] = {DNS_PROTOCOL_LIST(DNS_PROTOCOL_TEXT)};
#undef DNS_PROTOCOL_TEXT
    return TEXTS[protocol];
}

const char *dns_protocol_name(enum dns_protocol protocol)
{
    return (const char *)dns_protocol_text(protocol).data;
}
