/* IPv4 (RFC 791) and IPv6 (RFC 8200). Internal to core/net. */
#ifndef DNSIGHT_NET_IP_H
#define DNSIGHT_NET_IP_H

#include "core/net/walk.h"

/* IPv4 or IPv6, whichever the version in the first octet says. */
enum layer ip_read(struct walk *w);

/* Header with options. A total length of 0, as segmentation offload leaves it in packets captured
 * on their own host, means up to the end of the frame. */
enum layer ip_v4_read(struct walk *w);

/* Header and extension headers. A payload length of 0 (jumbogram, RFC 2675, or offload) means up
 * to the end of the frame. */
enum layer ip_v6_read(struct walk *w);

#endif
