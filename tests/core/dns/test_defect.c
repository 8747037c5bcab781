#include "core/dns/defect.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static bool is_word(const char *name)
{
    while (islower((unsigned char)*name) || *name == '_')
        name++;
    return *name == '\0';
}

Test(defect, names_are_words_with_underscores_and_differ)
{
    for (enum defect a = 0; a < DEFECT_COUNT; a++) {
        const char *const name = defect_name(a);
        cr_expect(gt(sz, strlen(name), 0));
        cr_expect(is_word(name), "%s", name);
        for (enum defect b = 0; b < a; b++)
            cr_expect(ne(int, strcmp(name, defect_name(b)), 0), "%s", name);
        cr_expect(gt(sz, strlen(defect_meaning(a)), 10), "%s", name);
    }
}

Test(defect, each_has_its_own_bit)
{
    uint32_t all = 0;
    for (enum defect a = 0; a < DEFECT_COUNT; a++) {
        cr_expect(eq(u32, all & DEFECT_BIT(a), 0));
        all |= DEFECT_BIT(a);
    }
}
