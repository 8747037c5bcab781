/* Link layers of networks: Ethernet and its relatives, and what stands between them and IP.
 * Internal to core/net. */
#ifndef DNSIGHT_NET_LINK_H
#define DNSIGHT_NET_LINK_H

#include <stdint.h>

#include "core/net/walk.h"

/* The layer that a frame of a LINKTYPE_ value (www.tcpdump.org/linktypes.html) starts with;
 * LAYER_NONE when it is not decoded. */
enum layer link_first_layer(int32_t link_type);

/* Smaller values in the place of an EtherType are lengths (IEEE 802.3, 3.2.6). */
#define ETHERTYPE_MIN 0x0600

/* The layer behind an EtherType that was just read, or a length with LLC behind it. Ends the walk
 * if that was cut off or if no IP packet can follow. */
enum layer link_ethertype_layer(struct walk *w, uint16_t type);

enum layer link_ethernet_read(struct walk *w);

/* A VLAN tag of IEEE 802.1Q or 802.1ad, behind its tag protocol identifier. */
enum layer link_vlan_read(struct walk *w);

/* IEEE 802.2 LLC, with or without SNAP. */
enum layer link_llc_read(struct walk *w);

/* A stack of labels (RFC 3032). What it carries is told by its first octet: an IP version, or the
 * control word of an Ethernet pseudowire (RFC 4448). */
enum layer link_mpls_read(struct walk *w);

/* FDDI frames; ARCnet frames as Linux captures them (RFC 1051, RFC 1201). */
enum layer link_fddi_read(struct walk *w);
enum layer link_arcnet_read(struct walk *w);

#endif
