#include "core/kql/warnings.h"

#include <assert.h>
#include <stdio.h>
#include <strings.h>

#include "core/base/buf.h"
#include "core/base/nearest.h"
#include "core/kql/field_name.h"
#include "core/kql/literal.h"
#include "core/kql/parser.h"
#include "core/kql/pipeline.h"
#include "core/kql/word_list.h"

/* Clauses of a group that are compared with each other. */
#define RIVALS_MAX 32

struct walk {
    struct bytes text;
    const struct data_view *view; /* or NULL */
    struct buf path;              /* of the braces around the node; empty: none */
    struct kql_warning *warnings;
    size_t count;
    size_t max;
};

/* A warning in the making: what it is about, and what should stand there instead. */
struct draft {
    const char *message;
    size_t at;
    size_t end;
    struct buf instead; /* replaces [at, end) in the hint */
    bool has_hint;
    bool is_guess;
};

static struct bytes from_to(struct bytes text, size_t from, size_t to)
{
    return bytes_slice(text, from, to - from);
}

static bool is_plain(const struct kql_literal *literal)
{
    return literal->kind == KQL_TEXT && !literal->is_quoted;
}

static bool contains(struct bytes text, const char *part)
{
    return bytes_find(text, bytes_of(part)) != SIZE_MAX;
}

static struct bytes without_blanks(struct bytes text)
{
    while (text.len > 0 && text.data[0] == ' ')
        text = bytes_slice(text, 1, text.len);
    while (text.len > 0 && text.data[text.len - 1] == ' ')
        text.len--;
    return text;
}

static void suggest(struct draft *draft, const char *before, struct bytes text, const char *behind)
{
    buf_add_text(&draft->instead, before);
    buf_add(&draft->instead, text);
    buf_add_text(&draft->instead, behind);
    draft->has_hint = true;
}

/* type = A, type == A, type != A */
static bool equals_sign(const struct walk *walk, const struct kql_node *node, struct draft *draft)
{
    const struct bytes value = from_to(walk->text, node->value.at, node->value.end);
    const size_t sign = bytes_find(value, BYTES_LITERAL("="));
    if (node->field.kind != KQL_NONE || !is_plain(&node->value) || sign == SIZE_MAX || sign == 0)
        return false;
    const bool is_not = value.data[sign - 1] == '!';
    const size_t behind =
        sign + (bytes_starts_with(bytes_slice(value, sign, 2), BYTES_LITERAL("==")) ? 2 : 1);
    const struct bytes field = without_blanks(bytes_slice(value, 0, is_not ? sign - 1 : sign));
    draft->message = "\"=\" is an ordinary character, this searches all fields for a text";
    suggest(draft, is_not ? "not " : "", field, ":");
    suggest(draft, "", without_blanks(bytes_slice(value, behind, value.len)), "");
    return true;
}

/* a && b, a || b */
static bool logic_signs(const struct walk *walk, const struct kql_node *node, struct draft *draft)
{
    const struct bytes value = from_to(walk->text, node->value.at, node->value.end);
    const size_t and_at = bytes_find(value, BYTES_LITERAL("&&"));
    const size_t or_at = bytes_find(value, BYTES_LITERAL("||"));
    const size_t at = and_at < or_at ? and_at : or_at;
    if (!is_plain(&node->value) || at == SIZE_MAX)
        return false;
    draft->message = "\"&&\" and \"||\" are ordinary characters, the operators are words";
    draft->at = node->value.at;
    suggest(draft, "", without_blanks(bytes_slice(value, 0, at)), at == and_at ? " and " : " or ");
    suggest(draft, "", without_blanks(bytes_slice(value, at + 2, value.len)), "");
    return true;
}

/* !type:A, -type:A, +type:A */
static bool sign_before_field(const struct walk *walk, const struct kql_node *node,
                              struct draft *draft)
{
    const struct bytes clause = from_to(walk->text, node->at, node->end);
    const uint8_t sign = clause.len == 0 ? 0 : clause.data[0];
    if (!is_plain(&node->field) || node->at != node->field.at ||
        (sign != '!' && sign != '-' && sign != '+'))
        return false;
    draft->message = "\"!\", \"-\" and \"+\" are ordinary characters, they become part of the name";
    suggest(draft, sign == '+' ? "" : "not ", bytes_slice(clause, 1, clause.len), "");
    return true;
}

