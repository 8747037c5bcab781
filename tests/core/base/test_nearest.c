#include "core/base/nearest.h"

#include <criterion/criterion.h>
#include <string.h>

static const char *search(const char *typed)
{
    static const char *const names[] = {"--since", "--until", "--limit", "--sort", "--time-zone"};
    struct nearest nearest = nearest_to(bytes_of(typed));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        nearest_offer(&nearest, names[i]);
    return nearest.name == NULL ? "" : nearest.name;
}

Test(nearest, one_slip_finds_the_name)
{
    cr_expect_str_eq(search("--limt"), "--limit");
    cr_expect_str_eq(search("--limitt"), "--limit");
    cr_expect_str_eq(search("--lumit"), "--limit");
    cr_expect_str_eq(search("--ilmit"), "--limit", "two swapped neighbours are one edit");
    cr_expect_str_eq(search("--timezone"), "--time-zone");
}

Test(nearest, something_else_is_near_nothing)
{
    cr_expect_str_eq(search("--verbose"), "");
    cr_expect_str_eq(search(""), "");
}

Test(nearest, the_nearest_of_several_wins)
{
    struct nearest nearest = nearest_to(bytes_of("--fild"));
    nearest_offer(&nearest, "--filter");
    nearest_offer(&nearest, "--field");
    nearest_offer(&nearest, "--files");
    cr_expect_str_eq(nearest.name, "--field");
    cr_expect_eq(nearest.distance, 1);
}

Test(nearest, names_that_are_too_long_are_left_alone)
{
    char name[NEAREST_NAME_MAX + 2];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    struct nearest nearest = nearest_to(bytes_of(name));
    nearest_offer(&nearest, name);
    cr_expect_null(nearest.name);
}
