/* Protocols that carry frames or packets inside IP and UDP. Internal to core/net. */
#ifndef DNSIGHT_NET_TUNNEL_H
#define DNSIGHT_NET_TUNNEL_H

#include "core/net/walk.h"

/* GRE with checksum, key and sequence (RFC 2784, RFC 2890), and as PPTP has it (RFC 2637). */
enum layer tunnel_gre_read(struct walk *w);

/* Mirrored frames in GRE (draft-foschiano-erspan): types II and III. Type I has no header. */
enum layer tunnel_erspan2_read(struct walk *w);
enum layer tunnel_erspan3_read(struct walk *w);

/* EtherIP (RFC 3378). */
enum layer tunnel_etherip_read(struct walk *w);

/* VXLAN (RFC 7348) and its generic protocol extension (draft-ietf-nvo3-vxlan-gpe). */
enum layer tunnel_vxlan_read(struct walk *w);

/* Service function chains: NSH (RFC 8300, 2). */
enum layer tunnel_nsh_read(struct walk *w);

/* Geneve (RFC 8926). */
enum layer tunnel_geneve_read(struct walk *w);

/* User data of GTP version 1 (3GPP TS 29.281, 5). */
enum layer tunnel_gtp_u_read(struct walk *w);

/* Teredo (RFC 4380, 5.1.1). */
enum layer tunnel_teredo_read(struct walk *w);

/* Data messages of L2TP version 2 (RFC 2661, 3.1). */
enum layer tunnel_l2tp_read(struct walk *w);

#endif
