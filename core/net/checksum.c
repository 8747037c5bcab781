#include "core/net/checksum.h"

/* The sum of 16-bit words, of which the last may be half there. */
static uint32_t add(uint32_t sum, struct bytes octets)
{
    for (size_t i = 0; i < octets.len; i++) {
        sum += i % 2 == 0 ? (uint32_t)octets.data[i] << 8 : octets.data[i];
        /* Ends the carry, so that no number of words is too many. */
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return sum;
}

static uint32_t add_address(uint32_t sum, const struct ip_address *ip, bool is_ipv6)
{
    const struct bytes octets = {ip->octets, sizeof ip->octets};
    return add(sum, is_ipv6 ? octets : bytes_slice(octets, 12, 4));
}

/* Right sums have all bits set. */
static void count_unless_right(struct walk *w, uint32_t sum)
{
    sum = (sum & 0xffff) + (sum >> 16);
    w->decoder->counters.bad_checksums += sum == 0xffff ? 0 : 1;
}

void checksum_header(struct walk *w, size_t from)
{
    if (!w->is_quoted)
        count_unless_right(w, add(0, bytes_slice(w->in.in, from, w->in.pos - from)));
}

void checksum_transport(struct walk *w, size_t from, uint8_t protocol)
{
    const struct bytes octets = bytes_slice(w->in.in, from, w->in.in.len);
    if (w->missing != 0 || w->is_quoted)
        return;
    /* A sender of UDP over IPv4 may leave it out (RFC 768). */
    if (protocol == 17 && octets.len >= 8 && octets.data[6] == 0 && octets.data[7] == 0)
        return;
    uint32_t sum = protocol + (uint32_t)(octets.len & 0xffff) + (uint32_t)(octets.len >> 16);
    sum = add_address(sum, &w->packet.source, w->packet.is_ipv6);
    sum = add_address(sum, &w->packet.destination, w->packet.is_ipv6);
    count_unless_right(w, add(sum, octets));
}
