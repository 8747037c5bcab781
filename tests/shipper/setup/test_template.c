#include "shipper/setup/template.h"

#include <criterion/criterion.h>
#include <string.h>

#include "core/document/data_view.h"
#include "core/json/tree.h"

static struct arena arena;
static struct buf text;

static void begin(void)
{
    arena_init(&arena, 64 << 20);
    buf_init(&text, 1 << 20);
}

static void end(void)
{
    buf_release(&text);
    arena_release(&arena);
}

TestSuite(template, .init = begin, .fini = end);

static const struct json_value *parse(void)
{
    const struct json_value *root = NULL;
    struct error err = {0};
    cr_assert(json_tree_read(buf_bytes(&text), &arena, &root, &err) == ST_OK, "%s", err.text);
    return root;
}

static const struct json_value *component_for(const struct server *server)
{
    buf_reset(&text);
    cr_assert(template_component(server, &text) == ST_OK);
    return parse();
}

static const struct json_value *index_for(const struct server *server, bool has_custom)
{
    buf_reset(&text);
    cr_assert(template_index(server, has_custom, &text) == ST_OK);
    return parse();
}

/* The property of a field by its dotted name; NULL if there is none. */
static const struct json_value *property(const struct json_value *component, const char *name)
{
    const struct json_value *at = json_path(component, "template.mappings");
    while (at != NULL && *name != '\0') {
        char part[128];
        const size_t len = strcspn(name, ".");
        (void)snprintf(part, sizeof part, "%.*s", (int)len, name);
        at = json_member(json_member(at, "properties"), part);
        name += len + (name[len] == '.');
    }
    return at;
}

static bool has_type(const struct json_value *component, const char *name, const char *type)
{
    return bytes_is(json_string_or_empty(json_member(property(component, name), "type")), type);
}

/* A server without any of the capabilities that can be lacking. */
static const struct server bare = {.product = SERVER_ELASTICSEARCH};

Test(template, every_field_has_its_type)
{
    const struct server server = server_complete();
    const struct json_value *const component = component_for(&server);
    const struct data_view *const view = data_view_builtin();
    for (uint16_t i = 0; i < view->count; i++) {
        const struct data_view_field *const field = &view->fields[i];
        cr_expect(has_type(component, field->name, field_type_name(field->type)), "%s",
                  field->name);
        const struct json_value *const p = property(component, field->name);
        const int64_t ignore_above = json_integer_or(json_member(p, "ignore_above"), 0);
        if (field->type == FIELD_KEYWORD)
            cr_expect(ignore_above == field->ignore_above, "%s", field->name);
        /* Everything else has what the settings say. */
        const struct json_value *const malformed = json_member(p, "ignore_malformed");
        cr_expect((strcmp(field->name, "@timestamp") == 0) ==
                      (malformed != NULL && !malformed->boolean),
                  "%s", field->name);
    }
}

/* The number of mappings in a tree of properties, and of those with a type. */
static size_t count_typed(const struct json_value *properties, const char *type)
{
    size_t count = 0;
    for (const struct json_value *p = properties == NULL ? NULL : properties->first; p != NULL;
         p = p->next) {
        const struct bytes found = json_string_or_empty(json_member(p, "type"));
        count += type == NULL ? found.len > 0 : bytes_is(found, type);
        count += count_typed(json_member(p, "properties"), type);
    }
    return count;
}

Test(template, has_nothing_but_the_fields_and_one_alias)
{
    const struct server server = server_complete();
    const struct json_value *const properties =
        json_path(component_for(&server), "template.mappings.properties");
    cr_expect_eq(count_typed(properties, NULL), data_view_builtin()->count + 1U);
    cr_expect_eq(count_typed(properties, "nested"), 1, "rrsets is the only nested field");
    cr_expect_eq(count_typed(properties, "alias"), 1);
}

Test(template, alias_points_to_its_field)
{
    const struct server server = server_complete();
    const struct json_value *const alias =
        property(component_for(&server), "dns.question.etld_plus_one");
    cr_expect(bytes_is(json_string_or_empty(json_member(alias, "path")),
                       "dns.question.registered_domain"));
}

Test(template, unknown_fields_are_not_mapped)
{
    const struct json_value *const mappings =
        json_path(component_for(&bare), "template.mappings.dynamic");
    cr_expect(bytes_is(json_string_or_empty(mappings), "false"));
}

