/* Point-to-point links. Internal to core/net. */
#ifndef DNSIGHT_NET_PPP_H
#define DNSIGHT_NET_PPP_H

#include "core/net/walk.h"

/* PPPoE sessions (RFC 2516, 4). */
enum layer ppp_pppoe_read(struct walk *w);

/* PPP with or without the address and control octets of HDLC framing (RFC 1661, 2; RFC 1662, 3.1),
 * the protocol compressed or not. */
enum layer ppp_read(struct walk *w);

/* Cisco's HDLC: address, control, EtherType. */
enum layer ppp_cisco_read(struct walk *w);

#endif
