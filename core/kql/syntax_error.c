#include "core/kql/syntax_error.h"

#include <stdbool.h>
#include <strings.h>

#include "core/base/buf.h"
#include "core/kql/hints.h"
#include "core/kql/literal.h"

/* Octets of the user's own words that a message repeats. */
#define EXCERPT_MAX 40

size_t kql_column(struct bytes text, size_t at)
{
    size_t column = 1;
    for (size_t i = 0; i < at && i < text.len; i++)
        column += (text.data[i] & 0xc0) != 0x80;
    return column;
}

static bool is_before(const struct kql_failure *f, const char *sign)
{
    return bytes_is(f->before, sign);
}

static bool is_word_before(const struct kql_failure *f)
{
    return f->before.len > 1 && f->before.data[0] >= 'A';
}

/* Appends text[at..] up to the next blank or special character, at least one character of it. */
static void add_word(const struct kql_failure *f, struct buf *out)
{
    size_t end = f->at;
    while (end < f->text.len && end - f->at < EXCERPT_MAX && f->text.data[end] > ' ' &&
           !kql_is_special(f->text.data[end]))
        end++;
    if (end == f->at)
        end++;
    while (end < f->text.len && (f->text.data[end] & 0xc0) == 0x80)
        end++;
    buf_add_u8(out, '"');
    buf_add(out, bytes_slice(f->text, f->at, end - f->at));
    buf_add_u8(out, '"');
}

static void add_before(const struct kql_failure *f, struct buf *out)
{
    buf_add_u8(out, '"');
    buf_add(out, f->before);
    buf_add_u8(out, '"');
}

/* The expression ends, and something should follow. */
static void describe_end(const struct kql_failure *f, struct buf *out)
{
    if (is_word_before(f)) {
        add_before(f, out);
        buf_add_text(out, " has nothing behind it");
    } else if (f->group != NULL && (is_before(f, "(") || is_before(f, "{") || is_before(f, "<"))) {
        buf_add_format(out, "the group opened at column %zu is empty and not closed",
                       kql_column(f->text, f->group->at));
    } else {
        buf_add_text(out, "a value is missing behind ");
        add_before(f, out);
    }
}

/* A character stands where a clause or a value should start. */
static void describe_start(const struct kql_failure *f, struct buf *out)
{
    const char *const thing = f->expected == KQL_EXPECT_VALUE ? "value" : "clause";
    if (f->expected == KQL_EXPECT_VALUE && f->text.data[f->at] == '(') {
        buf_add_text(out, "a comparison takes one value, not a group of values");
    } else if (kql_skip_keyword(f->text, f->at, "not") != f->at) {
        buf_add_text(out, "\"not\" is not possible directly behind ");
        add_before(f, out);
    } else if (f->before.len != 0) {
        buf_add_format(out, "a %s is missing between ", thing);
        add_before(f, out);
        buf_add_text(out, " and ");
        add_word(f, out);
    } else {
        buf_add_format(out, "a %s cannot start with ", thing);
        add_word(f, out);
    }
}

static void add_missing_close(const struct kql_failure *f, struct buf *out)
{
    buf_add_format(out, "\"%c\" is missing, the group opened at column %zu is not closed",
                   f->group->close, kql_column(f->text, f->group->at));
}

/* A ":" or a comparison behind a complete clause. */
static void describe_second_sign(const struct kql_failure *f, struct buf *out)
{
    const uint8_t found = f->text.data[f->at];
    if (f->before.len != 0 && f->before.data[0] == found)
        buf_add_format(out, "a clause has one \"%c\", this is the second", found);
    else
        buf_add_format(out, "\"%c\" cannot follow here", found);
}

