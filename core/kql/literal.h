/* The lexical half of KQL: white space, keywords, and literals (field names and values) with
 * their escapes and wildcards. All functions take the whole expression and an offset in it. */
#ifndef DNSIGHT_KQL_LITERAL_H
#define DNSIGHT_KQL_LITERAL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/kql/ast.h"

/* Offset behind the white space at `pos`: blank, TAB, CR, LF, no-break space. Wider spaces, such as
 * U+3000, are text to KQL. */
size_t kql_skip_space(struct bytes text, size_t pos);

/* Offset behind the word ("or", "and", "not"; any case) and the white space that must follow it;
 * `pos` itself if they do not stand there. */
size_t kql_skip_keyword(struct bytes text, size_t pos, const char *word);

/* Offset behind white space, the word, and white space; `pos` itself if they do not stand there. */
size_t kql_skip_operator(struct bytes text, size_t pos, const char *word);

/* True for the characters that end an unquoted literal unless they are escaped. */
bool kql_is_special(uint8_t octet);

/* Reads the literal at *pos and moves *pos behind it (an unquoted one takes its trailing blanks
 * along). `text` must be valid UTF-8 and outlive the literal. Returns ST_OK; ST_INVALID if no
 * literal starts here or its closing quote is missing, with *pos untouched; ST_NO_MEMORY. */
MUST_CHECK enum status kql_literal_read(struct bytes text, size_t *pos, struct arena *arena,
                                        struct kql_literal *literal);

/* True if the literal is one unescaped '*' and nothing else. */
static inline bool kql_is_lone_wildcard(const struct kql_literal *literal)
{
    return literal->kind == KQL_WILDCARD && literal->piece_count == 2 &&
           literal->pieces[0].len == 0 && literal->pieces[1].len == 0;
}

/* True for the clause `* : *`, which Kibana turns into match_all wherever it stands. */
static inline bool kql_is_match_all(const struct kql_node *node)
{
    return node->kind == KQL_IS && kql_is_lone_wildcard(&node->field) &&
           kql_is_lone_wildcard(&node->value);
}

#endif
