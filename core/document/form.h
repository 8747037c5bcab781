/* The form of a document: what its text has in common with that of every document whose values have
 * the same traits (document.h), and the gaps for the values that differ. It is found out while a
 * document is written field by field, so that it cannot say anything else. */
#ifndef DNSIGHT_DOCUMENT_FORM_H
#define DNSIGHT_DOCUMENT_FORM_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/put.h"
#include "core/document/document.h"

/* Values and octets of the largest document that a form is kept of: about ten answer records. */
#define FORM_VALUES_MAX 256
#define FORM_TEXT_MAX   4096

/* What stands in a gap; the quotes of a text belong to the form. */
enum form_gap_kind {
    GAP_TEXT,
    GAP_PLAIN, /* a text without an escape */
    GAP_INTEGER,
    GAP_IP,
    GAP_MICROSECONDS, /* a time with so many decimals */
    GAP_NANOSECONDS,
    GAP_DOUBLE,
    GAP_END, /* no value: the end of the document */
};

struct form_gap {
    uint16_t text_len; /* octets of the form's text before the gap */
    uint16_t value;    /* index in the document */
    enum form_gap_kind kind;
};

struct form {
    uint32_t count; /* values */
    uint32_t trait_count;
    uint32_t text_len;
    uint32_t gap_count; /* 0: there is no form here */
    uint64_t traits[FORM_VALUES_MAX];
    struct form_gap gaps[FORM_VALUES_MAX + 1];
    uint8_t text[FORM_TEXT_MAX + PUT_PADDING]; /* all pieces, one behind the other */
};

#endif
