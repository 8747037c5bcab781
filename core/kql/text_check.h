/* Tests for text: keywords, analysed text and flattened fields; results as in typed_check.h. */
#ifndef DNSIGHT_KQL_TEXT_CHECK_H
#define DNSIGHT_KQL_TEXT_CHECK_H

#include "core/kql/typed_check.h"

/* Words of the longest phrase that is searched. */
#define TEXT_PHRASE_MAX 64

/* The whole value is equal. */
MUST_CHECK enum status text_check_equal(const struct check_context *c,
                                        const struct data_view_field *field, struct bytes value,
                                        struct value_check *check);

/* Analysed text has one of the words, or all of them as a phrase. */
MUST_CHECK enum status text_check_words(const struct check_context *c, struct bytes value,
                                        bool is_phrase, struct value_check *check);

/* By octets: the whole value, or a word of analysed text. */
MUST_CHECK enum status text_check_range(const struct check_context *c,
                                        const struct data_view_field *field,
                                        const struct check_bounds *bounds,
                                        struct value_check *check);

/* The whole value, or a word of analysed text in lower case, is made of the pieces. */
MUST_CHECK enum status text_check_pieces(const struct check_context *c,
                                         const struct data_view_field *field,
                                         const struct bytes *pieces, size_t count,
                                         struct value_check *check);

#endif
