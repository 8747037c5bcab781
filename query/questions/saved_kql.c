#include "query/questions/saved_kql.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/nearest.h"
#include "core/base/time_text.h"
#include "core/kql/ast.h"

const struct saved_filter saved_filters[] = {
    {"namespace", "kubernetes.namespace"},
    {"workload", "lookup.client.workload"},
    {"client", "source.ip"},
    {"server", "destination.ip"},
    {"name", "dns.question.name"},
    {"domain", "dns.question.registered_domain"},
    {NULL, NULL},
};

enum status saved_values_add(struct saved_values *values, const char *text, struct error *err)
{
    const char *const equals = strchr(text, '=');
    if (equals == NULL || equals == text || equals[1] == '\0')
        return error_set(err, ST_INVALID, "\"%.64s\" should be name=value", text);
    if (values->count == SAVED_VALUES_MAX)
        return error_set(err, ST_INVALID, "more than %d parameters", SAVED_VALUES_MAX);
    values->values[values->count++] =
        (struct saved_value){{(const uint8_t *)text, (size_t)(equals - text)}, equals + 1};
    return ST_OK;
}

static bool is_known(const struct saved_query *query, struct bytes name, struct nearest *nearest)
{
    bool is_found = false;
    for (size_t i = 0; i < query->parameter_count; i++) {
        nearest_offer(nearest, query->parameters[i].name);
        is_found = is_found || bytes_is(name, query->parameters[i].name);
    }
    for (size_t i = 0; saved_filters[i].name != NULL; i++) {
        nearest_offer(nearest, saved_filters[i].name);
        is_found = is_found || bytes_is(name, saved_filters[i].name);
    }
    return is_found;
}

enum status saved_values_check(const struct saved_query *query, const struct saved_values *values,
                               struct error *err)
{
    for (size_t i = 0; i < values->count; i++) {
        const struct bytes name = values->values[i].name;
        struct nearest nearest = nearest_to(name);
        if (is_known(query, name, &nearest))
            continue;
        const int len = name.len < 64 ? (int)name.len : 64;
        if (nearest.name == NULL)
            return error_set(err, ST_INVALID,
                             "--param: %s has no parameter %.*s; dnsight show %s lists them",
                             query->name, len, (const char *)name.data, query->name);
        return error_set(err, ST_INVALID, "--param: %s has no parameter %.*s; did you mean %s?",
                         query->name, len, (const char *)name.data, nearest.name);
    }
    return ST_OK;
}

/* The value that was given last; NULL if none was. */
static const char *value_of(const struct saved_values *values, struct bytes name)
{
    for (size_t i = values->count; i > 0; i--) {
        if (bytes_equal(values->values[i - 1].name, name))
            return values->values[i - 1].value;
    }
    return NULL;
}

/* A literal that means the value and nothing else: quoted, or, if it is a pattern, with everything
 * escaped but `*`. Words between blanks could be operators, so those are never patterns. */
static void add_text(const char *value, struct buf *out)
{
    const bool is_pattern = strchr(value, '*') != NULL && strpbrk(value, " \t\r\n") == NULL;
    buf_add_text(out, is_pattern ? "" : "\"");
    for (; *value != '\0'; value++) {
        if (strchr(is_pattern ? "\\():<>\"{}" : "\\\"", *value) != NULL)
            buf_add_u8(out, '\\');
        buf_add_u8(out, (uint8_t)*value);
    }
    buf_add_text(out, is_pattern ? "" : "\"");
}

static enum status add_number(const char *value, const char *name, struct buf *out,
                              struct error *err)
{
    const size_t digits = strspn(value, "0123456789");
    if (digits == 0 || digits > 18 || value[digits] != '\0')
        return error_set(err, ST_INVALID, "%s=%.64s: a number is expected", name, value);
    buf_add_text(out, value);
    return ST_OK;
}