/* ttl:[1 TO 5] */
static bool range_brackets(const struct walk *walk, const struct kql_node *node,
                           struct draft *draft)
{
    const struct bytes value = node->value.text;
    const size_t to = bytes_find(value, BYTES_LITERAL(" TO "));
    if (!is_plain(&node->value) || node->field.kind == KQL_NONE || to == SIZE_MAX ||
        value.data[0] != '[' || value.data[value.len - 1] != ']')
        return false;
    const struct bytes field = from_to(walk->text, node->field.at, node->field.end);
    draft->message = "\"[\" is an ordinary character, a range is two comparisons";
    suggest(draft, "", field, " >= ");
    suggest(draft, "", from_to(value, 1, to), " and ");
    suggest(draft, "", field, " <= ");
    suggest(draft, "", from_to(value, to + 4, value.len - 1), "");
    return true;
}

/* _exists_:f, _missing_:f */
static bool exists_field(const struct walk *walk, const struct kql_node *node, struct draft *draft)
{
    const bool is_missing = bytes_is(node->field.text, "_missing_");
    if (!is_plain(&node->field) || (!is_missing && !bytes_is(node->field.text, "_exists_")))
        return false;
    draft->message = "KQL asks whether a field exists by \"*\" as its value";
    suggest(draft, is_missing ? "not " : "", from_to(walk->text, node->value.at, node->value.end),
            ":*");
    return true;
}

/* name:/a.*b/ */
static bool regular_expression(const struct walk *walk, const struct kql_node *node,
                               struct draft *draft)
{
    const struct bytes value = from_to(walk->text, node->value.at, node->value.end);
    (void)walk;
    if (node->value.is_quoted || value.len < 3 || value.data[0] != '/' ||
        value.data[value.len - 1] != '/')
        return false;
    draft->message = "KQL has no regular expressions, this is a text between two slashes";
    draft->at = node->value.at;
    return true;
}

/* name:"a*" */
static bool quoted_asterisk(const struct walk *walk, const struct kql_node *node,
                            struct draft *draft)
{
    const struct bytes text = node->value.text;
    if (!node->value.is_quoted || !contains(text, "*"))
        return false;
    draft->message = "inside quotation marks \"*\" is an ordinary character";
    draft->at = node->value.at;
    if (!contains(text, " "))
        suggest(draft, "", from_to(walk->text, node->value.at + 1, node->value.end - 1), "");
    return true;
}

/* name:a?c */
static bool question_mark(const struct walk *walk, const struct kql_node *node, struct draft *draft)
{
    (void)walk;
    if (!is_plain(&node->value) || !contains(node->value.text, "?"))
        return false;
    draft->message = "\"?\" is an ordinary character, KQL has no sign for a single character";
    draft->at = node->value.at;
    return true;
}

/* name:web~, name:web~2, name:web^2 */
static bool fuzzy(const struct walk *walk, const struct kql_node *node, struct draft *draft)
{
    const struct bytes text = node->value.text;
    (void)walk;
    if (!is_plain(&node->value) || text.len < 2)
        return false;
    const uint8_t last = text.data[text.len - 1];
    const bool is_number = last >= '0' && last <= '9';
    const uint8_t sign = is_number ? text.data[text.len - 2] : last;
    if (sign != '~' && (sign != '^' || !is_number))
        return false;
    draft->message =
        "KQL has no fuzzy search and no boost, \"~\" and \"^\" are ordinary characters";
    draft->at = node->value.at;
    return true;
}

/* path:C:\\new, name:\not */
static bool letter_escape(const struct walk *walk, const struct kql_node *node, struct draft *draft)
{
    const struct bytes value = from_to(walk->text, node->value.at, node->value.end);
    for (size_t i = 0; !node->value.is_quoted && i + 1 < value.len; i++) {
        const uint8_t next = value.data[i + 1];
        if (value.data[i] != '\\')
            continue;
        if (next == 'n' || next == 'r' || next == 't') {
            draft->message =
                "\"\\n\", \"\\r\" and \"\\t\" are control characters; a backslash is written "
                "as two, and words stand as they are in quotation marks";
            draft->at = node->value.at;
            return true;
        }
        i++;
    }
    return false;
}

