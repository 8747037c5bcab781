#include "core/kql/hints.h"

#include <stdbool.h>
#include <stdio.h>
#include <strings.h>

#include "core/base/buf.h"
#include "core/kql/literal.h"
#include "core/kql/pipeline.h"

static struct bytes from_to(struct bytes text, size_t from, size_t to)
{
    return bytes_slice(text, from, to - from);
}

/* The text with [from, to) replaced. */
static void splice(const struct kql_failure *f, size_t from, size_t to, const char *replacement,
                   struct buf *out)
{
    buf_add(out, from_to(f->text, 0, from));
    buf_add_text(out, replacement);
    buf_add(out, from_to(f->text, to, f->text.len));
}

static bool is_at_end(const struct kql_failure *f)
{
    return f->at >= f->text.len;
}

static uint8_t found(const struct kql_failure *f)
{
    return is_at_end(f) ? 0 : f->text.data[f->at];
}

/* The offset behind the last octet of text[0, end) that is not an ASCII blank. */
static size_t trimmed(struct bytes text, size_t end)
{
    while (end > 0 && text.data[end - 1] <= ' ')
        end--;
    return end;
}

/* The offset at which the word before `end` starts. */
static size_t word_start(struct bytes text, size_t end)
{
    while (end > 0 && text.data[end - 1] > ' ' && !kql_is_special(text.data[end - 1]))
        end--;
    return end;
}

static bool is_operator_word(struct bytes word)
{
    static const char *const words[] = {"and", "or", "not"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (word.len == strlen(words[i]) &&
            strncasecmp((const char *)word.data, words[i], word.len) == 0)
            return true;
    }
    return false;
}

static bool is_close(uint8_t octet)
{
    return octet == ')' || octet == '}' || octet == '>';
}

static void close_groups(const struct kql_group *group, struct buf *out)
{
    for (; group != NULL; group = group->outer)
        buf_add_u8(out, (uint8_t)group->close);
}

/* rrsets:{type:A  ->  rrsets:{type:A} */
static bool close_open_groups(const struct kql_failure *f, struct buf *out)
{
    if (!is_at_end(f) || f->expected != KQL_EXPECT_END || f->group == NULL)
        return false;
    buf_add(out, from_to(f->text, 0, trimmed(f->text, f->text.len)));
    close_groups(f->group, out);
    return true;
}

/* a:b and  ->  a:b */
static bool drop_last_operator(const struct kql_failure *f, struct buf *out)
{
    size_t end = trimmed(f->text, f->text.len);
    size_t start = word_start(f->text, end);
    if (start > f->at || !is_operator_word(from_to(f->text, start, end)))
        return false;
    while (start < end && is_operator_word(from_to(f->text, start, end))) {
        end = trimmed(f->text, start);
        start = word_start(f->text, end);
    }
    buf_add(out, from_to(f->text, 0, end));
    close_groups(f->group, out);
    return end > 0;
}

/* type:"A  ->  type:"A", in front of closing characters that belong to groups */
static bool close_quote(const struct kql_failure *f, struct buf *out)
{
    if (found(f) != '"' || f->expected == KQL_EXPECT_END)
        return false;
    size_t end = trimmed(f->text, f->text.len);
    const struct kql_group *group = f->group;
    while (group != NULL && end > f->at + 1 && is_close(f->text.data[end - 1])) {
        end--;
        group = group->outer;
    }
    splice(f, end, end, "\"", out);
    close_groups(group, out);
    return true;
}

/* type="A", type=="A"  ->  type:"A";  type!="A"  ->  not type:"A" */
static bool equals_sign(const struct kql_failure *f, struct buf *out)
{
    size_t end = trimmed(f->text, f->at);
    if (found(f) != '"' || end == 0 || f->text.data[end - 1] != '=')
        return false;
    while (end > f->literal_at && f->text.data[end - 1] == '=')
        end--;
    const bool is_not = end > f->literal_at && f->text.data[end - 1] == '!';
    const size_t field_end = trimmed(f->text, is_not ? end - 1 : end);
    if (field_end <= f->literal_at)
        return false;
    buf_add(out, from_to(f->text, 0, f->literal_at));
    buf_add_text(out, is_not ? "not " : "");
    buf_add(out, from_to(f->text, f->literal_at, field_end));
    buf_add_u8(out, ':');
    buf_add(out, from_to(f->text, f->at, f->text.len));
    return true;
}

