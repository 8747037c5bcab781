#include "query/gathering/tally.h"

enum status tally_init(struct tally *tally, const struct field_names *by)
{
    static const struct group_filter all;
    *tally = (struct tally){.by = *by, .fields = *by, .fault.status = ST_OK};
    if (tally->fields.count == FIELD_NAMES_MAX)
        return ST_LIMIT;
    tally->fields.names[tally->fields.count++] = BYTES_LITERAL("event.duration");
    return groups_new(by, &all, &tally->groups);
}

void tally_release(struct tally *tally)
{
    groups_free(tally->groups);
    field_reader_free(tally->reader);
    *tally = (struct tally){.fault.status = ST_OK};
}

enum status tally_begin(void *context, const struct data_view *view, struct error *err)
{
    struct tally *const t = context;
    if (t->view == view)
        return ST_OK;
    field_reader_free(t->reader);
    t->reader = NULL;
    t->view = view;
    if (field_reader_new(view, &t->reader) != ST_OK)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    field_reader_want(t->reader, &t->fields);
    return ST_OK;
}

static bool check(struct tally *t, enum status status)
{
    if (status == ST_NO_MEMORY)
        (void)error_set(&t->fault, ST_NO_MEMORY, "memory is exhausted");
    return t->fault.status == ST_OK;
}

bool tally_take(void *context, const struct hit *hit)
{
    struct tally *const t = context;
    const struct document *document = hit->document;
    if (document == NULL)
        t->fault.status = field_reader_read(t->reader, hit->json, &document, NULL, &t->fault);
    return t->fault.status == ST_OK && check(t, groups_add(t->groups, document));
}

bool tally_take_group(void *context, const struct source_group *group)
{
    struct tally *const t = context;
    const struct document *values = NULL;
    t->fault.status = field_reader_read(t->reader, group->json, &values, NULL, &t->fault);
    return t->fault.status == ST_OK && check(t, groups_add_counted(t->groups, values, group));
}
