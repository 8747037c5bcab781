#include "core/net/icmp.h"

/* Octets of an error before the packet that it quotes. */
#define HEADER_LEN 8

/* Any code of a type. */
#define ANY_CODE (-1)

/* Types and codes, from IANA's registries; the first row that fits. */
struct error_row {
    uint8_t type;
    int16_t code;
    enum icmp_reason reason;
};

static const struct error_row V4[] = {
    {3, 0, ICMP_NETWORK_UNREACHABLE},   {3, 2, ICMP_PROTOCOL_UNREACHABLE},
    {3, 3, ICMP_PORT_UNREACHABLE},      {3, 4, ICMP_TOO_BIG},
    {3, 6, ICMP_NETWORK_UNREACHABLE},   {3, 9, ICMP_PROHIBITED},
    {3, 10, ICMP_PROHIBITED},           {3, 11, ICMP_NETWORK_UNREACHABLE},
    {3, 13, ICMP_PROHIBITED},           {3, ANY_CODE, ICMP_HOST_UNREACHABLE},
    {11, ANY_CODE, ICMP_TIME_EXCEEDED}, {12, ANY_CODE, ICMP_PARAMETER_PROBLEM},
};

static const struct error_row V6[] = {
    {1, 0, ICMP_NETWORK_UNREACHABLE},
    {1, 1, ICMP_PROHIBITED},
    {1, 4, ICMP_PORT_UNREACHABLE},
    {1, 5, ICMP_PROHIBITED},
    {1, 6, ICMP_PROHIBITED},
    {1, ANY_CODE, ICMP_HOST_UNREACHABLE},
    {2, ANY_CODE, ICMP_TOO_BIG},
    {3, ANY_CODE, ICMP_TIME_EXCEEDED},
    {4, ANY_CODE, ICMP_PARAMETER_PROBLEM},
};

const char *icmp_reason_text(enum icmp_reason reason)
{
#define ICMP_REASON_TEXT(name, text) [ICMP_##name] = text,
    static const char *const TEXTS[] = {ICMP_REASON_LIST(ICMP_REASON_TEXT)};
#undef ICMP_REASON_TEXT
    return TEXTS[reason];
}

/* Reads the header. Goes on in the quoted packet if it is an error, but not in one that an error
 * within an error quotes. */
static enum layer error_read(struct walk *w, const struct error_row *rows, size_t count,
                             enum layer quoted)
{
    const uint8_t type = cursor_u8(&w->in);
    const uint8_t code = cursor_u8(&w->in);
    cursor_skip(&w->in, HEADER_LEN - 2);
    size_t i = 0;
    while (i < count &&
           !(rows[i].type == type && (rows[i].code == ANY_CODE || rows[i].code == code)))
        i++;
    if (!cursor_ok(&w->in) || i == count || w->is_quoted)
        return walk_end(w, &w->decoder->counters.not_transport);
    w->is_quoted = true;
    w->error = (struct icmp_error){.reason = rows[i].reason, .reporter = w->packet.source};
    return quoted;
}

enum layer icmp_v4_read(struct walk *w)
{
    return error_read(w, V4, ARRAY_LEN(V4), LAYER_IPV4);
}

enum layer icmp_v6_read(struct walk *w)
{
    return error_read(w, V6, ARRAY_LEN(V6), LAYER_IPV6);
}

void icmp_deliver(struct walk *w)
{
    struct net_decoder *const decoder = w->decoder;
    decoder->counters.icmp_errors++;
    if (decoder->error_handler != NULL)
        decoder->error_handler(decoder->context, &w->packet, &w->error);
}
