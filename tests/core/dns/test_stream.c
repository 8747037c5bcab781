#include "core/dns/stream.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/base/macros.h"
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

static bool is_recognised(const char *text)
{
    const struct bytes octets = wire(text);
    const bool is = dns_message_recognise(octets);
    wire_free(octets);
    return is;
}

Test(stream, messages_are_recognised_by_their_octets)
{
    cr_expect(is_recognised(QUERY));
    cr_expect(is_recognised("1234 8180 0001 0001 0000 0000 01 'a' 00 0001 0001"
                            "c00c 0001 0001 0000003c 0004 c0000201"));
    cr_expect_not(is_recognised(""));
    cr_expect_not(is_recognised("1234 0100 0000 0000 0000 0000")); /* no question */
    cr_expect_not(is_recognised("1234 7900 0001 0000 0000 0000 01 'a' 00 0001 0001")); /* opcode */
    cr_expect_not(is_recognised("1234 0100 0001 0000 0000 0000 01 'a' 00 ff01 0001")); /* type */
    cr_expect_not(is_recognised("1234 0100 0001 0000 0000 0000 01 'a' 00 0001 0009")); /* class */
    cr_expect_not(is_recognised("1234 0100 0001 0000 0000 0000 01 'a' 00 0001 0001 00"));
    cr_expect_not(is_recognised("'GET / HTTP/1.1 Host: www.example.com'"));
}

Test(stream, streams_are_recognised_by_their_first_message)
{
    static const struct {
        const char *text;
        bool is;
        bool is_short;
    } CASES[] = {
        {"0021" QUERY, true, false},
        {"0021 1234 0100 0001 0000 0000 0000 03'www'", false, false},
        {"0021 1234 0100", false, true},
        {"'GET / HTTP/1.1 Host: www.example.com'", false, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        const struct bytes octets = wire(CASES[i].text);
        bool is_short = false;
        cr_expect_eq(dns_stream_recognise(octets, &is_short), CASES[i].is, "%zu", i);
        cr_expect_eq(is_short, CASES[i].is_short, "%zu", i);
        wire_free(octets);
    }
}
