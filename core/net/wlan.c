#include "core/net/wlan.h"

#include <byteswap.h>

/* Everything here is little endian. */
static uint16_t read_le16(struct cursor *in)
{
    return bswap_16(cursor_u16(in));
}

/* Bits of the word that says which fields a radiotap header has, and of its field of flags. */
enum {
    PRESENT_TSFT = 0x01,
    PRESENT_FLAGS = 0x02,
    FLAG_PADDED = 0x20, /* the header of the frame is padded to 4 octets */
};
#define PRESENT_MORE UINT32_C(0x80000000)

/* Octets of a radiotap header without fields. */
#define RADIOTAP_LEN_MIN 8

/* The flags; 0 if there are none. */
static uint8_t radiotap_flags(struct cursor header)
{
    cursor_skip(&header, 4); /* version, padding, length */
    const uint32_t present = bswap_32(cursor_u32(&header));
    uint32_t more = present;
    while (cursor_ok(&header) && (more & PRESENT_MORE) != 0)
        more = bswap_32(cursor_u32(&header));
    if ((present & PRESENT_FLAGS) == 0)
        return 0;
    if ((present & PRESENT_TSFT) != 0)
        cursor_skip(&header, (8 - header.pos % 8) % 8 + 8);
    return cursor_u8(&header);
}

enum layer wlan_radiotap_read(struct walk *w)
{
    struct cursor start = w->in;
    cursor_skip(&w->in, 2); /* version, padding */
    const uint16_t len = read_le16(&w->in);
    if (len < RADIOTAP_LEN_MIN)
        return walk_end(w, &w->decoder->counters.malformed);
    cursor_skip(&w->in, len - 4U);
    const struct bytes header = cursor_take(&start, len);
    w->has_padded_header = (radiotap_flags(cursor_of(header)) & FLAG_PADDED) != 0;
    return LAYER_WLAN;
}

/* Bits of the frame control field (IEEE 802.11, 9.2.4.1) and of the QoS control field. */
enum {
    CONTROL_TYPE = 0x000c,
    CONTROL_DATA = 0x0008,
    CONTROL_WITHOUT_DATA = 0x0040, /* a subtype that carries none */
    CONTROL_QOS = 0x0080,
    CONTROL_TO_AND_FROM = 0x0300, /* four addresses */
    CONTROL_PROTECTED = 0x4000,
    CONTROL_HT = 0x8000,
    QOS_AGGREGATED = 0x0080,
};

enum layer wlan_read(struct walk *w)
{
    const size_t start = w->in.pos;
    const uint16_t control = read_le16(&w->in);
    cursor_skip(&w->in, 22); /* duration, three addresses, sequence */
    if ((control & CONTROL_TO_AND_FROM) == CONTROL_TO_AND_FROM)
        cursor_skip(&w->in, 6);
    uint16_t qos = 0;
    if ((control & CONTROL_QOS) != 0) {
        qos = read_le16(&w->in);
        cursor_skip(&w->in, (control & CONTROL_HT) != 0 ? 4 : 0);
    }
    const size_t len = w->in.pos - start;
    if (w->has_padded_header)
        cursor_skip(&w->in, (4 - len % 4) % 4);
    if ((qos & QOS_AGGREGATED) != 0)
        cursor_skip(&w->in, 14); /* destination, source, length */
    const bool is_data = (control & CONTROL_TYPE) == CONTROL_DATA;
    if (!is_data || (control & (CONTROL_WITHOUT_DATA | CONTROL_PROTECTED)) != 0)
        return walk_end(w, &w->decoder->counters.not_ip);
    return LAYER_LLC;
}
