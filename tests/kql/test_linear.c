/* Evaluation takes linear time in the document: an octet costs the same whether the document has
 * few or a hundred times as many of them. The same number of octets is evaluated as a hundred
 * documents, as ten that are ten times as large, and as one; a quadratic step would make the last
 * one a hundred times as slow as the first. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <time.h>

#include "core/document/field_list.h"
#include "core/kql/evaluator.h"
#include "core/kql/parser.h"

#define MEMORY_MAX ((size_t)512 * 1024 * 1024)

/* Objects of the smallest document, and octets of each of their texts; a text is one octet short of
 * what is indexed when it is a hundred times as long. */
#define OBJECTS  50
#define TEXT_LEN 81

/* A document is so many times as large as the smallest, at most. */
#define TIMES_MAX 100

/* How much dearer an octet may be in the largest document: much less than a hundred times, and more
 * than the difference between caches and memory. */
#define DEARER_MAX 10.0

/* Each measurement is the best of so many. */
#define ATTEMPTS 5

TestSuite(linear, .timeout = 120);

/* What grows with the document. */
enum growth { MORE_OBJECTS, LONGER_TEXTS };

static void fill(struct document *document, enum growth growth, size_t times)
{
    static uint8_t letters[TEXT_LEN * TIMES_MAX];
    memset(letters, 'a', sizeof letters);
    const size_t objects = growth == MORE_OBJECTS ? OBJECTS * times : OBJECTS;
    const struct bytes text = {letters, growth == LONGER_TEXTS ? TEXT_LEN * times : TEXT_LEN};
    document_add_text(document, DOC_DNS_QUESTION_NAME, text);
    for (size_t i = 0; i < objects; i++) {
        const uint32_t outer = document_begin_object(document, DOC_RRSETS);
        document_add_text(document, DOC_RRSETS_NAME, text);
        document_add_text(document, DOC_RRSETS_TYPE, BYTES_LITERAL("A"));
        document_end_object(document, outer);
        document_add_text(document, DOC_RELATED_HOSTS, text);
    }
}

static double seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Seconds of evaluating TIMES_MAX / times documents. */
static double measure(const struct kql_program *program, enum growth growth, size_t times)
{
    struct document document;
    cr_assert_eq(document_init(&document, data_view_builtin(), MEMORY_MAX), ST_OK);
    fill(&document, growth, times);
    cr_assert_eq(document.dropped, 0);
    double best = 1e9;
    for (unsigned attempt = 0; attempt < ATTEMPTS; attempt++) {
        const double before = seconds();
        for (size_t i = 0; i < TIMES_MAX / times; i++)
            (void)kql_matches(program, &document);
        const double taken = seconds() - before;
        best = taken < best ? taken : best;
    }
    document_release(&document);
    return best;
}

static void expect_linear_growth(const char *text, const struct kql_program *program,
                                 enum growth growth)
{
    const double small = measure(program, growth, 1);
    const double middle = measure(program, growth, 10);
    const double large = measure(program, growth, TIMES_MAX);
    printf("%-13s 10x: %4.2f, 100x: %4.2f of the time for an octet: %s\n",
           growth == MORE_OBJECTS ? "more objects" : "longer texts", middle / small, large / small,
           text);
    cr_expect_lt(large, DEARER_MAX * small, "%s", text);
}

static void expect_linear(const char *text)
{
    struct arena arena;
    arena_init(&arena, MEMORY_MAX);
    const struct kql_options options = {data_view_builtin(), 0, NULL};
    const struct kql_node *tree = NULL;
    const struct kql_program *program = NULL;
    struct kql_error error = {.kind = KQL_ERROR_NONE};
    cr_assert_eq(kql_parse(bytes_of(text), &arena, &tree, &error), ST_OK, "%s", error.message);
    cr_assert_eq(kql_compile(tree, &options, &arena, &program, &error), ST_OK, "%s: %s", text,
                 error.message);
    expect_linear_growth(text, program, MORE_OBJECTS);
    expect_linear_growth(text, program, LONGER_TEXTS);
    arena_release(&arena);
}

Test(linear, wildcards)
{
    expect_linear("related.hosts: *a*a*a*a*a*a*a*a*b");
    expect_linear("dns.question.name: *aaaaaaaaaaaaaaaab* or related.hosts: *aaab*aaab*");
    expect_linear("rrsets:{name: *a*a*b*a or name: a*b*a}");
    expect_linear("related.hos*: *a*b");
}

Test(linear, groups_and_negation)
{
    expect_linear("not (related.hosts: *b and not (rrsets:{name: *b} or not rrsets:{name: *c}))");
    expect_linear("rrsets:{type: A and name: *b} or rrsets:{type: B} or rrsets:{not type: A}");
    expect_linear("not rrsets:{name: b and not (type: A and name: *a*b) or type: C}");
}

Test(linear, values_ranges_and_free_text)
{
    expect_linear("related.hosts: (b or c or d) or rrsets:{name: b} or related.hosts >= b");
    expect_linear("bbbb or \"cc dd\" or *b");
    expect_linear("related.hosts: * and not rrsets:{name: *} and rrsets:{ttl: *}");
}
