/* From "the grammar cannot go on here" to a sentence that helps. */
#ifndef DNSIGHT_KQL_SYNTAX_ERROR_H
#define DNSIGHT_KQL_SYNTAX_ERROR_H

#include <stddef.h>

#include "core/base/bytes.h"
#include "core/kql/parser.h"

/* What the grammar could have gone on with. */
enum kql_expected {
    KQL_EXPECT_CLAUSE, /* a clause: at the start, behind and, or, not, "(" and "{" */
    KQL_EXPECT_VALUE,  /* a value: behind a colon or a comparison, and in a value group */
    KQL_EXPECT_END,    /* an operator, or the end of the group or the expression */
};

/* A group of the expression that is open where the error is. */
struct kql_group {
    size_t at;                     /* offset of its opening character */
    char close;                    /* the character that ends it: ) } or > */
    const struct kql_group *outer; /* NULL: the expression itself */
};

struct kql_failure {
    struct bytes text; /* the whole expression */
    size_t at;         /* where it cannot go on */
    enum kql_expected expected;
    const struct kql_group *group; /* innermost open group, or NULL */
    struct bytes before;           /* last word or sign that wants something behind it, a view of
                                      text; or empty */
    size_t literal_at;             /* last literal that was read: [literal_at, literal_end); */
    size_t literal_end;            /* both 0 if there is none */
};

/* Fills *error for a failure. */
void kql_syntax_error(const struct kql_failure *failure, struct kql_error *error);

/* The column of an offset, as people count: characters from 1. */
size_t kql_column(struct bytes text, size_t at);

#endif
