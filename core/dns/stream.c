#include "core/dns/stream.h"

#include "core/base/cursor.h"
#include "core/dns/message.h"
#include "core/dns/mnemonic.h"

/* Opcodes and RCODEs above these are not in use: a header that has one is none. */
#define OPCODE_MAX 6U
#define RCODE_MAX  11U

/* Octets of the shortest question and of the shortest record (RFC 1035, 4.1). */
#define QUESTION_MIN 5U
#define RECORD_MIN   11U

/* True if a message of `len` octets may have this header: one question, codes that are in use, and
 * no more records than fit. */
static bool is_plausible_header(const struct dns_header *header, size_t len)
{
    const size_t records = (size_t)header->ancount + header->nscount + header->arcount;
    return header->qdcount == 1 && (header->flags >> 11 & 15U) <= OPCODE_MAX &&
           (header->flags & 15U) <= RCODE_MAX && (header->flags & DNS_FLAG_Z) == 0 &&
           DNS_HEADER_LEN + QUESTION_MIN + records * RECORD_MIN <= len;
}

/* True if a message may start at `at`: its length is in front of it, its header is plausible, and
 * its question, as far as it is there, asks for something that has a name. The header is looked at
 * first: a stream of anything else must not cost a reading at each of its octets. */
static bool is_plausible(struct bytes octets, size_t at)
{
    struct cursor c = cursor_of(bytes_slice(octets, at, octets.len));
    const size_t len = cursor_u16(&c);
    const struct bytes rest = bytes_slice(cursor_rest(&c), 0, len);
    struct cursor start = cursor_of(rest);
    struct dns_header header;
    struct dns_message message;
    if (dns_header_read(&start, &header) != ST_OK || !is_plausible_header(&header, len) ||
        dns_message_read(rest, &message) != ST_OK)
        return false;
    return message.question_count == 1 && dns_type_name(message.question.type) != NULL &&
           dns_class_name(message.question.class) != NULL;
}

bool dns_message_recognise(struct bytes octets)
{
    struct dns_message message;
    return dns_message_read(octets, &message) == ST_OK && message.defects == 0 &&
           is_plausible_header(&message.header, octets.len) &&
           dns_type_name(message.question.type) != NULL &&
           dns_class_name(message.question.class) != NULL;
}

bool dns_stream_recognise(struct bytes octets, bool *is_short)
{
    *is_short = octets.len < DNS_STREAM_LENGTH_LEN + DNS_HEADER_LEN;
    return !*is_short && is_plausible(octets, 0);
}

bool dns_stream_begin(struct dns_stream *stream, struct bytes octets, bool after_gap, bool is_cut)
{
    *stream = (struct dns_stream){.octets = octets, .is_cut = is_cut};
    if (!after_gap)
        return true;
    while (stream->at < octets.len && !is_plausible(octets, stream->at))
        stream->at++;
    return stream->at < octets.len;
}

bool dns_stream_next(struct dns_stream *stream, struct bytes *message, bool *is_whole)
{
    for (;;) {
        struct cursor c = cursor_of(bytes_slice(stream->octets, stream->at, stream->octets.len));
        const size_t len = cursor_u16(&c);
        const size_t there = cursor_left(&c);
        if (!cursor_ok(&c) || (there < len && (!stream->is_cut || there == 0)))
            return false;
        *message = cursor_take(&c, there < len ? there : len);
        *is_whole = message->len == len;
        stream->at += DNS_STREAM_LENGTH_LEN + message->len;
        /* A length of 0 announces nothing. */
        if (len > 0)
            return true;
    }
}
