/* Frames built by hand, and a decoder that writes down what it delivers. */
#ifndef DNSIGHT_CORE_NET_FRAMES_H
#define DNSIGHT_CORE_NET_FRAMES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/base/buf.h"
#include "core/base/ip.h"
#include "core/net/decoder.h"

#define LINK_ETHERNET 1
#define CLIENT_PORT   40000

/* Octets of a header as they stand in its specification. */
#define PUT(buf, ...)                                           \
    buf_add(buf, (struct bytes){(const uint8_t[]){__VA_ARGS__}, \
                                sizeof((const uint8_t[]){__VA_ARGS__})})

static inline void put_u16(struct buf *b, size_t value)
{
    PUT(b, (uint8_t)(value >> 8), (uint8_t)(value & 0xff));
}

static inline void put_u32(struct buf *b, uint32_t value)
{
    put_u16(b, value >> 16);
    put_u16(b, value & 0xffff);
}

static inline void put_ethernet(struct buf *b, uint16_t type)
{
    PUT(b, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2);
    put_u16(b, type);
}

/* 192.0.2.1 to 192.0.2.53, without options. */
static inline void put_ipv4(struct buf *b, uint8_t protocol, size_t payload_len)
{
    PUT(b, 0x45, 0);
    put_u16(b, 20 + payload_len);
    PUT(b, 0x12, 0x34, 0, 0, 64, protocol, 0, 0);
    PUT(b, 192, 0, 2, 1, 192, 0, 2, 53);
}

/* 2001:db8::1 to 2001:db8::53. */
static inline void put_ipv6(struct buf *b, uint8_t next, size_t payload_len)
{
    PUT(b, 0x60, 0, 0, 0);
    put_u16(b, payload_len);
    PUT(b, next, 64);
    PUT(b, 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    PUT(b, 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x53);
}

/* From the client's port to 53. */
static inline void put_udp(struct buf *b, const char *payload)
{
    put_u16(b, CLIENT_PORT);
    put_u16(b, 53);
    put_u16(b, 8 + strlen(payload));
    put_u16(b, 0);
    buf_add_text(b, payload);
}

static inline void put_ipv4_udp(struct buf *b, const char *payload)
{
    put_ipv4(b, 17, 8 + strlen(payload));
    put_udp(b, payload);
}

struct recorder {
    struct net_decoder *decoder;
    struct buf log;     /* a line for each packet: what it is and what it holds */
    struct packet last; /* without payload and frame */
    uint64_t frames;
};

static inline void log_endpoint(struct buf *log, const struct ip_address *ip, uint16_t port)
{
    ip_print(ip, log);
    buf_add_format(log, "#%u", port);
}

/* One line: "udp 192.0.2.1#40000 192.0.2.53#53 payload cut". */
static inline size_t record_packet(void *context, const struct packet *packet)
{
    struct recorder *const r = context;
    buf_add_text(&r->log, packet->transport == PACKET_UDP ? "udp " : "tcp ");
    log_endpoint(&r->log, &packet->source, packet->source_port);
    buf_add_u8(&r->log, ' ');
    log_endpoint(&r->log, &packet->destination, packet->destination_port);
    buf_add_u8(&r->log, ' ');
    buf_add(&r->log, packet->payload);
    buf_add_text(&r->log, packet->is_cut ? " cut\n" : "\n");
    r->last = *packet;
    r->last.payload = (struct bytes){0};
    r->last.frame = NULL;
    return packet->payload.len;
}

static inline void recorder_init(struct recorder *r, packet_handler handler,
                                 struct net_options options)
{
    static const uint16_t PORT = 53;
    *r = (struct recorder){0};
    buf_init(&r->log, (size_t)1024 * 1024);
    /* Little memory: a test may need many decoders. */
    options.tcp_streams_max = options.tcp_streams_max == 0 ? 2 : options.tcp_streams_max;
    options.tcp_buffers = options.tcp_buffers == 0 ? 1 : options.tcp_buffers;
    options.fragmented_max = options.fragmented_max == 0 ? 1 : options.fragmented_max;
    if (options.ports == NULL) {
        options.ports = &PORT;
        options.port_count = 1;
    }
    if (net_decoder_new(&options, handler, r, &r->decoder) != ST_OK)
        abort();
}

static inline void recorder_release(struct recorder *r)
{
    net_decoder_free(r->decoder);
    buf_release(&r->log);
}

/* Decodes octets as a frame; the octets are copied so that a sanitizer sees every read too far. */
static inline void record_frame(struct recorder *r, int32_t link_type, struct bytes octets,
                                uint32_t wire_len)
{
    uint8_t *const exact = malloc(octets.len == 0 ? 1 : octets.len);
    if (exact == NULL)
        abort();
    if (octets.len > 0)
        memcpy(exact, octets.data, octets.len);
    const struct frame frame = {
        .octets = {exact, octets.len},
        .wire_len = wire_len,
        .link_type = link_type,
        .number = ++r->frames,
        .time_ns = (int64_t)r->frames * 1000,
    };
    net_decoder_frame(r->decoder, &frame);
    free(exact);
}

#endif
