/* Link layers: what stands before the IP packet. Internal to core/net. */
#ifndef DNSIGHT_NET_LINK_H
#define DNSIGHT_NET_LINK_H

#include <stdint.h>

#include "core/net/walk.h"

/* The layer that a frame of a LINKTYPE_ value (www.tcpdump.org/linktypes.html) starts
 * with; LAYER_NONE when it is not decoded. */
enum layer link_first_layer(int32_t link_type);

/* Ethernet II (IEEE 802.3, 3.2): addresses and EtherType. */
enum layer link_ethernet_read(struct walk *w);

/* A VLAN tag of IEEE 802.1Q behind its tag protocol identifier. The outermost one is recorded. */
enum layer link_vlan_read(struct walk *w);

/* Linux cooked captures, LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2. */
enum layer link_sll_read(struct walk *w);
enum layer link_sll2_read(struct walk *w);

/* BSD loopback: a protocol family in the byte order of the capturing host (LINKTYPE_NULL) or of
 * the network (LINKTYPE_LOOP). */
enum layer link_null_read(struct walk *w);
enum layer link_loop_read(struct walk *w);

#endif
