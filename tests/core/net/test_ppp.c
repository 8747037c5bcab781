#include "core/net/ppp.h"

#include "tests/core/net/headers.h"

/* Session 0x1234; its length is 2 of PPP and 33 of the packet. */
static const struct header_case CASES[] = {
    HEADER("PPPoE", 1, "pppoe 4660", OUTER_ETHERNET(0x88, 0x64), 0x11, 0, 0x12, 0x34, 0, 35, 0x00,
           0x21),
    HEADER("PPPoE, protocol compressed", 1, "pppoe 4660", OUTER_ETHERNET(0x88, 0x64), 0x11, 0, 0x12,
           0x34, 0, 34, 0x21),
    HEADER("PPPoE without Ethernet", 51, "pppoe 4660", 0x11, 0, 0x12, 0x34, 0, 35, 0x00, 0x21),
    HEADER("PPP", 9, "", 0x00, 0x21),
    HEADER("PPP in HDLC framing", 50, "", 0xff, 0x03, 0x00, 0x21),
    HEADER("PPP with MPLS", 9, "mpls 16", 0x02, 0x81, 0, 1, 0x01, 64),
    HEADER("Cisco HDLC", 104, "", 0x0f, 0x00, 0x08, 0x00),
};

HEADER_TESTS(ppp, CASES)

Test(ppp, what_is_not_ip_is_counted)
{
    static const uint8_t LCP[] = {0xff, 0x03, 0xc0, 0x21, 1, 1, 0, 4};
    static const uint8_t DISCOVERY[] = {0x11, 0x09, 0, 0, 0, 4, 1, 1, 0, 0};
    struct recorder r;
    recorder_init(&r, record_packet, (struct net_options){0});
    record_frame(&r, 9, (struct bytes){LCP, sizeof LCP}, 0);
    record_frame(&r, 51, (struct bytes){DISCOVERY, sizeof DISCOVERY}, 0);
    cr_expect_eq(net_decoder_counters(r.decoder)->not_ip, 2);
    recorder_release(&r);
}