/* a:b && c:d  ->  a:b and c:d */
static bool logic_signs(const struct kql_failure *f, struct buf *out)
{
    bool is_quoted = false;
    bool is_changed = false;
    for (size_t i = 0; i < f->text.len; i++) {
        const uint8_t octet = f->text.data[i];
        const bool is_double = i + 1 < f->text.len && f->text.data[i + 1] == octet;
        if (octet == '"' && (i == 0 || f->text.data[i - 1] != '\\'))
            is_quoted = !is_quoted;
        if (is_quoted || !is_double || (octet != '&' && octet != '|')) {
            buf_add_u8(out, octet);
            continue;
        }
        while (out->len > 0 && out->data[out->len - 1] == ' ')
            out->len--;
        buf_add_text(out, octet == '&' ? " and " : " or ");
        i = kql_skip_space(f->text, i + 2) - 1;
        is_changed = true;
    }
    return is_changed;
}

/* The first of the signs that logic_signs replaces. */
static size_t logic_sign_at(const struct kql_failure *f)
{
    bool is_quoted = false;
    for (size_t i = 0; i + 1 < f->text.len; i++) {
        const uint8_t octet = f->text.data[i];
        if (octet == '"' && (i == 0 || f->text.data[i - 1] != '\\'))
            is_quoted = !is_quoted;
        if (!is_quoted && f->text.data[i + 1] == octet && (octet == '&' || octet == '|'))
            return i;
    }
    return f->at;
}

static void add_bound(struct bytes bound, struct buf *out)
{
    buf_add_u8(out, '"');
    buf_add(out, bound);
    buf_add_u8(out, '"');
}

/* @timestamp:[A TO B]  ->  @timestamp >= "A" and @timestamp <= "B" */
static bool range_brackets(const struct kql_failure *f, struct buf *out)
{
    const struct bytes rest = from_to(f->text, f->literal_at, f->text.len);
    const size_t close = bytes_find(rest, BYTES_LITERAL("]"));
    const size_t to = bytes_find(rest, BYTES_LITERAL(" TO "));
    const size_t colon = trimmed(f->text, f->literal_at);
    if (!bytes_starts_with(rest, BYTES_LITERAL("[")) || close == SIZE_MAX || to >= close ||
        colon == 0 || f->text.data[colon - 1] != ':')
        return false;
    const size_t field_end = trimmed(f->text, colon - 1);
    buf_add(out, from_to(f->text, 0, field_end));
    buf_add_text(out, " >= ");
    add_bound(from_to(rest, 1, to), out);
    buf_add_text(out, " and ");
    buf_add(out, from_to(f->text, word_start(f->text, field_end), field_end));
    buf_add_text(out, " <= ");
    add_bound(from_to(rest, to + 4, close), out);
    buf_add(out, from_to(rest, close + 1, rest.len));
    return true;
}

/* ttl:>60  ->  ttl >60 */
static bool colon_and_comparison(const struct kql_failure *f, struct buf *out)
{
    const size_t end = trimmed(f->text, f->at);
    if ((found(f) != '<' && found(f) != '>') || end == 0 || f->text.data[end - 1] != ':')
        return false;
    splice(f, end - 1, f->at, " ", out);
    return true;
}

/* rrsets:<type:A  ->  rrsets:{type:A} */
static bool angle_group(const struct kql_failure *f, struct buf *out)
{
    if (found(f) != '<' || f->expected == KQL_EXPECT_END)
        return false;
    size_t end = trimmed(f->text, f->text.len);
    if (f->text.data[end - 1] == '}')
        end--;
    buf_add(out, from_to(f->text, 0, f->at));
    buf_add_u8(out, '{');
    buf_add(out, from_to(f->text, f->at + 1, end));
    buf_add_u8(out, '}');
    close_groups(f->group, out);
    return true;
}

/* The offset behind a value that starts at or before `at` and was cut short by a character that
 * needs an escape: up to the next blank or closing character. */
static size_t cut_value_end(const struct kql_failure *f, size_t at)
{
    while (at < f->text.len && f->text.data[at] > ' ' && f->text.data[at] != '"' &&
           f->text.data[at] != '(' && !is_close(f->text.data[at]))
        at++;
    return at;
}

static void quote(const struct kql_failure *f, size_t from, size_t to, struct buf *out)
{
    buf_add(out, from_to(f->text, 0, from));
    buf_add_u8(out, '"');
    buf_add(out, from_to(f->text, from, to));
    buf_add_u8(out, '"');
    buf_add(out, from_to(f->text, to, f->text.len));
}

