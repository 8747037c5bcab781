#include "core/capture/lookups.h"

#include <stdlib.h>

#include "core/dns/defect.h"
#include "core/dns/stream.h"

/* The port of DNS (RFC 1035, 4.2). */
static const uint16_t DEFAULT_PORTS[] = {53};

/* Directions of TCP connections followed at once, and octets kept of one that waits for the rest
 * of a message: the longest message and its length. */
#define TCP_STREAMS_MAX  1024
#define TCP_BUFFERED_MAX (65535 + 2)

/* Octets of texts that one document may own; nearly all of them are borrowed. */
#define DOCUMENT_ARENA_MAX ((size_t)1024 * 1024)

struct lookups {
    struct net_decoder *net;
    struct pairing *pairing;
    struct document_builder *builder;
    struct document document;
    lookup_handler handler;
    void *context;
    uint64_t messages;
    uint64_t malformed;
    uint64_t documents;
};

static void take_transaction(void *context, const struct transaction *transaction)
{
    struct lookups *const lookups = context;
    document_build(lookups->builder, transaction, &lookups->document);
    lookups->documents++;
    lookups->handler(lookups->context, &lookups->document);
}

static void take_message(struct lookups *lookups, const struct packet *packet, struct bytes octets,
                         bool is_cut)
{
    const struct dns_delivery delivery = {
        .source = packet->source,
        .destination = packet->destination,
        .source_port = packet->source_port,
        .destination_port = packet->destination_port,
        .vlan_id = packet->vlan_id,
        .has_vlan = packet->has_vlan,
        .is_tcp = packet->transport == PACKET_TCP,
        .is_ipv6 = packet->is_ipv6,
        .time_ns = packet->frame->time_ns,
    };
    struct dns_message message;
    const enum status status = dns_message_read(octets, &message);
    if (is_cut)
        message.defects |= DEFECT_BIT(DEFECT_CAPTURE_CUT);
    lookups->messages++;
    lookups->malformed += message.defects != 0 ? 1 : 0;
    if (status == ST_OK)
        pairing_message(lookups->pairing, &delivery, &message);
    else
        pairing_malformed(lookups->pairing, &delivery, &message);
}

/* Takes the whole messages at the start of the octets of a stream. Returns the octets used. */
static size_t take_stream(struct lookups *lookups, const struct packet *packet)
{
    struct dns_stream stream;
    if (!dns_stream_begin(&stream, packet->payload, packet->after_gap, packet->is_cut))
        return PACKET_LOST;
    struct bytes message;
    bool is_whole = true;
    while (dns_stream_next(&stream, &message, &is_whole))
        take_message(lookups, packet, message, !is_whole);
    return stream.at;
}

static size_t take_packet(void *context, const struct packet *packet)
{
    struct lookups *const lookups = context;
    if (packet->transport == PACKET_TCP)
        return take_stream(lookups, packet);
    if (packet->payload.len > 0)
        take_message(lookups, packet, packet->payload, packet->is_cut);
    return packet->payload.len;
}

static enum status lookups_prepare(struct lookups *lookups, const struct lookups_options *options)
{
    const struct net_options net = {
        .ports = options->ports == NULL ? DEFAULT_PORTS : options->ports,
        .port_count = options->ports == NULL ? ARRAY_LEN(DEFAULT_PORTS) : options->port_count,
        .tcp_streams_max = TCP_STREAMS_MAX,
        .tcp_buffered_max = TCP_BUFFERED_MAX,
    };
    enum status status = net_decoder_new(&net, take_packet, lookups, &lookups->net);
    if (status != ST_OK)
        return status;
    status = pairing_new(&options->pairing, take_transaction, lookups, &lookups->pairing);
    if (status != ST_OK)
        return status;
    status = document_builder_new(&options->build, &lookups->builder);
    if (status != ST_OK)
        return status;
    return document_init(&lookups->document, data_view_builtin(), DOCUMENT_ARENA_MAX);
}

enum status lookups_new(const struct lookups_options *options, lookup_handler handler,
                        void *context, struct lookups **lookups, struct error *err)
{
    struct lookups *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(err, ST_NO_MEMORY, "no memory for decoding lookups");
    made->handler = handler;
    made->context = context;
    const enum status status = lookups_prepare(made, options);
    if (status != ST_OK) {
        lookups_free(made);
        return error_set(err, status, "cannot prepare the decoding of lookups: %s",
                         status_text(status));
    }
    *lookups = made;
    return ST_OK;
}

void lookups_free(struct lookups *lookups)
{
    if (lookups == NULL)
        return;
    net_decoder_free(lookups->net);
    pairing_free(lookups->pairing);
    document_builder_free(lookups->builder);
    document_release(&lookups->document);
    free(lookups);
}

void lookups_frame(struct lookups *lookups, const struct frame *frame)
{
    net_decoder_frame(lookups->net, frame);
}

void lookups_time(struct lookups *lookups, int64_t time_ns)
{
    pairing_time(lookups->pairing, time_ns);
}

void lookups_finish(struct lookups *lookups)
{
    net_decoder_finish(lookups->net);
    pairing_finish(lookups->pairing);
}

struct lookups_counters lookups_counters(const struct lookups *lookups)
{
    return (struct lookups_counters){
        .net = net_decoder_counters(lookups->net),
        .pairing = pairing_counters(lookups->pairing),
        .messages = lookups->messages,
        .malformed = lookups->malformed,
        .documents = lookups->documents,
    };
}
