/* TCP segments (RFC 9293, 3.1). Internal to core/net. */
#ifndef DNSIGHT_NET_TCP_H
#define DNSIGHT_NET_TCP_H

#include "core/net/walk.h"

/* Gives the segments of a wanted port to their stream. */
enum layer tcp_read(struct walk *w);

#endif
