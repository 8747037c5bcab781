/* Live packets of one network interface, through libpcap. */
#ifndef DNSIGHT_SHIPPER_SERVICE_LIVE_CAPTURE_H
#define DNSIGHT_SHIPPER_SERVICE_LIVE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/net/frame.h"

struct live_capture;

/* Milliseconds for which the kernel may collect packets before it wakes us. */
#define LIVE_CAPTURE_TIMEOUT_MS 50
/* Milliseconds after which a packet that has passed can be read: the kernel looks that often at
 * what it has collected, and lets a collection that has just begun go on.*/
#define LIVE_CAPTURE_DELAY_MS 150

struct live_capture_options {
    const char *interface; /* "any" for all of them */
    const uint16_t *ports; /* that carry DNS; NULL is 53 */
    size_t port_count;
    bool any_port;  /* every packet is wanted */
    uint32_t index; /* becomes frame.interface */
};

/* Opens an interface with nanosecond time and a kernel buffer of 16 MiB, lets only DNS ports and
 * IP fragments through. Needs CAP_NET_RAW from here on until it returns, not later. Returns ST_OK;
 * ST_INVALID (no such interface), ST_UNAUTHORISED or ST_IO with *err saying what to do. */
MUST_CHECK enum status live_capture_open(const struct live_capture_options *options,
                                         struct live_capture **capture, struct error *err);
void live_capture_close(struct live_capture *capture);

/* A descriptor that becomes readable when packets are there. */
int live_capture_descriptor(const struct live_capture *capture);

/* Called for each packet; anything but ST_OK ends the reading with that status. */
typedef enum status (*live_handler)(void *context, const struct frame *frame);

/* Hands over the packets that are there, without waiting. Returns ST_OK; ST_IO with *err (the
 * interface went away); or what the handler returned. */
MUST_CHECK enum status live_capture_read(struct live_capture *capture, live_handler handler,
                                         void *context, struct error *err);

/* Packets that the kernel dropped because nobody took them in time, so far. */
uint64_t live_capture_drops(struct live_capture *capture);

#endif
