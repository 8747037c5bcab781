/* Errors of ICMP (RFC 792) and ICMPv6 (RFC 4443, 3), and the packets that they quote. Internal to
 * core/net. */
#ifndef DNSIGHT_NET_ICMP_H
#define DNSIGHT_NET_ICMP_H

#include "core/net/walk.h"

/* An error goes on with the packet that it quotes, and walk.quoting says so. */
enum layer icmp_v4_read(struct walk *w);
enum layer icmp_v6_read(struct walk *w);

/* Tells what asked for errors about the quoted UDP datagram of the walk, whose payload may be
 * empty. */
void icmp_deliver(struct walk *w);

#endif
