#include "core/document/identity.h"

#include <nettle/sha1.h>
#include <string.h>

#include "core/base/encoding.h"
#include "core/base/siphash.h"
#include "core/base/time_text.h"

/* Octets of an identity before it becomes text: a multiple of 3 needs no padding. */
#define IDENTITY_LEN      18
#define IDENTITY_TIME_LEN 4

/* Octets that are hashed: the fixed part, the capture point, and the QNAME or, where there is no
 * question, the start of the message. */
#define POINT_MAX 256
#define INPUT_MAX (64 + POINT_MAX + DNS_NAME_MAX)

/* Written once, never to change: other keys mean other identities for the same lookups. */
static const struct siphash_key IDENTITY_KEY = {UINT64_C(0x4c4f4f4b55502e69),
                                                UINT64_C(0x64656e7469747931)};

struct identity_input {
    uint8_t octets[INPUT_MAX];
    size_t len;
};

static void put(struct identity_input *input, const void *octets, size_t len)
{
    memcpy(input->octets + input->len, octets, len);
    input->len += len;
}

static void put_u16(struct identity_input *input, unsigned value)
{
    uint8_t *const to = input->octets + input->len;
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
    input->len += 2;
}

static void put_u64(struct identity_input *input, uint64_t value)
{
    for (int shift = 48; shift >= 0; shift -= 16)
        put_u16(input, (unsigned)(value >> shift) & 0xffffU);
}

/* Octets in network order, so that every machine computes the same. */
static void identity_collect(const struct transaction *transaction, struct bytes capture_point,
                             struct identity_input *input)
{
    const struct dns_delivery *const client = &transaction->delivery;
    const struct dns_message *const asked = transaction_asked(transaction);
    put(input, client->source.octets, sizeof client->source.octets);
    put(input, client->destination.octets, sizeof client->destination.octets);
    put_u16(input, client->source_port);
    put_u16(input, client->destination_port);
    put_u16(input, client->is_tcp ? 6 : 17);
    put_u64(input, (uint64_t)client->time_ns);
    put_u16(input, asked->header.id);
    put_u16(input, asked->question.type);
    put_u16(input, asked->question.class);
    const struct bytes point = bytes_slice(capture_point, 0, POINT_MAX);
    put_u16(input, (unsigned)point.len);
    if (point.len != 0)
        put(input, point.data, point.len);
    if (asked->question_count == 0) {
        const struct bytes rest = bytes_slice(asked->octets, 0, DNS_NAME_MAX);
        if (rest.len != 0)
            put(input, rest.data, rest.len);
        return;
    }
    struct dns_name name;
    dns_name_copy_lower(&asked->question.name, &name);
    put(input, name.wire, name.len);
}

void identity_print(const struct transaction *transaction, struct bytes capture_point,
                    struct buf *out)
{
    struct identity_input input;
    input.len = 0;
    identity_collect(transaction, capture_point, &input);
    const struct siphash_128 hash =
        siphash_128(IDENTITY_KEY, (struct bytes){input.octets, input.len});
    const uint64_t seconds = (uint64_t)(transaction->delivery.time_ns / NS_PER_S);
    uint8_t octets[IDENTITY_LEN];
    for (size_t i = 0; i < IDENTITY_TIME_LEN; i++)
        octets[i] = (uint8_t)(seconds >> (24 - 8 * i));
    for (size_t i = 0; i < IDENTITY_LEN - IDENTITY_TIME_LEN; i++)
        octets[IDENTITY_TIME_LEN + i] =
            (uint8_t)(i < 8 ? hash.low >> (56 - 8 * i) : hash.high >> (56 - 8 * (i - 8)));
    encoding_base64url((struct bytes){octets, sizeof octets}, out);
}

static void put_endpoint_ip(struct identity_input *input, const struct ip_address *ip, bool is_v4)
{
    put(input, is_v4 ? ip->octets + 12 : ip->octets, is_v4 ? 4 : 16);
}

void community_id_print(const struct dns_delivery *client, struct buf *out)
{
    const bool is_v4 = !client->is_ipv6;
    const int order = memcmp(client->source.octets, client->destination.octets, 16);
    const bool is_forward =
        order < 0 || (order == 0 && client->source_port < client->destination_port);
    struct identity_input input;
    input.len = 0;
    put_u16(&input, 0);
    put_endpoint_ip(&input, is_forward ? &client->source : &client->destination, is_v4);
    put_endpoint_ip(&input, is_forward ? &client->destination : &client->source, is_v4);
    const uint8_t protocol[2] = {client->is_tcp ? 6 : 17, 0};
    put(&input, protocol, sizeof protocol);
    put_u16(&input, is_forward ? client->source_port : client->destination_port);
    put_u16(&input, is_forward ? client->destination_port : client->source_port);
    struct sha1_ctx sha1;
    uint8_t digest[SHA1_DIGEST_SIZE];
    sha1_init(&sha1);
    sha1_update(&sha1, input.len, input.octets);
    sha1_digest(&sha1, sizeof digest, digest);
    buf_add_text(out, "1:");
    encoding_base64((struct bytes){digest, sizeof digest}, out);
}
