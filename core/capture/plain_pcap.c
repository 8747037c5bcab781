#include "core/capture/plain_pcap.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/time_text.h"
#include "core/capture/packet_time.h"
#include "core/capture/window.h"

/* draft-ietf-opsawg-pcap, 4 and 5 */
#define HEADER_LEN        ((size_t)24)
#define RECORD_HEADER_LEN ((size_t)16)
#define MAGIC_MICRO       0xa1b2c3d4U
#define MAGIC_NANO        0xa1b23c4dU

/* The low bits of the link type; above them stands what a frame check sequence is like, which we
 * do not look at. */
#define LINK_TYPE_MASK 0x03ffffffU

/* Octets of the largest packet, as libpcap sees it for the link types that DNS comes over. */
#define PACKET_MAX 262144U

struct plain_pcap {
    struct window in;
    uint64_t frames;
    uint32_t snap_len;
    int32_t ns_per_unit; /* of the fraction of a second */
};

/* The numbers of a file are those of this machine. */
static inline uint32_t native_u32(const uint8_t *octets)
{
    uint32_t value = 0;
    memcpy(&value, octets, sizeof value);
    return value;
}

static inline uint16_t native_u16(const uint8_t *octets)
{
    uint16_t value = 0;
    memcpy(&value, octets, sizeof value);
    return value;
}

bool plain_pcap_recognise(struct bytes start)
{
    if (start.len < HEADER_LEN)
        return false;
    const uint32_t magic = native_u32(start.data);
    return (magic == MAGIC_MICRO || magic == MAGIC_NANO) && native_u16(start.data + 4) == 2 &&
           native_u16(start.data + 6) == 4;
}

static void take_header(struct plain_pcap *r, int32_t *link_type)
{
    const uint8_t *const header = window_octets(&r->in);
    r->ns_per_unit = native_u32(header) == MAGIC_NANO ? 1 : 1000;
    r->snap_len = native_u32(header + 16);
    if (r->snap_len == 0 || r->snap_len > PACKET_MAX)
        r->snap_len = PACKET_MAX;
    *link_type = (int32_t)(native_u32(header + 20) & LINK_TYPE_MASK);
    window_use(&r->in, HEADER_LEN);
}

enum status plain_pcap_open(struct input *input, struct plain_pcap **reader, int32_t *link_type,
                            struct error *err)
{
    struct plain_pcap *const r = calloc(1, sizeof *r);
    if (r == NULL)
        return error_set(err, ST_NO_MEMORY, "%s: memory is exhausted", input_name(input));
    enum status status = window_init(&r->in, input, err);
    if (status == ST_OK)
        status = window_need(&r->in, HEADER_LEN, err); /* It was seen: it is there. */
    if (status != ST_OK) {
        plain_pcap_close(r);
        return status;
    }
    take_header(r, link_type);
    *reader = r;
    return ST_OK;
}

void plain_pcap_close(struct plain_pcap *reader)
{
    if (reader == NULL)
        return;
    window_release(&reader->in);
    free(reader);
}

/* Why there is no packet, or no whole one, behind the last. */
static enum status stopped(const struct plain_pcap *r, enum status status,
                           const struct error *fault, struct error *err)
{
    if (status != ST_END)
        return error_set(err, status, "%s (packets read before: %" PRIu64 ")", fault->text,
                         r->frames);
    if (window_left(&r->in) == 0)
        return ST_END;
    return error_set(err, ST_TRUNCATED, "%s: the file ends inside packet %" PRIu64,
                     input_name(r->in.input), r->frames + 1);
}

enum status plain_pcap_next(struct plain_pcap *reader, struct frame *frame, struct error *err)
{
    struct error fault;
    enum status status = window_need(&reader->in, RECORD_HEADER_LEN, &fault);
    if (UNLIKELY(status != ST_OK))
        return stopped(reader, status, &fault, err);
    const uint8_t *octets = window_octets(&reader->in);
    const uint32_t seconds = native_u32(octets);
    const int32_t fraction = (int32_t)native_u32(octets + 4);
    const uint32_t stored_len = native_u32(octets + 8);
    const uint32_t wire_len = native_u32(octets + 12);
    if (UNLIKELY(stored_len > PACKET_MAX))
        return error_set(err, ST_MALFORMED, "%s: packet %" PRIu64 ": impossible length %" PRIu32,
                         input_name(reader->in.input), reader->frames + 1, stored_len);
    status = window_need(&reader->in, RECORD_HEADER_LEN + stored_len, &fault);
    if (UNLIKELY(status != ST_OK))
        return stopped(reader, status, &fault, err);
    octets = window_octets(&reader->in) + RECORD_HEADER_LEN;
    window_use(&reader->in, RECORD_HEADER_LEN + stored_len);
    reader->frames++;
    /* More than the snap length was not meant to be stored. */
    const uint32_t len = stored_len < reader->snap_len ? stored_len : reader->snap_len;
    *frame = (struct frame){
        .octets = {octets, len},
        .wire_len = wire_len > len ? wire_len : len,
        .time_ns = packet_time_ns(seconds, (int64_t)fraction * reader->ns_per_unit),
        .number = reader->frames,
    };
    return ST_OK;
}
