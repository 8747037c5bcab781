/* Domain names on the wire (RFC 1035, 3.1 and 4.1.4) and as text (RFC 1035, 5.1; RFC 4343). */
#ifndef DNSIGHT_DNS_NAME_H
#define DNSIGHT_DNS_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/block.h"
#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"

/* Octets of the longest name, the root label included (RFC 1035, 2.3.4). */
#define DNS_NAME_MAX 255

/* A name without compression: labels with their lengths, ended by the root label. What is in `wire`
 * behind it means nothing; it is there so that names can be worked on in blocks. */
struct dns_name {
    uint8_t len;    /* octets used, 1 to DNS_NAME_MAX */
    uint8_t labels; /* labels without the root label, 0 to 127 */
    uint8_t wire[DNS_NAME_MAX + 1 + BLOCK_LEN];
};

/* Reads the name at offset `at` of `message` and follows its pointers, which must point strictly
 * backwards, each before the start of the run of labels it ends, and be no more than 127. *after is
 * the offset behind the name in its place (behind the first pointer). Returns ST_OK; ST_TRUNCATED
 * or ST_MALFORMED with the defect added to *defects and *name and *after untouched. */
MUST_CHECK enum status dns_name_read(struct bytes message, size_t at, struct dns_name *name,
                                     size_t *after, uint32_t *defects);

/* Checks a name as dns_name_read does, without keeping it. */
MUST_CHECK enum status dns_name_check(struct bytes message, size_t at, size_t *after,
                                      uint32_t *defects);

/* The offset behind a name that dns_name_check has accepted, without following its pointers; 0 if
 * it runs past the end. */
size_t dns_name_skip(struct bytes message, size_t at);

/* Text of a name as lookups are stored: no final dot, "." for the root; a dot or backslash inside
 * a label as \. and \\, octets outside 0x21 to 0x7e as \DDD; the case is kept. */
void dns_name_print(const struct dns_name *name, struct buf *out);

/* As dns_name_print with the letters A to Z in lower case. Returns true if the text, as it stands,
 * can also be the content of a JSON string; false says nothing. */
bool dns_name_print_lower(const struct dns_name *name, struct buf *out);

/* Lower-cases the letters A to Z (RFC 4343). */
void dns_name_lower(struct dns_name *name);

/* Makes *lower the name in lower case; octets behind its end may become anything. */
void dns_name_copy_lower(const struct dns_name *name, struct dns_name *lower);

/* Copies a name; octets behind its end are left as they are or become anything. */
static inline void dns_name_copy(const struct dns_name *name, struct dns_name *copy)
{
    copy->len = name->len;
    copy->labels = name->labels;
    for (size_t at = 0; at < name->len; at += BLOCK_LEN)
        block_store(copy->wire + at, block_load(name->wire + at));
}

/* Equality without regard to ASCII case. */
bool dns_name_equal(const struct dns_name *a, const struct dns_name *b);

/* Reads presentation format with or without a final dot. Returns ST_OK, or ST_INVALID. */
MUST_CHECK enum status dns_name_parse(struct bytes text, struct dns_name *name);

#endif
