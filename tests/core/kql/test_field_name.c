#include "core/kql/field_name.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/document/field_list.h"
#include "core/kql/parser.h"

#define MEMORY_MAX ((size_t)1024 * 1024)

/* The number of fields that the name of the clause `text` means below a path, and the first. */
static size_t count_of(const char *text, const char *path, uint16_t *first)
{
    struct arena arena;
    arena_init(&arena, MEMORY_MAX);
    const struct kql_node *tree = NULL;
    struct kql_error error = {0};
    cr_assert(eq(int, kql_parse(bytes_of(text), &arena, &tree, &error), ST_OK), "%s", text);
    const struct kql_field_name name = {.path = bytes_of(path), .name = &tree->field};
    const struct data_view *const view = data_view_builtin();
    *first = kql_field_next(&name, view, 0);
    size_t count = 0;
    for (uint16_t i = *first; i != FIELD_NONE; i = kql_field_next(&name, view, (uint16_t)(i + 1)))
        count++;
    arena_release(&arena);
    return count;
}

Test(kql_field_name, names_mean_at_most_one_field_and_wildcards_many)
{
    static const struct {
        const char *text;
        const char *path;
        size_t count;
        uint16_t first;
    } cases[] = {
        {"dns.id:x", "", 1, DOC_DNS_ID},
        {"dns.idx:x", "", 0, FIELD_NONE},
        {"type:x", "rrsets", 1, DOC_RRSETS_TYPE},
        {"rrsets.type:x", "rrsets", 0, FIELD_NONE},
        {"rrsets:x", "", 0, FIELD_NONE},
        {"rrsets*:x", "", 8, DOC_RRSETS_CLASS},
        {"t*:x", "rrsets", 3, DOC_RRSETS_TARGET},
        {"*:x", "rrsets", 8, DOC_RRSETS_CLASS},
        {"dns.*.t*e:x", "", 5, DOC_DNS_ADDITIONALS_TYPE},
        {"\"dns.*\":x", "", 0, FIELD_NONE},
        {"dns.*.dns.*:x", "", 0, FIELD_NONE},
        {"dns.id*dns.id:x", "", 0, FIELD_NONE},
        {"A", "rrsets", 0, FIELD_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint16_t first = 0;
        const size_t count = count_of(cases[i].text, cases[i].path, &first);
        cr_expect(eq(sz, count, cases[i].count), "%s", cases[i].text);
        cr_expect(eq(u16, first, cases[i].first), "%s", cases[i].text);
    }
}

Test(kql_field_name, a_name_longer_than_any_field_means_none)
{
    struct buf text;
    buf_init(&text, MEMORY_MAX);
    for (size_t i = 0; i < 2 * KQL_FIELD_NAME_MAX; i++)
        buf_add_u8(&text, 'a');
    buf_add_text(&text, ":x");
    uint16_t first = 0;
    cr_expect(eq(sz, count_of(buf_text(&text), "rrsets", &first), 0));
    buf_release(&text);
}
