#include "core/document/build_network.h"

#include "core/dns/protocol.h"
#include "core/document/field_list.h"
#include "core/document/identity.h"
#include "core/document/scope.h"

/* One end of the lookup, and what it sent. */
struct endpoint {
    const struct ip_address *ip;
    uint16_t port;
    uint64_t octets;
    uint64_t packets;
};

/* Its four values in a run. */
#define ENDPOINT(name)                                        \
    {.field = DOC_##name##_IP, .kind = VALUE_IP},             \
        {.field = DOC_##name##_PORT, .kind = VALUE_INTEGER},  \
        {.field = DOC_##name##_BYTES, .kind = VALUE_INTEGER}, \
    {                                                         \
        .field = DOC_##name##_PACKETS, .kind = VALUE_INTEGER  \
    }

static struct value *fill_endpoint(struct value *values, const struct endpoint *end)
{
    values[0].ip = *end->ip;
    values[1].integer = end->port;
    values[2].integer = (int64_t)end->octets;
    values[3].integer = (int64_t)end->packets;
    values[3].is_fixed = end->packets <= TRAIT_COUNT_MAX;
    return values + 4;
}

static void build_endpoints(const struct transaction *transaction, struct document *document)
{
    /* Source is client, destination is server. */
    static const struct value VALUES[] = {
        ENDPOINT(SOURCE),
        ENDPOINT(DESTINATION),
        ENDPOINT(CLIENT),
        ENDPOINT(SERVER),
        {.field = DOC_NETWORK_BYTES, .kind = VALUE_INTEGER},
        {.field = DOC_RELATED_IP, .kind = VALUE_IP},
        {.field = DOC_RELATED_IP, .kind = VALUE_IP},
    };
    static const struct document_run RUN = {.values = VALUES, .count = ARRAY_LEN(VALUES)};
    const struct dns_delivery *const delivery = &transaction->delivery;
    const struct endpoint client = {&delivery->source, delivery->source_port,
                                    transaction->query_bytes, transaction->query_count};
    const struct endpoint server = {&delivery->destination, delivery->destination_port,
                                    transaction->response_bytes, transaction->response_count};
    const unsigned detail =
        document_count_detail(client.packets) | document_count_detail(server.packets) << 8;
    struct value *values = document_add_run(document, &RUN, (uint16_t)detail);
    if (values == NULL)
        return;
    values = fill_endpoint(values, &client);
    values = fill_endpoint(values, &server);
    values = fill_endpoint(values, &client);
    values = fill_endpoint(values, &server);
    values[0].integer = (int64_t)(client.octets + server.octets);
    values[1].ip = delivery->source;
    values[2].ip = delivery->destination;
}

/* Adds what was appended to `texts` since it had `from` octets: a text without an escape. */
static void add_printed(struct document *document, enum document_field field,
                        const struct buf *texts, size_t from)
{
    document_add_name(document, (uint16_t)field,
                      bytes_slice(buf_bytes(texts), from, texts->len - from), true);
}

void build_network_add(const struct transaction *transaction, struct buf *texts,
                       struct document *document)
{
    const struct dns_delivery *const delivery = &transaction->delivery;
    build_endpoints(transaction, document);
    document_add_static_bytes(document, DOC_NETWORK_TRANSPORT,
                              delivery->is_tcp ? BYTES_LITERAL("tcp") : BYTES_LITERAL("udp"));
    document_add_static_bytes(
        document, DOC_NETWORK_PROTOCOL,
        dns_protocol_text(dns_protocol_of(delivery->source_port, delivery->destination_port)));
    document_add_static_bytes(document, DOC_NETWORK_TYPE,
                              delivery->is_ipv6 ? BYTES_LITERAL("ipv6") : BYTES_LITERAL("ipv4"));
    document_add_static_bytes(document, DOC_NETWORK_DIRECTION,
                              scope_direction(&delivery->source, &delivery->destination));
    size_t from = texts->len;
    community_id_print(delivery, texts);
    add_printed(document, DOC_NETWORK_COMMUNITY_ID, texts, from);
    if (!delivery->has_vlan)
        return;
    from = texts->len;
    buf_add_u64(texts, delivery->vlan_id);
    add_printed(document, DOC_NETWORK_VLAN_ID, texts, from);
}
