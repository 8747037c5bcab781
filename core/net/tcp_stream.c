#include "core/net/tcp_stream.h"

#include <assert.h>

#include "core/base/time_text.h"
#include "core/net/tcp_table.h"
#include "core/net/walk.h"

/* Packet time for which a segment waits for octets before it. */
#define WAIT_MAX_NS ((uint64_t)NS_PER_S)

/* How far a sequence number may be from the others, in octets. */
#define FAR (1 << 20)

/* One direction of a connection. */
struct way {
    struct net_decoder *decoder;
    struct tcp_connection *connection;
    struct tcp_side *side;
    unsigned index; /* of side in connection->sides */
};

static struct way way_of(struct net_decoder *d, struct tcp_connection *c, unsigned index)
{
    return (struct way){d, c, &c->sides[index], index};
}

/* The packet as the other end would send it. */
static struct packet turned(const struct packet *packet)
{
    struct packet other = *packet;
    other.source = packet->destination;
    other.destination = packet->source;
    other.source_port = packet->destination_port;
    other.destination_port = packet->source_port;
    return other;
}

/* Gives octets to the handler. Returns how many it has finished with. */
static size_t deliver(const struct way *way, struct bytes octets, bool is_cut,
                      const struct frame *frame)
{
    const struct packet *const first = &way->connection->packet;
    struct packet packet = way->index == 0 ? *first : turned(first);
    packet.payload = octets;
    packet.is_cut = is_cut;
    packet.after_gap = way->side->after_gap;
    packet.frame = frame;
    const size_t taken = way->decoder->handler(way->decoder->context, &packet);
    if (taken == PACKET_LOST)
        way->side->after_gap = true;
    else if (taken > 0)
        way->side->after_gap = false;
    return taken < octets.len ? taken : octets.len;
}

static void release_buffer(const struct way *way)
{
    gap_buffer_release(&way->decoder->tcp.pool, way->side->buffer);
    way->side->buffer = NULL;
}

/* Octets of the stream are lost between what was delivered and what comes next. */
static void note_gap(const struct way *way)
{
    way->side->after_gap = true;
    way->decoder->counters.tcp_gaps++;
}

/* Gives the held octets to the handler and keeps what it leaves, unless that is too much. */
static void deliver_held(const struct way *way, const struct frame *frame)
{
    struct gap_buffer *const b = way->side->buffer;
    const size_t taken = deliver(way, (struct bytes){b->data, b->held}, false, frame);
    gap_buffer_drop(b, taken);
    if (b->held > way->decoder->tcp.kept_max) {
        gap_buffer_drop(b, b->held);
        note_gap(way);
    }
    if (b->held == 0 && b->waiting_count == 0)
        release_buffer(way);
}

/* Gives the held octets to the handler for the last time: what should follow them is lost. */
static void give_up_held(const struct way *way)
{
    struct gap_buffer *const b = way->side->buffer;
    if (b == NULL)
        return;
    if (b->held > 0) {
        (void)deliver(way, (struct bytes){b->data, b->held}, true, &b->last);
        gap_buffer_drop(b, b->held);
        way->side->after_gap = true;
    }
    if (b->waiting_count == 0)
        release_buffer(way);
}

static bool is_waiting(const struct way *way)
{
    return way->side->buffer != NULL && way->side->buffer->waiting_count > 0;
}

/* Delivers the first waiting segment and gives up what is missing before it. */
static void skip_hole(const struct way *way)
{
    struct gap_buffer *const b = way->side->buffer;
    if (b->waiting[0].from > b->held)
        give_up_held(way);
    assert(way->side->buffer == b); /* it is released only when nothing waits */
    const size_t len = b->waiting[0].to - b->waiting[0].from;
    const size_t hole = gap_buffer_skip(b);
    way->side->next += (uint32_t)(hole + len);
    if (hole != 0)
        note_gap(way);
    deliver_held(way, &b->last);
}

/* Delivers everything that is there and frees the buffer. */
static void flush(const struct way *way)
{
    while (is_waiting(way))
        skip_hole(way);
    give_up_held(way);
}

static void close_side(const struct way *way)
{
    flush(way);
    way->side->is_closed = true;
}

