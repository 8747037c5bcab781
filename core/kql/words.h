/* Text divided into words as Elasticsearch's standard analyzer does it: the boundaries of UAX #29,
 * what holds no letter or digit left out, lower case, pieces of at most 255 UTF-16 units; each
 * ideograph is a word. */
#ifndef DNSIGHT_KQL_WORDS_H
#define DNSIGHT_KQL_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

/* UTF-16 units of the longest word, and octets it can take in lower case. */
#define WORD_UNITS_MAX  255
#define WORD_OCTETS_MAX ((size_t)3 * WORD_UNITS_MAX)

struct word_reader {
    struct bytes rest;
    uint8_t word[WORD_OCTETS_MAX]; /* the last word, in lower case */
};

/* A reader of the words of a text, which must outlive it. */
static inline struct word_reader word_reader_of(struct bytes text)
{
    struct word_reader reader;
    reader.rest = text;
    return reader;
}

/* The next word, in the reader's memory; false behind the last one. */
bool word_next(struct word_reader *reader, struct bytes *word);

#endif
