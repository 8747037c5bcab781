/* What can be wrong with a DNS message. Malformed traffic is data: a defect is recorded, what
 * precedes it is kept. */
#ifndef DNSIGHT_DNS_DEFECT_H
#define DNSIGHT_DNS_DEFECT_H

#include <stdint.h>

/* DEFECT(NAME, "name in lookup.defects", "what it means", "what is kept"). The page docs/defects.md
 * is made from these rows and the examples of tests/data/defects.txt by scripts/make-defects. */
#define DEFECT_LIST(DEFECT)                                                                        \
    DEFECT(HEADER_SHORT, "header_short", "fewer than the 12 octets of a header",                   \
           "when, from where, to where, and how many octets")                                      \
    DEFECT(LABEL_TYPE, "label_type", "a label type other than length and pointer (RFC 6891, 5)",   \
           "what precedes the question or record; in RDATA everything, the data as octets")        \
    DEFECT(POINTER_FORWARD, "pointer_forward",                                                     \
           "a compression pointer that points at or after itself",                                 \
           "what precedes the question or record; in RDATA everything, the data as octets")        \
    DEFECT(POINTER_LOOP, "pointer_loop",                                                           \
           "compression pointers that do not go strictly backwards, or too many of them",          \
           "what precedes the question or record; in RDATA everything, the data as octets")        \
    DEFECT(NAME_TOO_LONG, "name_too_long", "a name of more than 255 octets",                       \
           "what precedes the question or record; in RDATA everything, the data as octets")        \
    DEFECT(NAME_OVERRUN, "name_overrun", "a name that runs past the end of the message",           \
           "what precedes the question or record")                                                 \
    DEFECT(QUESTION_SHORT, "question_short", "the message ends inside a question",                 \
           "what precedes the question; of the first one its name, too")                           \
    DEFECT(RECORD_SHORT, "record_short", "the message ends inside the fixed part of a record",     \
           "what precedes the record")                                                             \
    DEFECT(RDATA_OVERRUN, "rdata_overrun", "RDLENGTH runs past the end of the message",            \
           "what precedes the record")                                                             \
    DEFECT(RDATA_SHORT, "rdata_short", "RDATA ends before the fields of its type do",              \
           "everything; the data as octets")                                                       \
    DEFECT(RDATA_LONG, "rdata_long", "RDATA has octets behind the fields of its type",             \
           "everything; the data as octets")                                                       \
    DEFECT(RDATA_INVALID, "rdata_invalid", "RDATA breaks a rule of its type",                      \
           "everything; the data as octets")                                                       \
    DEFECT(COUNT_MISMATCH, "count_mismatch", "the header promises more records than there are",    \
           "everything, and the counts as they are")                                               \
    DEFECT(TRAILING_OCTETS, "trailing_octets", "octets behind the last record",                    \
           "everything but these octets")                                                          \
    DEFECT(EDNS_TWICE, "edns_twice", "more than one OPT record (RFC 6891, 6.1.1)",                 \
           "everything; the first one counts")                                                     \
    DEFECT(EDNS_OWNER, "edns_owner", "an OPT record whose owner is not the root",                  \
           "everything; the record counts")                                                        \
    DEFECT(EDNS_SECTION, "edns_section", "an OPT record outside the Additional section",           \
           "everything; the record does not count")                                                \
    DEFECT(EDNS_OPTION, "edns_option", "an EDNS option that contradicts its length",               \
           "everything; the value of the option, or all of OPT, as octets")                        \
    DEFECT(QUESTION_NONE, "question_none", "a query or response without a question", "everything") \
    DEFECT(QUESTION_MANY, "question_many",                                                         \
           "a header that promises more than one question (RFC 9619)",                             \
           "everything; the first one is the question of the lookup")                              \
    DEFECT(CAPTURE_CUT, "capture_cut", "the capture holds only the start of the message",          \
           "what is there, with the defects of its end")                                           \
    DEFECT(FRAGMENT_OVERLAP, "fragment_overlap",                                                   \
           "IP fragments that overlap and differ (RFC 5722)", "the octets that came first")

#define DEFECT_ENUM(name, text, meaning, kept) DEFECT_##name,
enum defect { DEFECT_LIST(DEFECT_ENUM) DEFECT_COUNT };
#undef DEFECT_ENUM

/* A set of defects is a uint32_t: bit n stands for the defect with value n. */

#define DEFECT_BIT(defect) (UINT32_C(1) << (defect))

/* The name used in `lookup.defects`; static storage. */
const char *defect_name(enum defect defect);
/* What it means, for people; static storage. */
const char *defect_meaning(enum defect defect);

#endif