/* Octets of "and" or "or" at the place of the error, 0 if neither stands there. */
static size_t bare_operator(const struct kql_failure *f)
{
    static const char *const words[] = {"and", "or"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        const size_t len = strlen(words[i]);
        const size_t end = f->at + len;
        if (end > f->text.len ||
            strncasecmp((const char *)f->text.data + f->at, words[i], len) != 0)
            continue;
        if (end == f->text.len || f->text.data[end] <= ' ' || kql_is_special(f->text.data[end]))
            return len;
    }
    return 0;
}

/* A clause is complete, and what follows does not continue the expression. */
static void describe_rest(const struct kql_failure *f, struct buf *out)
{
    const uint8_t found = f->text.data[f->at];
    const size_t word_len = bare_operator(f);
    if (found == ')' || found == '}') {
        if (f->group != NULL)
            add_missing_close(f, out);
        else
            buf_add_format(out, "\"%c\" closes a group that was not opened", found);
    } else if (found == ':' || found == '<' || found == '>') {
        describe_second_sign(f, out);
    } else if (found == '{') {
        buf_add_text(out, "\"{\" must follow a field name and \":\"");
    } else if (found == '"') {
        buf_add_text(out, "a quotation mark cannot follow here");
    } else if (kql_skip_keyword(f->text, f->at, "not") != f->at) {
        buf_add_text(out, "\"not\" is an operator here, \"and\" or \"or\" is missing before it");
    } else if (word_len != 0 && f->at + word_len == f->text.len) {
        add_word(f, out);
        buf_add_text(out, " has nothing behind it");
    } else if (word_len != 0) {
        buf_add_text(out, "an operator needs a blank on both sides");
    } else {
        buf_add_text(out, "\"and\" or \"or\" is missing before ");
        add_word(f, out);
    }
}

/* What can be said from the character alone, wherever it stands. */
static bool describe_found(const struct kql_failure *f, struct buf *out)
{
    const uint8_t found = f->text.data[f->at];
    if (found == '"' && f->expected != KQL_EXPECT_END) {
        buf_add_text(out, "the quotation mark that opens here is not closed");
        return true;
    }
    if (found == '\\') {
        buf_add_text(out, "the backslash escapes nothing that can be escaped");
        return true;
    }
    return false;
}

static void describe(const struct kql_failure *f, struct buf *out)
{
    if (f->at >= f->text.len) {
        if (f->expected == KQL_EXPECT_END)
            add_missing_close(f, out);
        else
            describe_end(f, out);
    } else if (!describe_found(f, out)) {
        if (f->expected == KQL_EXPECT_END)
            describe_rest(f, out);
        else
            describe_start(f, out);
    }
}

/* The outermost `path:<` whose ">" is nowhere to be found: such a "<" was hardly meant as a
 * group, and Kibana, which has no such groups, points at it. */
static const struct kql_group *lost_angle(const struct kql_failure *f)
{
    const struct kql_group *lost = NULL;
    if (memchr(f->text.data + f->at, '>', f->text.len - f->at) != NULL)
        return NULL;
    for (const struct kql_group *group = f->group; group != NULL; group = group->outer) {
        if (group->close == '>')
            lost = group;
    }
    return lost;
}

void kql_syntax_error(const struct kql_failure *failure, struct kql_error *error)
{
    struct kql_failure f = *failure;
    *error = (struct kql_error){.kind = KQL_ERROR_SYNTAX, .at = f.at, .related_at = SIZE_MAX};
    struct buf message = {.data = (uint8_t *)error->message,
                          .cap = sizeof error->message - 1,
                          .max = sizeof error->message - 1};
    const struct kql_group *const angle = lost_angle(&f);
    if (angle != NULL) {
        f.at = error->at = angle->at;
        f.group = angle->outer;
        f.expected = KQL_EXPECT_VALUE;
        buf_add_text(&message, "\"<\" opens a group here, and there is no \">\" to close it");
    } else {
        describe(&f, &message);
        if (f.group != NULL && f.expected == KQL_EXPECT_END)
            error->related_at = f.group->at;
    }
    kql_hint(&f, error);
}
