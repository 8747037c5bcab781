#include "core/kql/query_string.h"

/* Lucene's white space: blank, TAB, CR, LF and U+3000. */
static const struct bytes IDEOGRAPHIC_SPACE = {(const uint8_t *)"\xe3\x80\x80", 3};

/* A value is read octet by octet; between its pieces stands a wildcard. */
struct splitter {
    const struct kql_literal *value;
    size_t piece;
    size_t at;            /* in the piece */
    struct bytes *pieces; /* of all words, one array: a word's pieces follow each other */
    size_t piece_count;
    struct query_term *words;
    size_t word_count;
};

static size_t space_len(struct bytes rest)
{
    if (rest.len == 0)
        return 0;
    const uint8_t c = rest.data[0];
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
        return 1;
    return bytes_starts_with(rest, IDEOGRAPHIC_SPACE) ? IDEOGRAPHIC_SPACE.len : 0;
}

static struct bytes rest_of_piece(const struct splitter *s)
{
    const struct bytes piece = s->value->pieces[s->piece];
    return bytes_slice(piece, s->at, piece.len);
}

static void skip_space(struct splitter *s)
{
    for (size_t len = space_len(rest_of_piece(s)); len != 0; len = space_len(rest_of_piece(s)))
        s->at += len;
}

/* Takes the text up to the next blank or the end of the piece. */
static struct bytes take_text(struct splitter *s)
{
    const struct bytes rest = rest_of_piece(s);
    size_t len = 0;
    while (len < rest.len && space_len(bytes_slice(rest, len, rest.len)) == 0)
        len++;
    s->at += len;
    return bytes_slice(rest, 0, len);
}

/* Takes one word: texts with wildcards between them, up to the next blank. */
static void take_word(struct splitter *s)
{
    struct query_term *const word = &s->words[s->word_count++];
    struct bytes *const pieces = &s->pieces[s->piece_count];
    size_t count = 0;
    pieces[count++] = take_text(s);
    while (rest_of_piece(s).len == 0 && s->piece + 1 < s->value->piece_count) {
        s->piece++;
        s->at = 0;
        pieces[count++] = take_text(s);
    }
    s->piece_count += count;
    const bool is_star = count == 2 && pieces[0].len == 0 && pieces[1].len == 0;
    *word = (struct query_term){
        .kind = count == 1 ? TERM_TEXT
                : is_star  ? TERM_STAR
                           : TERM_PIECES,
        .text = pieces[0],
        .pieces = pieces,
        .piece_count = count,
    };
}

/* Octets of all pieces and a word for each wildcard: more words there cannot be. */
static size_t most_words(const struct kql_literal *value)
{
    size_t most = value->piece_count;
    for (size_t i = 0; i < value->piece_count; i++)
        most += value->pieces[i].len;
    return most;
}

static enum status split(struct splitter *s, struct arena *arena)
{
    const size_t most = most_words(s->value) + 1;
    s->words = arena_array(arena, most, sizeof *s->words);
    s->pieces = arena_array(arena, 2 * most, sizeof *s->pieces);
    if (s->words == NULL || s->pieces == NULL)
        return ST_NO_MEMORY;
    for (;;) {
        skip_space(s);
        const bool is_last = s->piece + 1 == s->value->piece_count;
        if (rest_of_piece(s).len == 0 && is_last)
            return ST_OK;
        take_word(s);
    }
}

static bool is_operator(const struct query_term *word, const char *name)
{
    return word->kind == TERM_TEXT && bytes_is(word->text, name);
}

static bool is_any_operator(const struct query_term *word)
{
    return is_operator(word, "AND") || is_operator(word, "OR") || is_operator(word, "NOT");
}

/* The words of a value while they become terms. */
struct words {
    const struct query_term *items;
    size_t count;
    size_t at;
};

static bool is_text_at(const struct words *w, size_t at)
{
    return at < w->count && w->items[at].kind == TERM_TEXT && !is_any_operator(&w->items[at]);
}

/* Words without wildcards that follow each other and have no AND or OR behind them are one term:
 * on a keyword field they are compared as a whole. */
static size_t joined_words(const struct words *w)
{
    size_t count = 1;
    for (size_t at = w->at + 1; is_text_at(w, at); at++, count++) {
        const bool binds = at + 1 < w->count && (is_operator(&w->items[at + 1], "AND") ||
                                                 is_operator(&w->items[at + 1], "OR"));
        if (binds)
            break;
    }
    return is_text_at(w, w->at) ? count : 1;
}

static enum status join_words(const struct words *w, size_t count, struct arena *arena,
                              struct bytes *text)
{
    size_t len = count - 1;
    for (size_t i = 0; i < count; i++)
        len += w->items[w->at + i].text.len;
    uint8_t *const to = arena_alloc(arena, len);
    if (to == NULL)
        return ST_NO_MEMORY;
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        const struct bytes word = w->items[w->at + i].text;
        if (i != 0)
            to[at++] = ' ';
        memcpy(to + at, word.data, word.len);
        at += word.len;
    }
    *text = (struct bytes){to, len};
    return ST_OK;
}

/* Takes the operators before a term. */
static enum query_occur take_operators(struct words *w, bool is_first, bool *is_and)
{
    *is_and = false;
    if (!is_first && w->at < w->count) {
        *is_and = is_operator(&w->items[w->at], "AND");
        if (*is_and || is_operator(&w->items[w->at], "OR"))
            w->at++;
    }
    if (w->at < w->count && is_operator(&w->items[w->at], "NOT")) {
        w->at++;
        return OCCUR_MUST_NOT;
    }
    return *is_and ? OCCUR_MUST : OCCUR_SHOULD;
}

static enum status take_term(struct words *w, struct arena *arena, struct query_term *terms,
                             size_t *count)
{
    bool is_and = false;
    const size_t start = w->at;
    const enum query_occur occur = take_operators(w, *count == 0, &is_and);
    if (w->at == w->count || is_any_operator(&w->items[w->at]))
        return ST_INVALID;
    if (is_and && terms[*count - 1].occur == OCCUR_SHOULD)
        terms[*count - 1].occur = OCCUR_MUST;
    struct query_term *const term = &terms[(*count)++];
    *term = w->items[w->at];
    term->occur = occur;
    const size_t joined = w->at == start ? joined_words(w) : 1;
    const enum status status = joined == 1 ? ST_OK : join_words(w, joined, arena, &term->text);
    w->at += joined;
    return status;
}

enum status query_string_read(const struct kql_literal *value, struct arena *arena,
                              struct query_string *query)
{
    struct splitter s = {.value = value};
    enum status status = split(&s, arena);
    if (status != ST_OK)
        return status;
    struct words words = {.items = s.words, .count = s.word_count};
    struct query_term *const terms = arena_array(arena, s.word_count, sizeof *terms);
    if (terms == NULL)
        return ST_NO_MEMORY;
    size_t count = 0;
    while (status == ST_OK && (words.at < words.count || count == 0))
        status = take_term(&words, arena, terms, &count);
    *query = (struct query_string){terms, count};
    return status;
}
