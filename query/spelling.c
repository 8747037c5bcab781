#include "query/spelling.h"

#include <stdbool.h>

#include "core/base/buf.h"
#include "core/base/display.h"
#include "core/base/macros.h"
#include "core/kql/field_name.h"

/* Octets of a full name and of a value. */
#define TEXT_MAX (4 * KQL_TEXT_MAX)

static const struct {
    const char *field;
    bool has_capitals;
    bool is_name;
} spellings[] = {
    {"dns.question.name", false, true}, {"dns.question.registered_domain", false, true},
    {"rrsets.name", false, true},       {"rrsets.target", false, true},
    {"lookup.result", false, false},    {"lookup.scope", false, false},
    {"dns.question.type", true, false}, {"dns.question.class", true, false},
    {"dns.response_code", true, false}, {"dns.op_code", true, false},
    {"dns.header_flags", true, false},  {"rrsets.type", true, false},
    {"rrsets.class", true, false},      {"lookup.rr_types", true, false},
};

static bool has_letter_of(struct bytes text, uint8_t first, uint8_t last)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] >= first && text.data[i] <= last)
            return true;
    }
    return false;
}

struct checking {
    warning_handler handler;
    void *context;
    struct buf path; /* of the braces around the current node */
};

static void say(const struct checking *checking, struct buf *warning, struct bytes value)
{
    buf_add_text(warning, ", so nothing matches ");
    display_add(warning, value);
    checking->handler(checking->context, buf_text(warning));
    buf_release(warning);
}

static void advise(const struct checking *checking, size_t spelling, struct bytes value)
{
    struct buf warning;
    buf_init(&warning, TEXT_MAX);
    const bool has_capitals = spellings[spelling].has_capitals;
    const char *const field = spellings[spelling].field;
    if (has_capitals ? has_letter_of(value, 'a', 'z') : has_letter_of(value, 'A', 'Z')) {
        buf_add_format(&warning, "values of %s are written in %s", field,
                       has_capitals ? "capitals" : "small letters");
        say(checking, &warning, value);
    }
    if (spellings[spelling].is_name && value.len > 1 && value.data[value.len - 1] == '.') {
        buf_add_format(&warning, "names in %s have no final dot", field);
        say(checking, &warning, value);
    }
}

static void check_leaf(const struct checking *checking, const struct kql_node *node)
{
    const struct kql_field_name name = {buf_bytes(&checking->path), &node->field};
    struct buf field;
    struct buf value;
    buf_init(&field, TEXT_MAX);
    buf_init(&value, TEXT_MAX);
    kql_field_name_add(&name, &field);
    kql_literal_add(&node->value, &value);
    for (size_t i = 0; i < ARRAY_LEN(spellings); i++) {
        if (bytes_is(buf_bytes(&field), spellings[i].field))
            advise(checking, i, buf_bytes(&value));
    }
    buf_release(&value);
    buf_release(&field);
}

static void check(struct checking *checking, const struct kql_node *node, unsigned depth)
{
    if (depth > KQL_DEPTH_MAX)
        return;
    if (node->kind == KQL_IS && node->field.kind != KQL_NONE)
        check_leaf(checking, node);
    struct buf *const path = &checking->path;
    const size_t path_len = path->len;
    if (node->kind == KQL_NESTED)
        kql_path_enter(path, &node->field);
    for (size_t i = 0; i < node->child_count; i++)
        check(checking, node->children[i], depth + 1);
    buf_reset(path);
    buf_wrote(path, path_len);
}

void spelling_check(const struct kql_node *tree, warning_handler handler, void *context)
{
    struct checking checking = {.handler = handler, .context = context};
    buf_init(&checking.path, TEXT_MAX);
    check(&checking, tree, 0);
    buf_release(&checking.path);
}
