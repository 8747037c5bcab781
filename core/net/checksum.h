/* Checksums of IPv4, UDP and TCP (RFC 1071). They are never a reason to drop a packet: a capture on
 * the sending machine has them unfinished, the network card computes them. Internal to core/net. */
#ifndef DNSIGHT_NET_CHECKSUM_H
#define DNSIGHT_NET_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "core/net/walk.h"

/* Counts the packet if the checksum of its IPv4 header, which began at `from`, is wrong. */
void checksum_header(struct walk *w, size_t from);

/* The same of the UDP datagram (17) or TCP segment (6) that began at `from` and ends with the walk,
 * unless a part of it was not captured. */
void checksum_transport(struct walk *w, size_t from, uint8_t protocol);

#endif
