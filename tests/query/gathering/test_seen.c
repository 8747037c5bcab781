#include "query/gathering/seen.h"

#include <criterion/criterion.h>
#include <stdio.h>

static bool is_new(struct seen *seen, unsigned number)
{
    char id[32];
    (void)snprintf(id, sizeof id, "%u", number);
    return seen_is_new(seen, bytes_of(id));
}

Test(seen, an_identity_is_new_once_however_many_there_are)
{
    struct seen *seen = NULL;
    cr_assert_eq(seen_new(&seen), ST_OK);
    for (unsigned i = 0; i < 5000; i++)
        cr_assert(is_new(seen, i), "%u", i);
    for (unsigned i = 0; i < 5000; i++)
        cr_assert_not(is_new(seen, i), "%u", i);
    cr_expect(is_new(seen, 5000));
    seen_free(seen);
}

Test(seen, what_has_no_identity_is_always_new)
{
    struct seen *seen = NULL;
    cr_assert_eq(seen_new(&seen), ST_OK);
    cr_expect(seen_is_new(seen, (struct bytes){0}));
    cr_expect(seen_is_new(seen, (struct bytes){0}));
    seen_free(seen);
    seen_free(NULL);
}
