/* One frame as a capture file or an interface gives it. */
#ifndef DNSIGHT_NET_FRAME_H
#define DNSIGHT_NET_FRAME_H

#include <stdint.h>

#include "core/base/bytes.h"

struct frame {
    struct bytes octets;  /* what was captured; borrowed, dies when the callback returns */
    uint32_t wire_len;    /* octets on the wire; more than octets.len if the snap length cut it */
    int32_t link_type;    /* LINKTYPE_ value of the capture file format (1 is Ethernet) */
    int64_t time_ns;      /* packet time, nanoseconds since 1970 */
    uint64_t number;      /* 1-based position in its source */
    uint32_t interface;   /* index of the interface; 0 when unknown */
    struct bytes comment; /* what somebody wrote to it (pcapng), UTF-8 if they kept to it; empty
                             without; borrowed as octets are */
};

#endif