/* a:b c:d  ->  a:b and c:d;  client.ip:2001:db8::1  ->  client.ip:"2001:db8::1" */
static bool second_colon(const struct kql_failure *f, struct buf *out)
{
    if (found(f) != ':' || f->expected != KQL_EXPECT_END || f->literal_end == 0)
        return false;
    const size_t field_end = trimmed(f->text, f->at);
    const size_t start = word_start(f->text, field_end);
    if (start > f->literal_at) {
        splice(f, start, start, "and ", out);
        return true;
    }
    quote(f, f->literal_at, cut_value_end(f, f->at), out);
    return true;
}

/* not(a), !(a), a and(b), a in (b): what stands before the parenthesis has to change */
static bool parenthesis(const struct kql_failure *f, struct buf *out)
{
    if (found(f) != '(' || f->expected != KQL_EXPECT_END)
        return false;
    const size_t end = trimmed(f->text, f->at);
    const size_t start = word_start(f->text, end);
    const struct bytes word = from_to(f->text, start, end);
    if (is_operator_word(word)) {
        splice(f, end, f->at, " ", out);
        return true;
    }
    if (bytes_is(word, "!") || bytes_is(word, "-")) {
        splice(f, start, f->at, "not ", out);
        return true;
    }
    return false;
}

/* type in (A, AAAA), type:in (A, AAAA)  ->  type:(A or AAAA) */
static bool value_list(const struct kql_failure *f, struct buf *out)
{
    const size_t end = trimmed(f->text, f->at);
    const size_t start = word_start(f->text, end);
    if (found(f) != '(' || end - start != 2 ||
        strncasecmp((const char *)f->text.data + start, "in", 2) != 0)
        return false;
    const size_t field_end = trimmed(f->text, start);
    buf_add(out, from_to(f->text, 0, field_end));
    buf_add_text(out, field_end > 0 && f->text.data[field_end - 1] == ':' ? "" : ":");
    bool is_inside = true;
    for (size_t i = f->at; i < f->text.len; i++) {
        is_inside = is_inside && f->text.data[i] != ')';
        if (is_inside && f->text.data[i] == ',')
            buf_add_text(out, " or");
        else
            buf_add_u8(out, f->text.data[i]);
    }
    return true;
}

/* rrsets{type:A}  ->  rrsets:{type:A} */
static bool brace_without_colon(const struct kql_failure *f, struct buf *out)
{
    if (found(f) != '{' || f->expected != KQL_EXPECT_END)
        return false;
    splice(f, trimmed(f->text, f->at), f->at, ":", out);
    return true;
}

/* C:\dir  ->  C:\\dir */
static bool lone_backslash(const struct kql_failure *f, struct buf *out)
{
    if (found(f) != '\\')
        return false;
    splice(f, f->at, f->at, "\\", out);
    return true;
}

/* type:not A  ->  not type:A;  message:cannot connect  ->  message:"cannot connect" */
static bool misplaced_not(const struct kql_failure *f, struct buf *out)
{
    const size_t behind = kql_skip_keyword(f->text, f->at, "not");
    if (behind == f->at || f->literal_end == 0)
        return false;
    if (f->expected == KQL_EXPECT_VALUE && bytes_is(f->before, ":")) {
        buf_add(out, from_to(f->text, 0, f->literal_at));
        buf_add_text(out, "not ");
        buf_add(out, from_to(f->text, f->literal_at, f->at));
        buf_add(out, from_to(f->text, behind, f->text.len));
        return true;
    }
    if (f->expected != KQL_EXPECT_END)
        return false;
    size_t end = behind;
    while (end < f->text.len && !kql_is_special(f->text.data[end]) &&
           kql_skip_operator(f->text, end, "and") == end &&
           kql_skip_operator(f->text, end, "or") == end)
        end++;
    quote(f, f->literal_at, trimmed(f->text, end), out);
    return true;
}

/* a:b)  ->  a:b;  a:b"  ->  a:b */
static bool stray_sign(const struct kql_failure *f, struct buf *out)
{
    const bool is_last = trimmed(f->text, f->text.len) == f->at + 1;
    const bool is_quote = found(f) == '"' && (is_last || f->at + 1 == trimmed(f->text, f->at + 2));
    if (f->expected != KQL_EXPECT_END || (!is_close(found(f)) && !is_quote))
        return false;
    splice(f, f->at, f->at + 1, "", out);
    close_groups(f->group, out);
    return true;
}

