/* UDP (RFC 768). Internal to core/net. */
#ifndef DNSIGHT_NET_UDP_H
#define DNSIGHT_NET_UDP_H

#include "core/net/walk.h"

/* Takes the ports of the tunnels that are decoded out of a set. */
void udp_remove_tunnel_ports(struct port_set *ports);

/* Gives the payload of a datagram on a wanted port to the handler; a tunnel's goes on. In IPv6 a
 * length of 0 means up to the end of the packet (RFC 2675, 4). */
enum layer udp_read(struct walk *w);

#endif