static enum status add_duration(const char *value, const char *name, struct buf *out,
                                struct error *err)
{
    static const struct {
        const char *unit;
        uint64_t ns;
    } units[] = {{"ns", 1},
                 {"us", (uint64_t)NS_PER_US},
                 {"ms", (uint64_t)NS_PER_MS},
                 {"s", (uint64_t)NS_PER_S},
                 {"m", 60 * (uint64_t)NS_PER_S}};
    const size_t digits = strspn(value, "0123456789");
    for (size_t i = 0; digits > 0 && digits <= 9 && i < ARRAY_LEN(units); i++) {
        if (strcmp(value + digits, units[i].unit) == 0) {
            buf_add_u64(out, strtoull(value, NULL, 10) * units[i].ns);
            return ST_OK;
        }
    }
    return error_set(err, ST_INVALID, "%s=%.64s: a duration is expected, 500ms or 2s", name, value);
}

static enum status add_value(const struct saved_parameter *parameter,
                             const struct saved_values *values, struct buf *out, struct error *err)
{
    const char *const given = value_of(values, bytes_of(parameter->name));
    const char *const value = given == NULL ? parameter->value : given;
    switch (parameter->kind) {
    case SAVED_TEXT:
        add_text(value, out);
        return ST_OK;
    case SAVED_NUMBER:
        return add_number(value, parameter->name, out, err);
    case SAVED_DURATION:
        return add_duration(value, parameter->name, out, err);
    }
    return ST_OK;
}

/* Adds the value of the parameter whose name stands at the beginning of `text`, and moves it behind
 * its brace. */
static enum status add_placeholder(const struct saved_query *query,
                                   const struct saved_values *values, const char **text,
                                   struct buf *out, struct error *err)
{
    const size_t len = strcspn(*text, "}");
    const struct bytes name = {(const uint8_t *)*text, len};
    for (size_t i = 0; (*text)[len] == '}' && i < query->parameter_count; i++) {
        if (bytes_is(name, query->parameters[i].name)) {
            *text += len + 1;
            return add_value(&query->parameters[i], values, out, err);
        }
    }
    return error_set(err, ST_INVALID, "${%.*s}: there is no such parameter",
                     len < 64 ? (int)len : 64, *text);
}

static enum status add_step(const struct saved_query *query, const struct saved_step *step,
                            const struct saved_values *values, struct buf *out, struct error *err)
{
    enum status status = ST_OK;
    for (const char *text = step->kql; status == ST_OK && *text != '\0';) {
        const char *const found = strstr(text, "${");
        const size_t len = found == NULL ? strlen(text) : (size_t)(found - text);
        buf_add(out, (struct bytes){(const uint8_t *)text, len});
        text += len;
        if (found == NULL)
            continue;
        text += 2;
        status = add_placeholder(query, values, &text, out, err);
    }
    return status;
}

static void add_filters(const struct saved_values *values, struct buf *out)
{
    for (size_t i = 0; saved_filters[i].name != NULL; i++) {
        const char *const value = value_of(values, bytes_of(saved_filters[i].name));
        if (value == NULL)
            continue;
        buf_add_text(out, " and ");
        buf_add_text(out, saved_filters[i].field);
        buf_add_text(out, ": ");
        add_text(value, out);
    }
}

static bool has_filter(const struct saved_values *values)
{
    for (size_t i = 0; saved_filters[i].name != NULL; i++) {
        if (value_of(values, bytes_of(saved_filters[i].name)) != NULL)
            return true;
    }
    return false;
}

enum status saved_kql(struct saved_query *query, const struct saved_step *step,
                      const struct saved_values *values, struct bytes *text, struct error *err)
{
    struct buf out;
    buf_init(&out, KQL_TEXT_MAX);
    const bool is_filtered = has_filter(values);
    buf_add_text(&out, is_filtered ? "(" : "");
    enum status status = add_step(query, step, values, &out, err);
    buf_add_text(&out, is_filtered ? ")" : "");
    add_filters(values, &out);
    *text = arena_copy(&query->arena, buf_bytes(&out));
    if (status == ST_OK && (!buf_ok(&out) || text->data == NULL))
        status = error_set(err, ST_NO_MEMORY, "the expression is too long");
    buf_release(&out);
    return status;
}