Test(template, types_the_server_lacks_have_a_substitute_or_are_left_out)
{
    const struct json_value *component = component_for(&bare);
    cr_expect(has_type(component, "data_stream.dataset", "keyword"));
    cr_expect_eq(
        json_integer_or(json_member(property(component, "data_stream.dataset"), "ignore_above"), 0),
        1024);
    cr_expect_null(property(component, "lookup.latency"));
    cr_expect_not_null(property(component, "lookup.latency_max"));
    cr_expect_null(property(component, "kubernetes.labels"));
    const struct server fork = {.capabilities = SERVER_CAPABILITY_BIT(CAN_FLAT_OBJECT)};
    component = component_for(&fork);
    cr_expect(has_type(component, "kubernetes.labels", "flat_object"));
    cr_expect_null(json_member(property(component, "kubernetes.labels"), "ignore_above"));
}

Test(template, members_the_server_refuses_are_left_out)
{
    const struct server server = server_complete();
    cr_expect_not_null(json_path(component_for(&server), "template.lifecycle"));
    cr_expect_null(json_path(component_for(&bare), "template.lifecycle"));
    const struct json_value *const complete = index_for(&server, false);
    cr_expect_not_null(json_member(complete, "allow_auto_create"));
    cr_expect_eq(json_member(complete, "composed_of")->count, 2);
    const struct json_value *const reduced = index_for(&bare, false);
    cr_expect_null(json_member(reduced, "allow_auto_create"));
    cr_expect_null(json_member(reduced, "ignore_missing_component_templates"));
    cr_expect_eq(json_member(reduced, "composed_of")->count, 1);
    cr_expect_eq(json_member(index_for(&bare, true), "composed_of")->count, 2);
}

Test(template, a_malformed_value_never_costs_the_document)
{
    const struct json_value *const ignored =
        json_path(component_for(&bare), "template.settings.index.mapping.ignore_malformed");
    cr_expect(ignored != NULL && ignored->boolean);
}

Test(template, the_mapping_knows_its_template)
{
    const struct json_value *const component = component_for(&bare);
    cr_expect(
        bytes_equal(json_string_or_empty(json_path(component, "_meta.digest")),
                    json_string_or_empty(json_path(component, "template.mappings._meta.digest"))));
}

Test(template, one_of_the_two_lifecycles_is_used)
{
    static const char policy[] = "template.settings.index.lifecycle.name";
    struct server server = server_complete();
    cr_expect_null(json_path(component_for(&server), policy));
    server.capabilities |= SERVER_CAPABILITY_BIT(CAN_ILM);
    server.capabilities &= ~SERVER_CAPABILITY_BIT(CAN_LIFECYCLE);
    const struct json_value *const component = component_for(&server);
    cr_expect_not_null(json_path(component, policy));
    cr_expect_null(json_path(component, "template.lifecycle"));
}

Test(template, failures_are_stored_where_there_is_a_store)
{
    const struct server server = server_complete();
    static const char path[] = "template.data_stream_options.failure_store.enabled";
    cr_expect_not_null(json_path(index_for(&server, false), path));
    cr_expect_null(json_path(index_for(&bare, false), path));
}

Test(template, matches_our_data_streams_before_all_others)
{
    const struct json_value *const index = index_for(&bare, false);
    cr_expect(bytes_is(json_member(index, "index_patterns")->first->text, "logs-dnsight.*-*"));
    cr_expect_gt(json_integer_or(json_member(index, "priority"), 0), 200);
    cr_expect_eq(json_integer_or(json_member(index, "priority"), 0), TEMPLATE_PRIORITY);
    cr_expect_not_null(json_member(index, "data_stream"));
}

Test(template, digest_tells_bodies_apart)
{
    const struct server server = server_complete();
    const struct bytes all =
        json_string_or_empty(json_path(component_for(&server), "_meta.digest"));
    const struct bytes less = json_string_or_empty(json_path(component_for(&bare), "_meta.digest"));
    cr_expect_eq(all.len, 16);
    cr_expect_not(bytes_equal(all, less));
    cr_expect(
        bytes_equal(all, json_string_or_empty(json_path(component_for(&server), "_meta.digest"))));
}

Test(template, export_has_both)
{
    cr_assert(template_export(&text) == ST_OK);
    const struct json_value *const root = parse();
    const struct json_value *const components = json_member(root, "component_templates");
    cr_expect_not_null(json_path(json_member(components, "dnsight-mappings"), "template.mappings"));
    const struct json_value *const indices = json_member(root, "index_templates");
    cr_expect_not_null(json_member(json_member(indices, "dnsight"), "index_patterns"));
}
