/* What can be wrong with a DNS message. Malformed traffic is data: a defect is recorded, what
 * precedes it is kept. */
#ifndef DNSIGHT_DNS_DEFECT_H
#define DNSIGHT_DNS_DEFECT_H

#include <stdint.h>

/* DEFECT(NAME, "name in lookup.defects", "what it means") */
#define DEFECT_LIST(DEFECT)                                                                      \
    DEFECT(HEADER_SHORT, "header_short", "fewer than the 12 octets of a header")                 \
    DEFECT(LABEL_TYPE, "label_type", "a label type other than length and pointer (RFC 6891, 5)") \
    DEFECT(POINTER_FORWARD, "pointer_forward",                                                   \
           "a compression pointer that points at or after itself")                               \
    DEFECT(POINTER_LOOP, "pointer_loop",                                                         \
           "compression pointers that do not go strictly backwards, or too many of them")        \
    DEFECT(NAME_TOO_LONG, "name_too_long", "a name of more than 255 octets")                     \
    DEFECT(NAME_OVERRUN, "name_overrun", "a name that runs past the end of the message")         \
    DEFECT(QUESTION_SHORT, "question_short", "the message ends inside a question")               \
    DEFECT(RECORD_SHORT, "record_short", "the message ends inside the fixed part of a record")   \
    DEFECT(RDATA_OVERRUN, "rdata_overrun", "RDLENGTH runs past the end of the message")          \
    DEFECT(RDATA_SHORT, "rdata_short", "RDATA ends before the fields of its type do")            \
    DEFECT(RDATA_LONG, "rdata_long", "RDATA has octets behind the fields of its type")           \
    DEFECT(RDATA_INVALID, "rdata_invalid", "RDATA breaks a rule of its type")                    \
    DEFECT(COUNT_MISMATCH, "count_mismatch", "the header promises more records than there are")  \
    DEFECT(TRAILING_OCTETS, "trailing_octets", "octets behind the last record")                  \
    DEFECT(EDNS_TWICE, "edns_twice", "more than one OPT record (RFC 6891, 6.1.1)")               \
    DEFECT(EDNS_OWNER, "edns_owner", "an OPT record whose owner is not the root")                \
    DEFECT(EDNS_SECTION, "edns_section", "an OPT record outside the Additional section")         \
    DEFECT(EDNS_OPTION, "edns_option", "an EDNS option that contradicts its length")             \
    DEFECT(QUESTION_NONE, "question_none", "a query or response without a question")             \
    DEFECT(QUESTION_MANY, "question_many",                                                       \
           "a header that promises more than one question (RFC 9619)")                           \
    DEFECT(CAPTURE_CUT, "capture_cut", "the capture holds only the start of the message")

#define DEFECT_ENUM(name, text, meaning) DEFECT_##name,
enum defect { DEFECT_LIST(DEFECT_ENUM) DEFECT_COUNT };
#undef DEFECT_ENUM

/* A set of defects is a uint32_t: bit n stands for the defect with value n. */

#define DEFECT_BIT(defect) (UINT32_C(1) << (defect))

/* The name used in `lookup.defects`; static storage. */
const char *defect_name(enum defect defect);
/* What it means, for people; static storage. */
const char *defect_meaning(enum defect defect);

#endif
