#include "core/net/tcp_table.h"

#include <criterion/criterion.h>

#define CONNECTIONS 100

static struct tcp_table t;

static void setup(void)
{
    cr_assert_eq(tcp_table_init(&t, CONNECTIONS, 1, 65537), ST_OK);
}

static void teardown(void)
{
    tcp_table_release(&t);
}

TestSuite(tcp_table, .init = setup, .fini = teardown);

static struct tcp_key key_of_client(unsigned number, bool is_answer, unsigned *side)
{
    const struct ip_address client = ip_from_v4((const uint8_t[]){10, 0, 0, (uint8_t)number});
    const struct ip_address server = ip_from_v4((const uint8_t[]){10, 0, 0, 53});
    const uint16_t port = (uint16_t)(40000 + number);
    const struct packet packet = {
        .source = is_answer ? server : client,
        .destination = is_answer ? client : server,
        .source_port = is_answer ? 53 : port,
        .destination_port = is_answer ? port : 53,
    };
    return tcp_key_of(&packet, side);
}

Test(tcp_table, both_directions_have_one_key_and_two_sides)
{
    for (unsigned i = 0; i < 200; i += 100) { /* clients below and above the server's address */
        unsigned there = 9;
        unsigned back = 9;
        const struct tcp_key one = key_of_client(i, false, &there);
        const struct tcp_key other = key_of_client(i, true, &back);
        cr_expect_eq(memcmp(&one, &other, sizeof one), 0);
        cr_expect_eq(there + back, 1);
    }
}

Test(tcp_table, connections_are_found_until_they_are_replaced)
{
    unsigned side = 0;
    for (unsigned i = 0; i < 2 * CONNECTIONS; i++) {
        const struct tcp_key key = key_of_client(i, false, &side);
        cr_assert_null(tcp_table_find(&t, &key));
        struct tcp_connection *const c = tcp_table_replace(&t, &key);
        cr_assert_eq(tcp_table_find(&t, &key), c);
    }
    for (unsigned i = 0; i < 2 * CONNECTIONS; i++) {
        const struct tcp_key key = key_of_client(i, false, &side);
        cr_expect_eq(tcp_table_find(&t, &key) != NULL, i >= CONNECTIONS, "%u", i);
    }
}

Test(tcp_table, the_quietest_connection_is_replaced)
{
    unsigned side = 0;
    for (unsigned i = 0; i < CONNECTIONS; i++) {
        const struct tcp_key key = key_of_client(i, false, &side);
        (void)tcp_table_replace(&t, &key);
    }
    const struct tcp_key first = key_of_client(0, true, &side);
    cr_assert_not_null(tcp_table_find(&t, &first));
    const struct tcp_key another = key_of_client(CONNECTIONS, false, &side);
    (void)tcp_table_replace(&t, &another);
    const struct tcp_key second = key_of_client(1, false, &side);
    cr_expect_not_null(tcp_table_find(&t, &first));
    cr_expect_null(tcp_table_find(&t, &second));
}

Test(tcp_table, all_connections_are_walked_from_the_oldest)
{
    unsigned side = 0;
    const struct tcp_key key = key_of_client(7, false, &side);
    const struct tcp_connection *const newest = tcp_table_replace(&t, &key);
    const struct tcp_connection *c = tcp_table_oldest(&t);
    const struct tcp_connection *last = NULL;
    unsigned count = 0;
    for (; c != NULL; c = tcp_table_newer(&t, c)) {
        last = c;
        count++;
    }
    cr_expect_eq(count, CONNECTIONS);
    cr_expect_eq(last, newest);
}

Test(tcp_table, owners_are_found_by_their_number)
{
    unsigned side = 0;
    struct tcp_connection *const c = &t.connections[17];
    cr_expect_eq(tcp_table_owner_find(&t, tcp_table_owner(&t, c, 1), &side), c);
    cr_expect_eq(side, 1);
    cr_expect_eq(tcp_table_owner_find(&t, tcp_table_owner(&t, c, 0), &side), c);
    cr_expect_eq(side, 0);
}