/* The buffer of a direction; another one loses its own if there are too few. */
static struct gap_buffer *buffer_of(const struct way *way)
{
    struct tcp_table *const t = &way->decoder->tcp;
    if (way->side->buffer != NULL)
        return way->side->buffer;
    struct gap_buffer *const b = gap_buffer_oldest(&t->pool);
    if (b->owner != GAP_NO_OWNER) {
        unsigned index = 0;
        struct tcp_connection *const c = tcp_table_owner_find(t, b->owner, &index);
        const struct way loser = way_of(way->decoder, c, index);
        flush(&loser);
        note_gap(&loser);
    }
    gap_buffer_acquire(&t->pool, b, tcp_table_owner(t, way->connection, way->index));
    way->side->buffer = b;
    return b;
}

static int32_t distance(uint32_t from, uint32_t to)
{
    return (int32_t)(to - from);
}

/* Goes on at a sequence number and gives up what is missing before it. */
static void jump(const struct way *way, uint32_t sequence)
{
    flush(way);
    if (distance(way->side->next, sequence) <= 0)
        return;
    way->side->next = sequence;
    note_gap(way);
}

/* Takes octets that continue the stream. Mostly these are whole messages, which the handler reads
 * where they are; what it leaves is kept. */
static void take_in_order(const struct way *way, struct bytes octets, bool is_cut,
                          const struct frame *frame)
{
    struct tcp_side *const side = way->side;
    const bool is_direct = side->buffer == NULL;
    struct bytes rest = octets;
    if (octets.len == 0)
        return;
    if (is_direct) {
        side->next += (uint32_t)octets.len;
        rest = bytes_slice(octets, deliver(way, octets, is_cut, frame), octets.len);
    }
    if (rest.len == 0 || (is_direct && is_cut))
        return;
    struct gap_buffer *const b = buffer_of(way);
    const size_t had = b->held;
    /* A buffer has room for a segment behind what may be kept. */
    const bool has_room = gap_buffer_add(b, had, rest, frame);
    assert(has_room);
    if (is_direct)
        return;
    side->next += (uint32_t)(b->held - had);
    deliver_held(way, frame);
}

/* A segment far from all others is a stray, unless the next one continues it: then octets were
 * lost, or this is a new connection whose beginning was. */
static bool is_stray(const struct way *way, const struct tcp_segment *segment)
{
    struct tcp_side *const side = way->side;
    const int32_t ahead = distance(side->next, segment->sequence);
    if (ahead <= FAR && ahead >= -FAR)
        return false;
    const bool is_confirmed =
        side->is_closed || (side->has_jump && side->jump == segment->sequence);
    side->has_jump = !is_confirmed;
    side->jump = segment->sequence + (uint32_t)(segment->payload.len + segment->missing);
    if (!is_confirmed)
        return true;
    flush(way);
    side->next = segment->sequence;
    note_gap(way);
    return false;
}

/* Keeps a segment that came before its turn. False if it cannot wait. */
static bool keep_ahead(const struct way *way, const struct tcp_segment *segment,
                       const struct frame *frame)
{
    way->decoder->counters.tcp_reordered++;
    if (segment->payload.len == 0)
        return true;
    struct gap_buffer *const b = buffer_of(way);
    const size_t ahead = segment->sequence - way->side->next;
    return gap_buffer_add(b, b->held + ahead, segment->payload, frame);
}

static void take_payload(const struct way *way, const struct tcp_segment *segment,
                         const struct frame *frame)
{
    struct tcp_side *const side = way->side;
    if (!side->is_known) {
        side->is_known = true;
        side->next = segment->sequence;
        side->after_gap = true;
    }
    if (is_stray(way, segment)) {
        way->decoder->counters.tcp_strays++;
        return;
    }
    if (distance(side->next, segment->sequence) > 0) {
        if (keep_ahead(way, segment, frame))
            return;
        jump(way, segment->sequence);
    }
    const uint32_t end = segment->sequence + (uint32_t)(segment->payload.len + segment->missing);
    if (distance(side->next, end) <= 0) {
        way->decoder->counters.tcp_retransmitted++;
        return;
    }
    const size_t old = side->next - segment->sequence;
    const struct bytes fresh = bytes_slice(segment->payload, old, TCP_SEGMENT_MAX);
    side->is_closed = false;
    take_in_order(way, fresh, segment->missing != 0, frame);
    if (distance(side->next, end) > 0)
        jump(way, end);
}

/* Octets missing before the first waiting segment: none, if the hole before it was given up and
 * another segment stood in between. */
static size_t missing_before(const struct way *way)
{
    const struct gap_buffer *const b = way->side->buffer;
    return b->waiting[0].from - b->held;
}

