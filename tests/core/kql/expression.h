/* Expressions as trees, and a text that is made of them, for tests of what reads trees. */
#ifndef DNSIGHT_CORE_KQL_EXPRESSION_H
#define DNSIGHT_CORE_KQL_EXPRESSION_H

#include <criterion/criterion.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/kql/parser.h"

static struct arena arena; /* of the trees */
static struct buf out;

/* Before and after each test of a suite. */
static void start(void)
{
    arena_init(&arena, 1024 * 1024);
    buf_init(&out, 1024 * 1024);
}

static void stop(void)
{
    buf_release(&out);
    arena_release(&arena);
}

/* The tree of a text that is an expression; lives until the test ends. */
static const struct kql_node *parse(const char *text)
{
    const struct kql_node *tree = NULL;
    struct kql_error error;
    cr_assert_eq(kql_parse(bytes_of(text), &arena, &tree, &error), ST_OK, "%s", text);
    return tree;
}

#endif
