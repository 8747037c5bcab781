/* Who says what to whom when: the language of the pairing tests. */
#ifndef DNSIGHT_CORE_DNS_STORY_H
#define DNSIGHT_CORE_DNS_STORY_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "core/base/time_text.h"
#include "core/dns/pairing.h"

#define MS NS_PER_MS
#define S  NS_PER_S

/* Transactions kept of one story. */
#define KEPT_MAX 64

struct kept {
    struct transaction transaction;
    uint32_t defects; /* of query and response */
    char name[DNS_NAME_MAX * 4 + 1];
};

struct story {
    struct pairing *pairing;
    struct kept kept[KEPT_MAX];
    size_t count;
};

static inline void keep(void *context, const struct transaction *transaction)
{
    struct story *const story = context;
    cr_assert_lt(story->count, KEPT_MAX);
    struct kept *const kept = &story->kept[story->count++];
    kept->transaction = *transaction;
    kept->defects = transaction->query == NULL ? 0 : transaction->query->defects;
    kept->defects |= transaction->response == NULL ? 0 : transaction->response->defects;
    struct buf text;
    buf_init(&text, sizeof kept->name);
    dns_name_print_lower(&transaction_asked(transaction)->question.name, &text);
    memcpy(kept->name, buf_text(&text), text.len + 1);
    buf_release(&text);
}

/* The handler's context is the story itself, which must not move any more. */
#define BEGIN(story, options)          \
    struct story story = {.count = 0}; \
    cr_assert_eq(pairing_new(options, keep, &story, &story.pairing), ST_OK)

/* Who speaks to whom; the last octet of 10.0.0.x. */
struct way {
    uint8_t client;
    uint8_t server;
    uint16_t port; /* the client's */
    bool is_tcp;
};

struct saying {
    const char *name; /* NULL: no question */
    uint16_t type;
    uint16_t id;
    uint16_t flags;      /* without QR */
    const char *address; /* of an A record in the answer; NULL: none */
    uint32_t defects;    /* that only the packet shows */
};

static inline struct ip_address host(uint8_t last)
{
    const uint8_t octets[4] = {10, 0, 0, last};
    return ip_from_v4(octets);
}

static inline size_t write_message(const struct saying *saying, bool is_response, uint8_t *to)
{
    struct buf wire;
    struct dns_name name;
    buf_init(&wire, 512);
    const bool is_bare = saying->name == NULL;
    cr_assert_eq(dns_name_parse(bytes_of(is_bare ? "." : saying->name), &name), ST_OK);
    const unsigned flags = saying->flags | (is_response ? DNS_FLAG_QR : 0U);
    const uint16_t words[] = {saying->id,
                              (uint16_t)flags,
                              is_bare ? 0 : 1,
                              is_response && saying->address != NULL ? 1 : 0,
                              0,
                              0};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        buf_add_u8(&wire, (uint8_t)(words[i] >> 8));
        buf_add_u8(&wire, (uint8_t)words[i]);
    }
    const uint8_t tail[] = {(uint8_t)(saying->type >> 8), (uint8_t)saying->type, 0, 1};
    if (!is_bare) {
        buf_add(&wire, (struct bytes){name.wire, name.len});
        buf_add(&wire, (struct bytes){tail, sizeof tail});
    }
    if (words[3] == 1) {
        struct ip_address ip;
        static const uint8_t RECORD[] = {0, 1, 0, 1, 0, 0, 0, 60, 0, 4};
        cr_assert_eq(ip_parse(bytes_of(saying->address), &ip), ST_OK);
        buf_add(&wire, is_bare ? BYTES_LITERAL("\0") : BYTES_LITERAL("\xc0\x0c"));
        buf_add(&wire, (struct bytes){RECORD, sizeof RECORD});
        buf_add(&wire, (struct bytes){ip.octets + 12, 4});
    }
    cr_assert(buf_ok(&wire));
    memcpy(to, wire.data, wire.len);
    const size_t len = wire.len;
    buf_release(&wire);
    return len;
}

static inline void say(struct story *story, int64_t time_ns, struct way way, struct saying saying,
                       bool is_response)
{
    uint8_t octets[512];
    struct dns_message message;
    const size_t len = write_message(&saying, is_response, octets);
    cr_assert_eq(dns_message_read((struct bytes){octets, len}, &message), ST_OK);
    message.defects |= saying.defects;
    const struct dns_delivery delivery = {
        .source = host(is_response ? way.server : way.client),
        .destination = host(is_response ? way.client : way.server),
        .source_port = is_response ? 53 : way.port,
        .destination_port = is_response ? way.port : 53,
        .is_tcp = way.is_tcp,
        .time_ns = time_ns,
    };
    pairing_message(story->pairing, &delivery, &message);
}

static inline void ask(struct story *story, int64_t time_ns, struct way way, struct saying saying)
{
    say(story, time_ns, way, saying, false);
}

static inline void answer(struct story *story, int64_t time_ns, struct way way,
                          struct saying saying)
{
    say(story, time_ns, way, saying, true);
}

static inline void end(struct story *story)
{
    pairing_finish(story->pairing);
    pairing_free(story->pairing);
}

static const struct pairing_options DEFAULTS = {0};
static const struct way WAY = {1, 53, 40000, false};
static const struct saying A_WEB = {"web.shop.test", 1, 7, DNS_FLAG_RD, "192.0.2.1", 0};

/* The transaction of a name and type, of which there must be exactly one. */
static inline const struct transaction *only(const struct story *story, const char *name)
{
    const struct transaction *found = NULL;
    for (size_t i = 0; i < story->count; i++) {
        if (strcmp(story->kept[i].name, name) != 0)
            continue;
        cr_assert_null(found, "%s came out twice", name);
        found = &story->kept[i].transaction;
    }
    cr_assert_not_null(found, "%s did not come out", name);
    return found;
}

#endif
