#include "core/capture/lookups.h"

#include <stdlib.h>

#include "core/capture/messages.h"

static const uint16_t DEFAULT_PORTS[] = {DNS_PORT};

/* Octets of texts that one document may own; nearly all of them are borrowed. */
#define DOCUMENT_ARENA_MAX ((size_t)1024 * 1024)

struct lookups {
    struct net_decoder *net;
    struct pairing *pairing;
    struct document_builder *builder;
    struct document document;
    bool any_port;
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

/* A message of mDNS or LLMNR is a transaction of its own: its responses come from several hosts, to
 * everybody or to one, with an ID or without. */
static void take_alone(struct lookups *lookups, const struct dns_delivery *delivery,
                       const struct dns_message *message)
{
    const bool is_response = dns_is_response(message);
    const struct transaction transaction = {
        .end = TRANSACTION_UNPAIRED,
        .query = is_response ? NULL : message,
        .response = is_response ? message : NULL,
        .delivery = *delivery,
        .end_ns = delivery->time_ns,
        .query_count = 1,
        .query_bytes = message->octets.len,
        .leg = LEG_OTHER,
    };
    pairing_time(lookups->pairing, delivery->time_ns);
    take_transaction(lookups, &transaction);
}

static inline struct dns_delivery delivery_of(const struct packet *packet)
{
    return (struct dns_delivery){
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
}

static void take_message(void *context, const struct packet *packet,
                         const struct dns_message *message)
{
    struct lookups *const lookups = context;
    const struct dns_delivery delivery = delivery_of(packet);
    lookups->messages++;
    lookups->malformed += message->defects != 0 ? 1 : 0;
    if (UNLIKELY((message->defects & DEFECT_BIT(DEFECT_HEADER_SHORT)) != 0))
        pairing_malformed(lookups->pairing, &delivery, message);
    else if (LIKELY(dns_protocol_of(packet->source_port, packet->destination_port) == PROTOCOL_DNS))
        pairing_message(lookups->pairing, &delivery, message);
    else
        take_alone(lookups, &delivery, message);
}

static size_t take_packet(void *context, const struct packet *packet)
{
    size_t taken = 0;
    if (UNLIKELY(((const struct lookups *)context)->any_port) &&
        !messages_recognise(packet, &taken))
        return taken;
    return messages_of_packet(packet, take_message, context);
}

/* What was sent back because it could not be delivered. */
static void take_error(void *context, const struct packet *quoted, const struct icmp_error *error)
{
    struct lookups *const lookups = context;
    const struct dns_delivery delivery = delivery_of(quoted);
    const struct transaction_icmp icmp = {
        .reason = icmp_reason_text(error->reason),
        .is_prohibited = error->reason == ICMP_PROHIBITED,
        .reporter = error->reporter,
    };
    struct dns_message message;
    if (dns_message_read(quoted->payload, &message) == ST_OK)
        pairing_icmp(lookups->pairing, &delivery, &message, &icmp);
}

static enum status lookups_prepare(struct lookups *lookups, const struct lookups_options *options)
{
    const size_t named = options->ports == NULL ? ARRAY_LEN(DEFAULT_PORTS) : options->port_count;
    const size_t port_count = options->any_port ? 0 : named;
    const struct net_options net = {
        .ports = options->ports == NULL ? DEFAULT_PORTS : options->ports,
        .port_count = port_count,
        .counts_checksums = options->counts_checksums,
        .tcp_streams_max = MESSAGES_TCP_STREAMS_MAX,
        .tcp_buffered_max = MESSAGES_TCP_BUFFERED_MAX,
        .error_handler = take_error,
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
    made->any_port = options->any_port;
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
