/* pcapng (draft-ietf-opsawg-pcapng): sections of either byte order, any number of interfaces with
 * link types, snap lengths and clocks of their own, which libpcap does not read. Internal to
 * core/capture. */
#ifndef DNSIGHT_CAPTURE_PCAPNG_H
#define DNSIGHT_CAPTURE_PCAPNG_H

#include <stdbool.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/capture/input.h"
#include "core/net/frame.h"

/* True if a file with these first octets is pcapng. */
bool pcapng_recognise(struct bytes start);

struct pcapng;

/* A reader of an input that it borrows. Returns ST_OK and the reader, which the caller closes, or
 * ST_NO_MEMORY with *err. */
MUST_CHECK enum status pcapng_open(struct input *input, struct pcapng **reader, struct error *err);
void pcapng_close(struct pcapng *reader);

/* As capture_file_next. */
MUST_CHECK enum status pcapng_next(struct pcapng *reader, struct frame *frame, struct error *err);

#endif
