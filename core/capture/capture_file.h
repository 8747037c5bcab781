/* A capture file as frames: pcap through libpcap, pcapng by our own reader. */
#ifndef DNSIGHT_CAPTURE_CAPTURE_FILE_H
#define DNSIGHT_CAPTURE_CAPTURE_FILE_H

#include <stdint.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/capture/input.h"
#include "core/net/frame.h"

struct capture_file;

/* Takes frames from an input of kind INPUT_CAPTURE, which it borrows. Returns ST_OK and the file,
 * which the caller closes (before the input); ST_MALFORMED, ST_TRUNCATED (inside the file's
 * header), ST_IO or ST_NO_MEMORY with *err. */
MUST_CHECK enum status capture_file_open(struct input *input, struct capture_file **file,
                                         struct error *err);
void capture_file_close(struct capture_file *file);

/* The next frame; valid until the next call. Returns ST_OK; ST_END; ST_TRUNCATED when the file
 * ends inside a packet, or ST_MALFORMED, with *err naming the file and the packet's number: the
 * frames before it were good. */
MUST_CHECK enum status capture_file_next(struct capture_file *file, struct frame *frame,
                                         struct error *err);

#endif