/* (a)and(b)  ->  (a) and (b) */
static bool operator_without_blanks(const struct kql_failure *f, struct buf *out)
{
    size_t end = f->at;
    while (end < f->text.len && f->text.data[end] > ' ' && !kql_is_special(f->text.data[end]))
        end++;
    if (f->expected != KQL_EXPECT_END || !is_operator_word(from_to(f->text, f->at, end)))
        return false;
    buf_add(out, from_to(f->text, 0, f->at));
    buf_add_text(out, f->at > 0 && f->text.data[f->at - 1] <= ' ' ? "" : " ");
    buf_add(out, from_to(f->text, f->at, end));
    buf_add_u8(out, ' ');
    buf_add(out, from_to(f->text, end, f->text.len));
    return true;
}

/* "a" "b"  ->  "a" and "b" */
static bool missing_and(const struct kql_failure *f, struct buf *out)
{
    if (f->expected != KQL_EXPECT_END || is_at_end(f) || is_close(found(f)) || found(f) == ':')
        return false;
    const bool after_blank = f->at > 0 && f->text.data[f->at - 1] <= ' ';
    splice(f, f->at, f->at, after_blank ? "and " : " and ", out);
    return true;
}

static bool pipeline_condition(const struct kql_failure *f, struct buf *out)
{
    return kql_pipeline_condition(f->text, out);
}

/* True for {"query":{...}}, which is pasted from a request. */
static bool is_query_body(struct bytes text)
{
    size_t at = 1;
    while (at < text.len && text.data[at] <= ' ')
        at++;
    return at < text.len && text.data[0] == '{' && text.data[at] == '"';
}

/* Writes the mended expression; false if it is not for this habit. */
typedef bool (*mend_function)(const struct kql_failure *f, struct buf *out);

/* Sets the hint if there is one that parses. */
static bool set_hint(const struct kql_failure *f, mend_function mend, struct kql_error *error)
{
    struct buf out = {.data = (uint8_t *)error->hint,
                      .cap = sizeof error->hint - 1,
                      .max = sizeof error->hint - 1};
    const bool is_mended = mend(f, &out) && buf_ok(&out);
    error->hint[is_mended ? out.len : 0] = '\0';
    /* A text with a NUL would be cut there. */
    if (is_mended && strlen(error->hint) == out.len && kql_is_expression(buf_bytes(&out)))
        return true;
    error->hint[0] = '\0';
    return false;
}

void kql_hint(const struct kql_failure *failure, struct kql_error *error)
{
    /* The first habit that fits and gives an expression; particular ones stand before general
     * ones. A message, where there is one, says more than the place of the error; its own place
     * then stands for that. */
    static const struct {
        mend_function mend;
        const char *message;
        size_t (*place)(const struct kql_failure *f); /* NULL: where the parser failed */
    } habits[] = {
        {close_open_groups, NULL, NULL},
        {drop_last_operator, NULL, NULL},
        {logic_signs, "\"&&\" and \"||\" are ordinary characters in KQL, its operators are words",
         logic_sign_at},
        {equals_sign,
         "\"=\" is an ordinary character in KQL, a field and its value are joined by \":\"", NULL},
        {close_quote, NULL, NULL},
        {range_brackets, "\"[\" is an ordinary character in KQL, a range is two comparisons", NULL},
        {colon_and_comparison, "a comparison has no \":\"", NULL},
        {angle_group, NULL, NULL},
        {parenthesis, NULL, NULL},
        {value_list, "values are listed in a group behind \":\"", NULL},
        {second_colon, NULL, NULL},
        {brace_without_colon, NULL, NULL},
        {lone_backslash, NULL, NULL},
        {misplaced_not, NULL, NULL},
        {stray_sign, NULL, NULL},
        {operator_without_blanks, NULL, NULL},
        {missing_and, NULL, NULL},
    };
    if (kql_is_pipeline(failure->text)) {
        error->at = 0;
        (void)snprintf(error->message, sizeof error->message,
                       "this is another language; of a pipeline KQL has only the condition");
        (void)set_hint(failure, pipeline_condition, error);
        return;
    }
    if (is_query_body(failure->text)) {
        (void)snprintf(error->message, sizeof error->message,
                       "this is a query of Elasticsearch in JSON, KQL is written field:value");
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(habits); i++) {
        if (!set_hint(failure, habits[i].mend, error))
            continue;
        if (habits[i].place != NULL)
            error->at = habits[i].place(failure);
        if (habits[i].message != NULL)
            (void)snprintf(error->message, sizeof error->message, "%s", habits[i].message);
        return;
    }
}