/* The other end has everything before a sequence number. */
static void take_acknowledgement(const struct way *way, uint32_t acknowledged)
{
    while (is_waiting(way)) {
        const size_t ahead = missing_before(way);
        if (ahead != 0 && distance(way->side->next + (uint32_t)ahead, acknowledged) <= 0)
            return;
        skip_hole(way);
    }
}

/* Gives up octets that others have been waiting for too long. */
static void skip_late(const struct way *way, int64_t now_ns)
{
    while (is_waiting(way)) {
        const int64_t since_ns = way->side->buffer->waiting[0].frame.time_ns;
        const bool is_late =
            now_ns > since_ns && (uint64_t)now_ns - (uint64_t)since_ns > WAIT_MAX_NS;
        if (!is_late && missing_before(way) != 0)
            return;
        skip_hole(way);
    }
}

/* The start of a connection, unless it is one that is known already. */
static void take_syn(const struct way *way, const struct way *other,
                     const struct tcp_segment *segment)
{
    struct tcp_side *const side = way->side;
    const uint32_t first = segment->sequence + 1;
    const bool is_again = side->has_first && side->first == first;
    /* Disorder may bring data before the SYN that it belongs to. */
    const bool is_late = side->is_known && !side->is_closed && !side->has_first &&
                         side->next - first <= (uint32_t)FAR;
    if (!is_again && !is_late) {
        flush(way);
        *side = (struct tcp_side){.is_known = true, .next = first};
        if ((segment->flags & TCP_ACK) == 0) {
            flush(other);
            *other->side = (struct tcp_side){0};
        }
    }
    side->has_first = true;
    side->first = first;
}

static void take_segment(struct tcp_connection *c, unsigned index, struct net_decoder *d,
                         const struct tcp_segment *segment, const struct frame *frame)
{
    const struct way way = way_of(d, c, index);
    const struct way other = way_of(d, c, 1 - index);
    struct tcp_segment data = *segment;
    skip_late(&way, frame->time_ns);
    if ((segment->flags & TCP_ACK) != 0)
        take_acknowledgement(&other, segment->acknowledged);
    if ((segment->flags & TCP_SYN) != 0) {
        take_syn(&way, &other, segment);
        data.sequence++;
    }
    if (data.payload.len + data.missing > 0)
        take_payload(&way, &data, frame);
    const uint32_t end = data.sequence + (uint32_t)(data.payload.len + data.missing);
    if ((segment->flags & TCP_RST) != 0) {
        close_side(&way);
        close_side(&other);
    } else if ((segment->flags & TCP_FIN) != 0 && distance(way.side->next, end) <= 0) {
        close_side(&way);
    }
}

/* Forgets the connection that was quiet longest in favour of a new one. */
static struct tcp_connection *connection_new(struct net_decoder *d, const struct tcp_key *key,
                                             const struct packet *packet, unsigned index)
{
    struct tcp_connection *const oldest = tcp_table_oldest(&d->tcp);
    for (unsigned i = 0; i < 2; i++) {
        const struct way way = way_of(d, oldest, i);
        d->counters.tcp_evicted += way.side->is_known && !way.side->is_closed;
        flush(&way);
    }
    struct tcp_connection *const c = tcp_table_replace(&d->tcp, key);
    c->packet = index == 0 ? *packet : turned(packet);
    return c;
}

void tcp_stream_segment(struct net_decoder *d, const struct packet *packet,
                        const struct tcp_segment *segment)
{
    const bool has_data = segment->payload.len + segment->missing > 0;
    d->counters.tcp_segments += has_data;
    /* A mere acknowledgement matters only to what waits for it. */
    if (!has_data && (segment->flags & (TCP_SYN | TCP_FIN | TCP_RST)) == 0 &&
        d->tcp.pool.used_count == 0)
        return;
    unsigned index = 0;
    const struct tcp_key key = tcp_key_of(packet, &index);
    struct tcp_connection *c = tcp_table_find(&d->tcp, &key);
    if (c == NULL && !has_data && (segment->flags & TCP_SYN) == 0)
        return;
    if (c == NULL)
        c = connection_new(d, &key, packet, index);
    take_segment(c, index, d, segment, packet->frame);
}

void tcp_stream_finish(struct net_decoder *d)
{
    struct tcp_connection *c = tcp_table_oldest(&d->tcp);
    for (; c != NULL; c = tcp_table_newer(&d->tcp, c)) {
        for (unsigned i = 0; i < 2; i++) {
            const struct way way = way_of(d, c, i);
            close_side(&way);
        }
    }
    tcp_table_reset(&d->tcp);
}