/* type:A AAAA, type:(A, AAAA), NXDOMAIN www.example */
static bool several_words(const struct walk *walk, const struct kql_node *node, struct draft *draft)
{
    const bool is_free = node->field.kind == KQL_NONE;
    const uint16_t field =
        is_free || walk->view == NULL ? FIELD_NONE : data_view_find(walk->view, node->field.text);
    const bool is_text = field != FIELD_NONE && walk->view->fields[field].type == FIELD_TEXT;
    const struct bytes value = from_to(walk->text, node->value.at, node->value.end);
    if (!is_plain(&node->value) || node->kind != KQL_IS || is_text)
        return false;
    const bool is_group =
        !is_free && kql_is_in_parentheses(walk->text, node->value.at, node->value.end);
    buf_add_text(&draft->instead, is_free || is_group ? "" : "(");
    const size_t count = kql_join_words(value, is_free ? " and " : " or ", &draft->instead);
    buf_add_text(&draft->instead, is_free || is_group ? "" : ")");
    draft->has_hint = true;
    draft->is_guess = true;
    draft->at = node->value.at;
    draft->message = is_free ? "without a field this is looked for as one text, not word by word"
                             : "blanks and commas do not separate values, this is one value";
    if (count < 2)
        buf_reset(&draft->instead);
    return count >= 2;
}

/* type:A and */
static bool last_word(const struct walk *walk, const struct kql_node *node, struct draft *draft)
{
    static const char *const words[] = {" and", " or", " not"};
    const struct bytes value = from_to(walk->text, node->value.at, node->value.end);
    for (size_t i = 0; is_plain(&node->value) && i < ARRAY_LEN(words); i++) {
        const size_t len = strlen(words[i]);
        if (value.len <= len ||
            strncasecmp((const char *)value.data + value.len - len, words[i], len) != 0)
            continue;
        draft->message = "an operator with nothing behind it is part of the text before it";
        draft->at = node->value.at;
        suggest(draft, "", bytes_slice(value, 0, value.len - len), "");
        return true;
    }
    return false;
}

/* rrsets:{A} */
static bool free_text_in_braces(const struct walk *walk, const struct kql_node *node,
                                struct draft *draft)
{
    if (node->field.kind != KQL_NONE || walk->path.len == 0)
        return false;
    draft->message = "a value without a field never matches inside braces";
    return true;
}

/* rrsets:* */
static bool nested_exists(const struct walk *walk, const struct kql_node *node, struct draft *draft)
{
    if (walk->view == NULL || walk->path.len != 0 || node->field.kind != KQL_TEXT)
        return false;
    const uint16_t found = data_view_find(walk->view, node->field.text);
    if (found == FIELD_NONE || walk->view->fields[found].type != FIELD_NESTED)
        return false;
    draft->message = "a nested object has no value of its own, its fields stand in braces";
    if (kql_is_lone_wildcard(&node->value))
        suggest(draft, "", node->field.text, ":{*:*}");
    return true;
}

/* True for `parent`, a dot, and more. */
static bool is_below(struct bytes name, struct bytes parent)
{
    return name.len > parent.len && bytes_starts_with(name, parent) && name.data[parent.len] == '.';
}

/* True for names that select something although the data view does not list them: fields of every
 * document, keys of flattened fields, and objects of which it is asked whether they exist. */
static bool is_known_otherwise(const struct walk *walk, struct bytes full, bool is_exists)
{
    if (full.len > 0 && full.data[0] == '_')
        return true;
    for (uint16_t i = 0; i < walk->view->count; i++) {
        const struct bytes field = data_view_field_name(&walk->view->fields[i]);
        const bool is_flattened = walk->view->fields[i].type == FIELD_FLATTENED;
        if ((is_flattened && is_below(full, field)) || (is_exists && is_below(field, full)))
            return true;
    }
    return false;
}

