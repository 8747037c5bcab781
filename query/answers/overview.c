#include "query/answers/overview.h"

#include <stdlib.h>

#include "core/kql/parser.h"

/* Rows of a table. */
#define ROWS 10

/* Lookups as clients see them; what a resolver asks on for them would count them twice. */
#define OF_CLIENTS "not lookup.leg: (server_upstream or nodelocal_server)"
#define FAILED                                                                                  \
    OF_CLIENTS " and lookup.result: (servfail or refused or error or no_response or denied or " \
               "malformed or cname_only)"

static const struct table_question {
    const char *title;
    const char *kql;
    const char *by;
} QUESTIONS[OVERVIEW_TABLES] = {
    {"Results", OF_CLIENTS, "lookup.result"},
    {"Response codes", OF_CLIENTS, "dns.response_code"},
    {"Workloads", OF_CLIENTS " and lookup.client.workload: *", "lookup.client.workload"},
    {"Clients", OF_CLIENTS, "source.ip"},
    {"Failing workloads", FAILED " and lookup.client.workload: *",
     "lookup.client.workload,lookup.result"},
    {"Failing clients", FAILED, "source.ip,lookup.result"},
    {"Failing names", FAILED, "dns.question.name,lookup.result"},
    {"Names", OF_CLIENTS, "dns.question.name"},
    {"Question types", OF_CLIENTS, "dns.question.type"},
    {"External domains", OF_CLIENTS " and lookup.scope: external",
     "dns.question.registered_domain"},
};

static enum status no_memory(struct error *err)
{
    return error_set(err, ST_NO_MEMORY, "memory is exhausted");
}

/* What both the scope and the expression select. */
static enum status narrow(const struct overview_scope *scope, const char *kql,
                          const struct kql_node **all, struct error *err)
{
    struct arena *const arena = &scope->question->arena;
    struct kql_error fault = {.kind = KQL_ERROR_NONE};
    const struct kql_node **const children = arena_array(arena, 2, sizeof(struct kql_node *));
    struct kql_node *const node = arena_array(arena, 1, sizeof *node);
    if (children == NULL || node == NULL)
        return no_memory(err);
    children[0] = scope->tree;
    if (kql_parse(bytes_of(kql), arena, &children[1], &fault) != ST_OK)
        return error_set(err, ST_INVALID, "%s: %s", kql, fault.message);
    *node = (struct kql_node){.kind = KQL_AND, .children = children, .child_count = 2};
    *all = node;
    return ST_OK;
}

static enum status make_table(struct overview_table *table, const struct table_question *question,
                              const struct overview_scope *scope, struct error *err)
{
    table->title = question->title;
    table->settings = *scope->settings;
    table->settings.fields.count = 0;
    table->settings.order = (struct order){0};
    table->settings.filter = (struct group_filter){0};
    table->settings.format = PRINT_HTML;
    table->settings.has_limit = true;
    table->settings.limit = ROWS;
    enum status status = field_names_split(bytes_of(question->by), &table->settings.by, err);
    if (status != ST_OK)
        return status;
    table->file = open_memstream(&table->text, &table->text_len);
    if (table->file == NULL)
        return no_memory(err);
    return printing_init(&table->printing, scope->question, &table->settings, table->file, err);
}

static enum status make_tables(struct overview *o, const struct overview_scope *scope,
                               struct survey_part *parts, struct error *err)
{
    enum status status = ST_OK;
    for (size_t i = 0; status == ST_OK && i < OVERVIEW_TABLES; i++) {
        status = make_table(&o->tables[i], &QUESTIONS[i], scope, err);
        if (status != ST_OK)
            return status;
        parts[i] = o->tables[i].printing.part;
        parts[i].text = bytes_of(QUESTIONS[i].kql);
        status = narrow(scope, QUESTIONS[i].kql, &parts[i].tree, err);
    }
    return status;
}

static struct survey_part timeline_part(struct timeline *timeline, const struct kql_node *tree)
{
    return (struct survey_part){.text = BYTES_LITERAL(OF_CLIENTS),
                                .tree = tree,
                                .fields = &timeline->fields,
                                .by = &timeline->by,
                                .intervals = TIMELINE_MAX,
                                .limit = UINT64_MAX,
                                .begin = timeline_begin,
                                .take = timeline_take,
                                .take_group = timeline_take_group,
                                .context = timeline};
}

enum status overview_new(const struct overview_scope *scope, struct survey_part *parts,
                         struct overview **overview, struct error *err)
{
    struct overview *const o = calloc(1, sizeof *o);
    const struct kql_node *of_clients = NULL;
    *overview = o;
    if (o == NULL)
        return no_memory(err);
    timeline_init(&o->latencies, false);
    timeline_init(&o->results, true);
    enum status status = make_tables(o, scope, parts, err);
    if (status == ST_OK)
        status = narrow(scope, OF_CLIENTS, &of_clients, err);
    if (status != ST_OK)
        return status;
    parts[OVERVIEW_TABLES] = timeline_part(&o->latencies, of_clients);
    parts[OVERVIEW_TABLES + 1] = timeline_part(&o->results, of_clients);
    return service_graph_init(&o->service, scope->tree, &scope->question->arena,
                              parts + OVERVIEW_TABLES + 2, err);
}

void overview_free(struct overview *overview)
{
    if (overview == NULL)
        return;
    for (size_t i = 0; i < OVERVIEW_TABLES; i++) {
        printing_release(&overview->tables[i].printing);
        if (overview->tables[i].file != NULL)
            (void)fclose(overview->tables[i].file);
        free(overview->tables[i].text);
    }
    timeline_release(&overview->latencies);
    timeline_release(&overview->results);
    service_graph_release(&overview->service);
    free(overview);
}

/* Tables are printed without notes about what they leave out: the page says it. */
static void print_table(struct overview_table *table, uint64_t matched, struct messages *messages)
{
    struct messages quiet = {.to = messages->to, .is_quiet = true};
    table->printing.part.matched = matched;
    (void)printing_finish(&table->printing, &quiet);
    (void)fclose(table->file);
    table->file = NULL;
    messages->has_failure = messages->has_failure || quiet.has_failure;
}

enum status overview_finish(struct overview *overview, const struct survey_part *parts,
                            struct messages *messages, struct error *err)
{
    struct overview *const o = overview;
    for (size_t i = 0; i < OVERVIEW_TABLES; i++)
        print_table(&o->tables[i], parts[i].matched, messages);
    const struct timeline *const timelines[] = {&o->latencies, &o->results};
    for (size_t i = 0; i < 2; i++) {
        if (timelines[i]->fault.status != ST_OK) {
            *err = timelines[i]->fault;
            return err->status;
        }
    }
    return service_graph_finish(&o->service, err);
}
