/* IEEE 802.11. Internal to core/net. */
#ifndef DNSIGHT_NET_WLAN_H
#define DNSIGHT_NET_WLAN_H

#include "core/net/walk.h"

/* The header that capturing software puts before a frame (www.radiotap.org). */
enum layer wlan_radiotap_read(struct walk *w);

/* Data frames that are not encrypted (IEEE 802.11, 9.3.2). Of an aggregated frame (A-MSDU) the
 * first part is read. */
enum layer wlan_read(struct walk *w);

#endif
