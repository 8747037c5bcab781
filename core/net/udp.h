/* UDP (RFC 768). Internal to core/net. */
#ifndef DNSIGHT_NET_UDP_H
#define DNSIGHT_NET_UDP_H

#include "core/net/walk.h"

/* Gives the payload of a datagram on a wanted port to the handler. A length of 0 (RFC 2675) means
 * up to the end of the IP packet. */
enum layer udp_read(struct walk *w);

#endif
