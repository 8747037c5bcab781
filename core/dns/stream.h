/* Messages in a stream of octets, each behind its length (RFC 1035, 4.2.2; RFC 7766, 8). */
#ifndef DNSIGHT_DNS_STREAM_H
#define DNSIGHT_DNS_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"

/* Octets of the length before each message. */
#define DNS_STREAM_LENGTH_LEN 2

struct dns_stream {
    struct bytes octets; /* what there is of the stream */
    size_t at;           /* octets finished with */
    bool is_cut;         /* nothing will follow: a message that is not whole is taken as it is */
};

/* True if octets are likely to be a message: one question for something that has a name, codes that
 * are in use, and nothing wrong with it. */
bool dns_message_recognise(struct bytes octets);

/* The same of a stream, by the header and the question of its first message. *is_short says that it
 * is too early to tell. */
bool dns_stream_recognise(struct bytes octets, bool *is_short);

/* Begins at the start of the octets, or, `after_gap`, at the first place where a length and a
 * plausible message stand. False if there is no such place. */
bool dns_stream_begin(struct dns_stream *stream, struct bytes octets, bool after_gap, bool is_cut);

/* The next message. False when there is none, or when its end has not come yet. *is_whole is false
 * for a message whose end will not come. */
bool dns_stream_next(struct dns_stream *stream, struct bytes *message, bool *is_whole);

#endif
