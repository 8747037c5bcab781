#include "core/advice/complete.h"

#include <stdbool.h>

#include "core/base/buf.h"
#include "core/base/macros.h"
#include "core/document/data_view.h"
#include "core/kql/parser.h"

/* Octets of a text that is offered, and of a field's name. */
#define OFFER_MAX (2 * KQL_TEXT_MAX)

/* Braces within braces. */
#define BRACES_MAX 16

/* What can stand at a place. */
enum place {
    PLACE_CLAUSE, /* a clause begins: a field, "not" */
    PLACE_VALUE,  /* behind a field and ":" */
    PLACE_NUMBER, /* behind a comparison: nothing is offered */
    PLACE_JOINT,  /* a clause is complete: "and", "or" */
};

/* The reading of an expression up to its end. */
struct reading {
    struct bytes text;
    struct buf path;          /* of the braces around the place, each name followed by a dot */
    size_t outer[BRACES_MAX]; /* octets of the path in front of each open brace */
    size_t braces;            /* that are open */
    size_t word_at;           /* where the last word begins */
    enum place place;
    struct bytes field; /* PLACE_VALUE: as it is written */
    bool is_group;      /* PLACE_VALUE: within parentheses */
    bool is_quoted;     /* the text ends within quotation marks */
};

static struct bytes word_of(const struct reading *r, size_t end)
{
    return bytes_slice(r->text, r->word_at, end - r->word_at);
}

/* A word ends at a blank or a parenthesis. */
static void end_word(struct reading *r, size_t end)
{
    const struct bytes word = word_of(r, end);
    if (word.len == 0)
        return;
    const bool is_joint = bytes_is(word, "and") || bytes_is(word, "or") || bytes_is(word, "AND") ||
                          bytes_is(word, "OR");
    const bool is_not = bytes_is(word, "not") || bytes_is(word, "NOT");
    if (r->place == PLACE_VALUE && r->is_group)
        return;
    if (is_joint)
        r->place = PLACE_CLAUSE;
    else if (!is_not)
        r->place = PLACE_JOINT;
}

static void open_brace(struct reading *r)
{
    if (r->braces < BRACES_MAX)
        r->outer[r->braces++] = r->path.len;
    buf_add(&r->path, r->field);
    buf_add_u8(&r->path, '.');
    r->place = PLACE_CLAUSE;
}

static void close_brace(struct reading *r)
{
    if (r->braces > 0)
        r->path.len = r->outer[--r->braces];
    r->place = PLACE_JOINT;
}

static void close_parenthesis(struct reading *r)
{
    r->is_group = false;
    r->place = PLACE_JOINT;
}

/* One character outside of quotation marks, behind which a new word may begin. */
static void read_sign(struct reading *r, size_t at)
{
    const uint8_t sign = r->text.data[at];
    if (sign == ' ' || sign == '\t' || sign == '\n' || sign == ')')
        end_word(r, at);
    if (sign == ':') {
        r->field = word_of(r, at);
        r->place = PLACE_VALUE;
    } else if (sign == '<' || sign == '>' || sign == '=') {
        r->place = PLACE_NUMBER;
    } else if (sign == '(' && r->place == PLACE_VALUE) {
        r->is_group = true;
    } else if (sign == '{') {
        open_brace(r);
    } else if (sign == '}') {
        close_brace(r);
    } else if (sign == ')') {
        close_parenthesis(r);
    }
    r->word_at = at + 1;
}

static bool is_sign(uint8_t octet)
{
    static const char signs[] = " \t\n()<>={}:";
    return octet != '\0' && memchr(signs, octet, sizeof signs - 1) != NULL;
}

static void read_text(struct reading *r)
{
    for (size_t i = 0; i < r->text.len; i++) {
        const uint8_t octet = r->text.data[i];
        if (octet == '\\')
            i++;
        else if (octet == '"')
            r->is_quoted = !r->is_quoted;
        else if (!r->is_quoted && is_sign(octet))
            read_sign(r, i);
    }
}

/* Who gets the texts that begin with the last word. */
struct offer {
    const struct reading *reading;
    advice_handler handler;
    void *context;
    const char *behind; /* what follows the word */
    struct buf text;
};

static void offer_word(void *context, const char *word)
{
    struct offer *const offer = context;
    const struct reading *const r = offer->reading;
    if (!bytes_starts_with(bytes_of(word), word_of(r, r->text.len)))
        return;
    buf_reset(&offer->text);
    buf_add(&offer->text, bytes_slice(r->text, 0, r->word_at));
    buf_add_text(&offer->text, word);
    buf_add_text(&offer->text, offer->behind);
    offer->handler(offer->context, buf_text(&offer->text));
}

/* The nested field whose braces are around the place, FIELD_NONE outside of braces; false if there
 * is no such field. */
static bool find_scope(const struct reading *r, const struct data_view *view, uint16_t *scope)
{
    *scope = FIELD_NONE;
    if (r->path.len == 0)
        return true;
    *scope = data_view_find(view, bytes_slice(buf_bytes(&r->path), 0, r->path.len - 1));
    return *scope != FIELD_NONE;
}

static void offer_fields(struct offer *offer, const struct data_view *view)
{
    uint16_t scope = FIELD_NONE;
    if (!find_scope(offer->reading, view, &scope))
        return;
    for (uint16_t i = 0; i < view->count; i++) {
        const struct data_view_field *const field = &view->fields[i];
        if (field->nested != scope || field->type == FIELD_OBJECT)
            continue;
        offer->behind = field->type == FIELD_NESTED ? ":{" : ":";
        offer_word(offer, field->name + offer->reading->path.len);
    }
    offer->behind = " ";
    offer_word(offer, "not");
}

static void offer_values(struct offer *offer)
{
    const struct reading *const r = offer->reading;
    struct buf name;
    buf_init(&name, OFFER_MAX);
    buf_add(&name, buf_bytes(&r->path));
    buf_add(&name, r->field);
    spelling_values(buf_bytes(&name), offer_word, offer);
    buf_release(&name);
}

void complete_expression(struct bytes text, advice_handler handler, void *context)
{
    struct reading r = {.text = text, .place = PLACE_CLAUSE};
    struct offer offer = {.reading = &r, .handler = handler, .context = context, .behind = " "};
    buf_init(&r.path, OFFER_MAX);
    buf_init(&offer.text, OFFER_MAX);
    read_text(&r);
    if (!r.is_quoted && r.place == PLACE_CLAUSE) {
        offer_fields(&offer, data_view_builtin());
    } else if (!r.is_quoted && r.place == PLACE_VALUE) {
        offer_values(&offer);
    } else if (!r.is_quoted && r.place == PLACE_JOINT) {
        offer_word(&offer, "and");
        offer_word(&offer, "or");
    }
    buf_release(&r.path);
    buf_release(&offer.text);
}
