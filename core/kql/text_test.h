/* Tests for text: keywords, analysed text and flattened fields; results as in typed_test.h. */
#ifndef DNSIGHT_KQL_TEXT_TEST_H
#define DNSIGHT_KQL_TEXT_TEST_H

#include "core/kql/typed_test.h"

/* Words of the longest phrase that is searched. */
#define TEXT_PHRASE_MAX 64

/* The whole value is equal. */
MUST_CHECK enum status text_test_equal(const struct test_context *c,
                                       const struct data_view_field *field, struct bytes value,
                                       struct value_test *test);

/* Analysed text has one of the words, or all of them as a phrase. */
MUST_CHECK enum status text_test_words(const struct test_context *c, struct bytes value,
                                       bool is_phrase, struct value_test *test);

/* By octets: the whole value, or a word of analysed text. */
MUST_CHECK enum status text_test_range(const struct test_context *c,
                                       const struct data_view_field *field,
                                       const struct test_bounds *bounds, struct value_test *test);

/* The whole value, or a word of analysed text in lower case, is made of the pieces. */
MUST_CHECK enum status text_test_pieces(const struct test_context *c,
                                        const struct data_view_field *field,
                                        const struct bytes *pieces, size_t count,
                                        struct value_test *test);

#endif
