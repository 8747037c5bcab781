#include "core/net/wlan.h"

#include "tests/core/net/headers.h"

#define ADDRESSES 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 3
#define SNAP_IP   0xaa, 0xaa, 3, 0, 0, 0, 0x08, 0x00

/* Frame control, duration, addresses, sequence; then what the control bits say. */
static const struct header_case CASES[] = {
    HEADER("data", 105, "", 0x08, 0x01, 0, 0, ADDRESSES, 0, 0, SNAP_IP),
    HEADER("data with four addresses", 105, "", 0x08, 0x03, 0, 0, ADDRESSES, 0, 0, 2, 0, 0, 0, 0, 4,
           SNAP_IP),
    HEADER("QoS data", 105, "", 0x88, 0x02, 0, 0, ADDRESSES, 0, 0, 0x06, 0x00, SNAP_IP),
    HEADER("QoS data with HT control", 105, "", 0x88, 0x82, 0, 0, ADDRESSES, 0, 0, 0x06, 0x00, 1, 2,
           3, 4, SNAP_IP),
    HEADER("first of aggregated data", 105, "", 0x88, 0x02, 0, 0, ADDRESSES, 0, 0, 0x80, 0x00, 2, 0,
           0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0, 41, SNAP_IP),
    HEADER("radiotap without fields", 127, "", 0, 0, 8, 0, 0, 0, 0, 0, 0x08, 0x01, 0, 0, ADDRESSES,
           0, 0, SNAP_IP),
    /* Timestamp of 8 octets at offset 8, then the flags. */
    HEADER("radiotap with padded data", 127, "", 0, 0, 17, 0, 3, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1,
           0x20, 0x88, 0x02, 0, 0, ADDRESSES, 0, 0, 0x06, 0x00, 0, 0, SNAP_IP),
    /* A second word of present fields, so the timestamp is moved to offset 16. */
    HEADER("radiotap with two words", 127, "", 0, 0, 25, 0, 3, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0,
           1, 1, 1, 1, 1, 1, 1, 1, 0x20, 0x88, 0x02, 0, 0, ADDRESSES, 0, 0, 0x06, 0x00, 0, 0,
           SNAP_IP),
};

HEADER_TESTS(wlan, CASES)

Test(wlan, frames_without_readable_data_are_counted)
{
    static const uint8_t CONTROLS[][2] = {
        {0x80, 0x00}, /* beacon */
        {0x48, 0x01}, /* null function */
        {0x08, 0x41}, /* protected */
    };
    struct recorder r;
    recorder_init(&r, record_packet, (struct net_options){0});
    for (size_t i = 0; i < ARRAY_LEN(CONTROLS); i++) {
        uint8_t octets[100] = {CONTROLS[i][0], CONTROLS[i][1]};
        record_frame(&r, 105, (struct bytes){octets, sizeof octets}, 0);
        cr_expect_eq(net_decoder_counters(r.decoder)->not_ip, i + 1, "%zu", i);
    }
    recorder_release(&r);
}
