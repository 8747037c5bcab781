#include "core/document/data_view.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#include "core/document/field_list.h"

/* The innermost field of a kind whose path, with a dot behind it, starts the field's path. */
static uint16_t ancestor(const struct data_view *view, uint16_t index, bool nested_only)
{
    uint16_t found = FIELD_NONE;
    for (uint16_t i = 0; i < view->count; i++) {
        const struct data_view_field *const field = &view->fields[i];
        if (field->type != FIELD_NESTED && (nested_only || field->type != FIELD_OBJECT))
            continue;
        char prefix[128];
        snprintf(prefix, sizeof prefix, "%s.", field->name);
        if (strncmp(view->fields[index].name, prefix, strlen(prefix)) != 0)
            continue;
        if (found == FIELD_NONE || strlen(view->fields[found].name) < strlen(field->name))
            found = i;
    }
    return found;
}

Test(data_view, builtin_parents_follow_from_the_paths)
{
    const struct data_view *const view = data_view_builtin();
    cr_assert(eq(u16, view->count, DOC_FIELD_COUNT));
    for (uint16_t i = 0; i < view->count; i++) {
        const struct data_view_field *const field = &view->fields[i];
        cr_expect(eq(u16, field->parent, ancestor(view, i, false)), "%s", field->name);
        cr_expect(eq(u16, field->nested, ancestor(view, i, true)), "%s", field->name);
    }
}

Test(data_view, builtin_finds_every_field_by_its_name)
{
    const struct data_view *const view = data_view_builtin();
    for (uint16_t i = 0; i < view->count; i++) {
        cr_expect(eq(u16, data_view_find(view, bytes_of(view->fields[i].name)), i));
        cr_expect(eq(sz, view->fields[i].name_len, strlen(view->fields[i].name)));
    }
}

Test(data_view, unknown_names_are_not_found)
{
    static const char *const names[] = {"",           "dns",           "rrsets.",
                                        "rrsets.typ", "rrsets.type.x", "RRSETS"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        cr_expect(eq(u16, data_view_find(data_view_builtin(), bytes_of(names[i])), FIELD_NONE),
                  "%s", names[i]);
}

Test(data_view, keyword_family_and_dates_are_marked)
{
    const struct data_view *const view = data_view_builtin();
    cr_expect(view->fields[DOC_DNS_QUESTION_NAME].is_keyword);
    cr_expect(view->fields[DOC_EVENT_DATASET].is_keyword);
    cr_expect(not(view->fields[DOC_DNS_RESOLVED_IP].is_keyword));
    cr_expect(not(view->fields[DOC_KUBERNETES_LABELS].is_keyword));
    cr_expect(view->fields[DOC_TIMESTAMP].is_date);
    cr_expect(view->fields[DOC_EVENT_START].is_date);
    cr_expect(not(view->fields[DOC_EVENT_DURATION].is_date));
    cr_expect(eq(u32, view->fields[DOC_DNS_ANSWERS_DATA].ignore_above, 8191));
}

Test(data_view, type_names_are_those_of_elasticsearch_and_kibana)
{
    cr_expect_str_eq(field_type_name(FIELD_CONSTANT_KEYWORD), "constant_keyword");
    cr_expect_str_eq(field_type_kibana_name(FIELD_DATE_NANOS), "date");
    cr_expect(eq(int, field_type_of(bytes_of("date_nanos")), FIELD_DATE_NANOS));
    cr_expect(eq(int, field_type_of(bytes_of("geo_point")), FIELD_OTHER));
    for (enum field_type type = 0; type < FIELD_TYPE_COUNT; type++)
        cr_expect(eq(int, field_type_of(bytes_of(field_type_name(type))), type));
}
