/* Headers that capturing software writes in place of a link layer's. Internal to core/net. */
#ifndef DNSIGHT_NET_PSEUDO_LINK_H
#define DNSIGHT_NET_PSEUDO_LINK_H

#include "core/net/walk.h"

/* Linux cooked captures, LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2. */
enum layer pseudo_link_sll_read(struct walk *w);
enum layer pseudo_link_sll2_read(struct walk *w);

/* BSD loopback: a protocol family in the byte order of the capturing host (LINKTYPE_NULL) or of the
 * network (LINKTYPE_LOOP). Some writers put an EtherType there. */
enum layer pseudo_link_null_read(struct walk *w);
enum layer pseudo_link_loop_read(struct walk *w);

/* LINKTYPE_NFLOG: attributes of a packet that netfilter logged, one of them the packet. */
enum layer pseudo_link_nflog_read(struct walk *w);

#endif
