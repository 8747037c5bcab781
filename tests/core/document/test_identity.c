#include "core/document/identity.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "core/base/time_text.h"
#include "tests/core/dns/wire.h"

static struct dns_delivery between(const char *source, uint16_t source_port,
                                   const char *destination, uint16_t destination_port)
{
    struct dns_delivery delivery = {
        .source_port = source_port,
        .destination_port = destination_port,
        .time_ns = 1500000000 * NS_PER_S,
    };
    cr_assert_eq(ip_parse(bytes_of(source), &delivery.source), ST_OK);
    cr_assert_eq(ip_parse(bytes_of(destination), &delivery.destination), ST_OK);
    delivery.is_ipv6 = !ip_is_v4(&delivery.source);
    return delivery;
}

static void expect_community_id(struct dns_delivery delivery, const char *expected)
{
    struct buf text;
    buf_init(&text, 64);
    community_id_print(&delivery, &text);
    cr_assert_str_eq(buf_text(&text), expected);
    buf_release(&text);
}

/* Both from the baseline of the Community ID specification. */
Test(identity, community_id_of_the_specification)
{
    expect_community_id(between("192.168.1.52", 54585, "8.8.8.8", 53),
                        "1:d/FP5EW3wiY1vCndhwleRRKHowQ=");
    struct dns_delivery tcp = between("128.232.110.120", 34855, "66.35.250.204", 80);
    tcp.is_tcp = true;
    expect_community_id(tcp, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
}

Test(identity, community_id_is_the_same_in_both_directions)
{
    expect_community_id(between("8.8.8.8", 53, "192.168.1.52", 54585),
                        "1:d/FP5EW3wiY1vCndhwleRRKHowQ=");
}

/* A query for www.example.com A. */
#define QUERY "1234 0100 0001 0000 0000 0000 03'www'07'example'03'com'00 0001 0001"

static void identity_of(struct dns_delivery delivery, const char *message_text, const char *point,
                        char id[32])
{
    struct dns_message message;
    const struct bytes octets = wire(message_text);
    cr_assert_eq(dns_message_read(octets, &message), ST_OK);
    const struct transaction transaction = {.query = &message, .delivery = delivery};
    struct buf text;
    buf_init(&text, 64);
    identity_print(&transaction, bytes_of(point), &text);
    cr_assert_eq(text.len, 24);
    memcpy(id, buf_text(&text), 25);
    buf_release(&text);
    wire_free(octets);
}

Test(identity, any_difference_makes_another_identity)
{
    const struct dns_delivery delivery = between("10.0.0.1", 4000, "10.0.0.53", 53);
    char id[32];
    char other[32];
    identity_of(delivery, QUERY, "node-1", id);
    identity_of(delivery, QUERY, "node-1", other);
    cr_assert_str_eq(id, other);
    identity_of(delivery, QUERY, "node-2", other);
    cr_assert_str_neq(id, other);
    struct dns_delivery later = delivery;
    later.time_ns++;
    identity_of(later, QUERY, "node-1", other);
    cr_assert_str_neq(id, other);
    /* The first five characters are the start time alone: neighbours in time share them. */
    cr_assert_eq(strncmp(id, other, 5), 0);
    struct dns_delivery tcp = delivery;
    tcp.is_tcp = true;
    identity_of(tcp, QUERY, "node-1", other);
    cr_assert_str_neq(id, other);
    identity_of(delivery, "1234 0100 0001 0000 0000 0000 03'www'07'example'03'com'00 001c 0001",
                "node-1", other);
    cr_assert_str_neq(id, other);
}

Test(identity, capitals_of_the_question_do_not_matter)
{
    const struct dns_delivery delivery = between("10.0.0.1", 4000, "10.0.0.53", 53);
    char id[32];
    char other[32];
    identity_of(delivery, QUERY, "", id);
    identity_of(delivery, "1234 0100 0001 0000 0000 0000 03'WWW'07'Example'03'com'00 0001 0001", "",
                other);
    cr_assert_str_eq(id, other);
}
