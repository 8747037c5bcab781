#include "core/dns/stream.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "tests/core/dns/wire.h"

/* A query for www.example.com A: 33 octets. */
#define QUERY "1234 0100 0001 0000 0000 0000 03'www'07'example'03'com'00 0001 0001"

/* Reads all messages; returns how many were whole, and the octets used. */
static unsigned count(const char *text, bool after_gap, bool is_cut, size_t *used, unsigned *cut)
{
    const struct bytes octets = wire(text);
    struct dns_stream stream;
    unsigned whole = 0;
    *cut = 0;
    if (dns_stream_begin(&stream, octets, after_gap, is_cut)) {
        struct bytes message;
        bool is_whole = false;
        while (dns_stream_next(&stream, &message, &is_whole)) {
            whole += is_whole ? 1U : 0U;
            *cut += is_whole ? 0U : 1U;
        }
    }
    *used = stream.at;
    wire_free(octets);
    return whole;
}

Test(stream, messages_stand_one_behind_the_other)
{
    size_t used = 0;
    unsigned cut = 0;
    cr_assert_eq(count("0021" QUERY "0021" QUERY, false, false, &used, &cut), 2);
    cr_assert_eq(used, 70);
    cr_assert_eq(cut, 0);
}

Test(stream, message_that_is_not_whole_waits)
{
    size_t used = 0;
    unsigned cut = 0;
    cr_assert_eq(count("0021" QUERY "0021 1234", false, false, &used, &cut), 1);
    cr_assert_eq(used, 35);
    cr_assert_eq(count("00", false, false, &used, &cut), 0);
    cr_assert_eq(used, 0);
    cr_assert_eq(count("", false, false, &used, &cut), 0);
}

Test(stream, message_whose_end_will_not_come_is_taken_as_it_is)
{
    size_t used = 0;
    unsigned cut = 0;
    cr_assert_eq(count("0021" QUERY "0021 1234", false, true, &used, &cut), 1);
    cr_assert_eq(cut, 1);
    cr_assert_eq(count("0021", false, true, &used, &cut), 0);
    cr_assert_eq(cut, 0);
}

Test(stream, length_of_nothing_is_skipped)
{
    size_t used = 0;
    unsigned cut = 0;
    cr_assert_eq(count("0000 0000 0021" QUERY, false, false, &used, &cut), 1);
    cr_assert_eq(used, 39);
}

Test(stream, after_a_gap_the_next_plausible_message_counts)
{
    size_t used = 0;
    unsigned cut = 0;
    cr_assert_eq(count("07'example'03'com'00 0001 0001 0021" QUERY, true, false, &used, &cut), 1);
    cr_assert_eq(count("ffffffff ffffffff", true, false, &used, &cut), 0);
    cr_assert_eq(used, 8);
}
