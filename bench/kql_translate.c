/* The median time from the text of a KQL expression to its Elasticsearch query, in nanoseconds.
 *
 *     kql_translate KQL [RUNS] */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "query/sources/translate.h"

#define RUNS_DEFAULT 1000000
#define MEMORY_MAX   ((size_t)1024 * 1024)

/* Longer ones count as this long, nanoseconds. */
#define NS_MAX 1000000

static long now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000 + now.tv_nsec;
}

/* All that is needed for one expression, from nothing. */
static bool translate_once(struct bytes text)
{
    const struct translate_options options = {.view = data_view_builtin()};
    const struct kql_node *tree = NULL;
    struct kql_error error;
    struct arena arena;
    struct buf query;
    arena_init(&arena, MEMORY_MAX);
    buf_init(&query, MEMORY_MAX);
    const bool is_ok = kql_parse(text, &arena, &tree, &error) == ST_OK &&
                       translate(tree, &options, &query, &error) == ST_OK;
    buf_release(&query);
    arena_release(&arena);
    return is_ok;
}

/* The number below which half of the runs stay: counts of runs by nanoseconds. */
static long median(const unsigned *counts, long runs)
{
    long seen = 0;
    for (long ns = 0; ns < NS_MAX; ns++) {
        seen += counts[ns];
        if (2 * seen >= runs)
            return ns;
    }
    return NS_MAX;
}

int main(int argc, char **argv)
{
    static unsigned counts[NS_MAX];
    const long runs = argc > 2 ? strtol(argv[2], NULL, 10) : RUNS_DEFAULT;
    if (argc < 2)
        return 2;
    for (long i = 0; i < runs; i++) {
        const long begin = now_ns();
        const bool is_ok = translate_once(bytes_of(argv[1]));
        const long ns = now_ns() - begin;
        if (!is_ok)
            return 1;
        counts[ns < NS_MAX ? ns : NS_MAX - 1]++;
    }
    (void)printf("%ld\n", median(counts, runs));
    return 0;
}
