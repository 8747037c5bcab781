/* pcap files as nearly all are: version 2.4, in the byte order of this machine. They are read here
 * because it takes a fifth of the time that libpcap needs; libpcap reads all others. Internal to
 * core/capture. */
#ifndef DNSIGHT_CAPTURE_PLAIN_PCAP_H
#define DNSIGHT_CAPTURE_PLAIN_PCAP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/capture/input.h"
#include "core/net/frame.h"

struct plain_pcap;

/* True if the first octets of a file are such a file's header. */
bool plain_pcap_recognise(struct bytes start);

/* Begins to read an input that was recognised, which is borrowed. Returns ST_OK, the reader and the
 * link type that stands in the file; or ST_NO_MEMORY with *err. */
MUST_CHECK enum status plain_pcap_open(struct input *input, struct plain_pcap **reader,
                                       int32_t *link_type, struct error *err);
void plain_pcap_close(struct plain_pcap *reader);

/* As capture_file_next, but for the link type, which is left to the caller. */
MUST_CHECK enum status plain_pcap_next(struct plain_pcap *reader, struct frame *frame,
                                       struct error *err);

#endif