/* The known name nearest to a full name, relative to the braces; empty if none is near. */
static struct bytes nearest_field(const struct walk *walk, struct bytes full)
{
    struct nearest nearest = nearest_to(full);
    for (uint16_t i = 0; i < walk->view->count; i++)
        nearest_offer(&nearest, walk->view->fields[i].name);
    const struct bytes name = nearest.name == NULL ? (struct bytes){0} : bytes_of(nearest.name);
    if (walk->path.len == 0)
        return name;
    if (!bytes_starts_with(name, buf_bytes(&walk->path)))
        return (struct bytes){0};
    return bytes_slice(name, walk->path.len + 1, name.len);
}

/* dns.qestion.type:A */
static bool unknown_field(const struct walk *walk, const struct kql_node *node, struct draft *draft)
{
    const struct kql_field_name name = {.path = buf_bytes(&walk->path), .name = &node->field};
    if (walk->view == NULL || node->field.kind == KQL_NONE || kql_is_match_all(node) ||
        kql_field_next(&name, walk->view, 0) != FIELD_NONE)
        return false;
    struct buf full;
    buf_init(&full, 2 * KQL_TEXT_MAX);
    kql_field_name_add(&name, &full);
    const bool is_exists = node->kind == KQL_IS && kql_is_lone_wildcard(&node->value);
    const bool is_known = is_known_otherwise(walk, buf_bytes(&full), is_exists);
    draft->message = "the data view has no field of this name, so nothing matches";
    draft->at = node->field.at;
    draft->end = node->field.end;
    const struct bytes near = nearest_field(walk, buf_bytes(&full));
    if (near.len != 0 && node->field.kind == KQL_TEXT)
        suggest(draft, "", near, "");
    buf_release(&full);
    return !is_known;
}

/* True if the same is said already, as of a field with several values: f:(a or b). */
static bool is_said(const struct walk *walk, const struct draft *draft)
{
    for (size_t i = 0; i < walk->count; i++) {
        const struct kql_warning *const warning = &walk->warnings[i];
        if (warning->at == draft->at && warning->end == draft->end &&
            strcmp(warning->message, draft->message) == 0)
            return true;
    }
    return false;
}

static void report(struct walk *walk, struct draft *draft)
{
    if (walk->count == walk->max || is_said(walk, draft))
        return;
    struct kql_warning *const warning = &walk->warnings[walk->count++];
    *warning =
        (struct kql_warning){.at = draft->at, .end = draft->end, .is_guess = draft->is_guess};
    (void)snprintf(warning->message, sizeof warning->message, "%s", draft->message);
    if (!draft->has_hint)
        return;
    struct buf out = {.data = (uint8_t *)warning->hint,
                      .cap = sizeof warning->hint - 1,
                      .max = sizeof warning->hint - 1};
    buf_add(&out, from_to(walk->text, 0, draft->at));
    buf_add(&out, buf_bytes(&draft->instead));
    buf_add(&out, from_to(walk->text, draft->end, walk->text.len));
    warning->hint[out.len] = '\0';
    const bool is_whole = strlen(warning->hint) == out.len; /* no NUL in it */
    if (!is_whole || !buf_ok(&draft->instead) || !buf_ok(&out) ||
        !kql_is_expression(buf_bytes(&out)))
        warning->hint[0] = '\0';
}

static void check_clause(struct walk *walk, const struct kql_node *node)
{
    /* The first that fits; particular ones stand before general ones. */
    static bool (*const checks[])(const struct walk *walk, const struct kql_node *node,
                                  struct draft *draft) = {
        exists_field,       sign_before_field,   range_brackets,  logic_signs,   equals_sign,
        regular_expression, last_word,           quoted_asterisk, question_mark, fuzzy,
        letter_escape,      free_text_in_braces, nested_exists,   unknown_field, several_words,
    };
    for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
        struct draft draft = {.at = node->at, .end = node->end};
        buf_init(&draft.instead, sizeof walk->warnings->hint);
        const bool fits = checks[i](walk, node, &draft);
        if (fits)
            report(walk, &draft);
        buf_release(&draft.instead);
        if (fits)
            break;
    }
}

