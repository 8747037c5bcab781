/* Fragments of a few datagrams, in any order, overlapping and contradicting each other. Octets say
 * where they belong, so that a datagram put together wrongly is seen.
 *
 * Input: for each fragment an octet of flags (bits 0-2: datagram, 3: not the last, 4: two seconds
 * pass before it, 5: the frame ends behind it, 6: its octets contradict their place), two octets of
 * place, in units of 8 octets, and two of length. */
#include <assert.h>

#include "core/base/cursor.h"
#include "core/base/time_text.h"
#include "core/net/decoder.h"
#include "core/net/reassembly.h"
#include "tests/fuzz/harness.h"

/* Datagrams that are put together at once: fewer than are sent. */
#define DATAGRAM_COUNT 5

/* Octets of the longest fragment of IPv4, and of its place. */
#define FRAGMENT_MAX ((size_t)65535)

struct fragments {
    struct reassembly r;
    struct net_counters counters;
    struct frame frame;
    bool has_lies; /* some octets contradict their place */
    uint64_t sent;
};

static uint8_t octet_at(size_t place, unsigned datagram)
{
    return (uint8_t)(place * 7 + place / 256 + datagram);
}

static void check_whole(const struct fragments *f, struct bytes whole, unsigned datagram)
{
    assert(whole.len <= FRAGMENT_MAX);
    for (size_t i = 0; i < whole.len && !f->has_lies; i++)
        assert(whole.data[i] == octet_at(i, datagram));
    assert(f->has_lies || f->counters.fragment_conflicts == 0);
}

static void send(struct fragments *f, uint8_t flags, size_t at, size_t len)
{
    static uint8_t octets[FRAGMENT_MAX];
    const unsigned datagram = flags & 7U;
    const bool is_lie = (flags & 0x40) != 0;
    f->has_lies |= is_lie;
    for (size_t i = 0; i < len; i++)
        octets[i] = (uint8_t)(octet_at(at + i, datagram) ^ (is_lie ? 0xff : 0));
    const struct fragment fragment = {
        .key = {.identification = datagram, .protocol = 17},
        .at = at,
        .has_more = (flags & 8) != 0,
        .next = (uint8_t)datagram,
        .octets = {octets, len},
    };
    f->frame.number++;
    f->frame.time_ns += (flags & 0x10) != 0 ? 2 * NS_PER_S : 0;
    struct bytes whole;
    uint8_t next = 0;
    f->sent++;
    if (reassembly_add(&f->r, &fragment, &f->frame, &whole, &next))
        check_whole(f, whole, datagram);
    if ((flags & 0x20) != 0)
        reassembly_frame_end(&f->r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fragments f; /* made once: its memory is large */
    struct cursor c = cursor_of((struct bytes){data, size});
    if (f.r.slots == NULL && reassembly_init(&f.r, DATAGRAM_COUNT, &f.counters) != ST_OK)
        return 0;
    f.counters = (struct net_counters){0};
    f.has_lies = false;
    f.sent = 0;
    while (cursor_left(&c) >= 5) {
        const uint8_t flags = cursor_u8(&c);
        const size_t at = (size_t)(cursor_u16(&c) & 0x1fff) * 8;
        const size_t len = cursor_u16(&c);
        send(&f, flags, at, len);
    }
    reassembly_frame_end(&f.r);
    reassembly_finish(&f.r);
    /* What did not become a datagram was counted. */
    assert(f.counters.fragments + f.counters.reassembled <= f.sent);
    assert(f.counters.reassembled > 0 || f.counters.fragments == f.sent);
    return 0;
}