/* rrsets:{not type:A} selects what has any other object beside the one that is meant. */
static void check_negation(struct walk *walk, const struct kql_node *node)
{
    const struct kql_node *const child = node->children[0];
    if (child->kind != KQL_NOT)
        return;
    struct draft draft = {
        .message = "this asks for one object that does not match, not for none that matches",
        .at = node->at,
        .end = node->end};
    buf_init(&draft.instead, sizeof walk->warnings->hint);
    suggest(&draft, "not ", from_to(walk->text, node->at, child->at), "");
    const size_t operand_at = kql_skip_keyword(walk->text, child->at, "not");
    suggest(&draft, "", from_to(walk->text, operand_at, node->end), "");
    report(walk, &draft);
    buf_release(&draft.instead);
}

/* True if two of the clauses ask one field for different values. */
static bool has_rivals(const struct kql_node *both)
{
    for (size_t i = 0; i < both->child_count; i++) {
        const struct kql_node *const a = both->children[i];
        for (size_t k = 0; k < i; k++) {
            const struct kql_node *const b = both->children[k];
            if (a->kind == KQL_IS && b->kind == KQL_IS && a->value.kind == KQL_TEXT &&
                b->value.kind == KQL_TEXT && a->field.kind == KQL_TEXT &&
                bytes_equal(a->field.text, b->field.text) &&
                !bytes_equal(a->value.text, b->value.text))
                return true;
        }
    }
    return false;
}

/* rrsets:{type:A and type:CNAME} asks for one object that is both. */
static void check_rivals(struct walk *walk, const struct kql_node *node)
{
    const struct kql_node *const both = node->children[0];
    if (both->kind != KQL_AND || both->child_count > RIVALS_MAX || !has_rivals(both))
        return;
    struct draft draft = {.message = "one object has to match all of this, which hardly any does",
                          .at = node->at,
                          .end = node->end,
                          .is_guess = true};
    buf_init(&draft.instead, sizeof walk->warnings->hint);
    for (size_t i = 0; i < both->child_count; i++) {
        const struct kql_node *const child = both->children[i];
        suggest(&draft, i == 0 ? "" : " and ", from_to(walk->text, node->at, both->at), "");
        suggest(&draft, "", from_to(walk->text, child->at, child->end), "}");
    }
    report(walk, &draft);
    buf_release(&draft.instead);
}

static void check_node(struct walk *walk, const struct kql_node *node, unsigned depth)
{
    assert(depth <= KQL_TREE_DEPTH_MAX);
    if (node->kind == KQL_IS || node->kind == KQL_RANGE) {
        check_clause(walk, node);
        return;
    }
    const size_t outer_len = walk->path.len;
    if (node->kind == KQL_NESTED) {
        check_negation(walk, node);
        check_rivals(walk, node);
        kql_path_enter(&walk->path, &node->field);
    }
    for (size_t i = 0; i < node->child_count; i++)
        check_node(walk, node->children[i], depth + 1);
    walk->path.len = outer_len;
}

/* FROM logs-* | WHERE x == 1: nothing in it is what it looks like, so nothing else is said. */
static bool check_language(struct walk *walk)
{
    if (!kql_is_surely_pipeline(walk->text))
        return false;
    struct draft draft = {.message =
                              "this is another language; here all of it is text that is looked for",
                          .end = walk->text.len};
    buf_init(&draft.instead, sizeof walk->warnings->hint);
    draft.has_hint = kql_pipeline_condition(walk->text, &draft.instead);
    report(walk, &draft);
    buf_release(&draft.instead);
    return true;
}

size_t kql_warn(struct bytes text, const struct kql_node *tree, const struct data_view *view,
                struct kql_warning *warnings, size_t max)
{
    struct walk walk = {.text = text, .view = view, .warnings = warnings, .max = max};
    buf_init(&walk.path, 2 * KQL_TEXT_MAX);
    if (!check_language(&walk))
        check_node(&walk, tree, 0);
    buf_release(&walk.path);
    return walk.count;
}
