#include "core/base/options.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/bytes.h"
#include "core/base/nearest.h"

static const struct option *find(const struct option_table *table, struct bytes name)
{
    for (size_t i = 0; i < table->count; i++) {
        if (bytes_is(name, table->rows[i].name))
            return &table->rows[i];
    }
    return NULL;
}

/* True if `word`, with its dashes, is one of the words in `habits`. */
static bool is_habit(const char *habits, struct bytes word)
{
    while (habits != NULL && habits[0] != '\0') {
        const size_t len = strcspn(habits, " ");
        if (bytes_equal(word, bytes_slice(bytes_of(habits), 0, len)))
            return true;
        habits += len + strspn(habits + len, " ");
    }
    return false;
}

/* The option that somebody may mean by `word`, which is "--name" or "-n", with or without a value
 * behind the letter; NULL if there is none. */
static const char *meant_by(const struct option_table *table, struct bytes word)
{
    const bool is_letter = !bytes_starts_with(word, BYTES_LITERAL("--"));
    for (size_t i = 0; i < table->count; i++) {
        if (is_habit(table->rows[i].habits, is_letter ? bytes_slice(word, 0, 2) : word))
            return table->rows[i].name;
    }
    if (is_letter)
        return NULL;
    struct nearest nearest = nearest_to(bytes_slice(word, 2, word.len));
    for (size_t i = 0; i < table->count; i++)
        nearest_offer(&nearest, table->rows[i].name);
    return nearest.name;
}

/* Refuses an option, with its dashes and perhaps "=value". */
static enum status unknown(const struct option_table *table, const char *typed, struct error *err)
{
    const struct bytes word = bytes_slice(bytes_of(typed), 0, strcspn(typed, "="));
    const char *const meant = meant_by(table, word);
    const int len = word.len > 64 ? 64 : (int)word.len;
    if (meant != NULL)
        return error_set(err, ST_INVALID, "unknown option %.*s; did you mean --%s?", len, typed,
                         meant);
    return error_set(err, ST_INVALID, "unknown option %.*s%s", len, typed,
                     typed[1] == '-' ? "" : "; options begin with --");
}

/* The name of the option whose letter `word` ("-c") shows; NULL if there is none. */
static const char *name_of_letter(const struct option_table *table, const char *word)
{
    if (word[2] != '\0')
        return NULL;
    for (size_t i = 0; i < table->count; i++) {
        if (table->rows[i].letter == word[1])
            return table->rows[i].name;
    }
    return word[1] == 'h' ? "help" : NULL;
}

enum status operands_init(struct operands *operands, size_t count, char *const *words,
                          struct error *err)
{
    /* One more, so that a command line without words needs no special case. */
    operands->words = calloc(count + 1, sizeof *operands->words);
    operands->count = count;
    if (operands->words == NULL)
        return error_set(err, ST_NO_MEMORY, "no memory for the command line");
    for (size_t i = 0; i < count; i++)
        operands->words[i] = words[i];
    return ST_OK;
}

void operands_release(struct operands *operands)
{
    free(operands->words);
    *operands = (struct operands){.words = NULL};
}

/* One parsing of a command line: words are read at `next`, operands stay in [0, kept). */
struct parsing {
    const struct option_table *table;
    void *settings;
    struct operands *operands;
    const char *typed; /* the option that is being read, with its dashes */
    size_t next;
    size_t kept;
};

static enum status set_option(const struct parsing *parsing, const struct option *option,
                              const char *value, struct error *err)
{
    const enum status status = option->set(parsing->settings, value, err);
    if (status != ST_OK)
        error_prefix(err, "--%s", option->name);
    return status;
}

/* One option: `word` without its dashes. The word behind it is its value, if it takes one and there
 * is no "=" in `word`. */
static enum status take_option(struct parsing *parsing, const char *word, struct error *err)
{
    const char *const equals = strchr(word, '=');
    const size_t len = equals == NULL ? strlen(word) : (size_t)(equals - word);
    const struct bytes name = bytes_slice(bytes_of(word), 0, len);
    const struct option *const option = find(parsing->table, name);
    if (option == NULL)
        return unknown(parsing->table, parsing->typed, err);
    if (option->value == NULL && equals != NULL)
        return error_set(err, ST_INVALID, "--%s takes no value", option->name);
    if (option->value == NULL)
        return set_option(parsing, option, NULL, err);
    if (equals != NULL)
        return set_option(parsing, option, equals + 1, err);
    if (parsing->next == parsing->operands->count)
        return error_set(err, ST_INVALID, "--%s needs a value: --%s %s", option->name, option->name,
                         option->value);
    return set_option(parsing, option, parsing->operands->words[parsing->next++], err);
}

enum status options_parse(const struct option_table *table, void *settings,
                          struct operands *operands, struct error *err)
{
    struct parsing parsing = {.table = table, .settings = settings, .operands = operands};
    bool only_operands = false;
    enum status status = ST_OK;
    while (status == ST_OK && parsing.next < operands->count) {
        const char *const word = operands->words[parsing.next++];
        if (only_operands || word[0] != '-' || word[1] == '\0') {
            operands->words[parsing.kept++] = word;
            continue;
        }
        parsing.typed = word;
        const char *const name = word[1] == '-' ? word + 2 : name_of_letter(table, word);
        if (name == NULL)
            status = unknown(table, word, err);
        else if (name[0] == '\0')
            only_operands = true;
        else
            status = take_option(&parsing, name, err);
    }
    operands->count = parsing.kept;
    return status;
}
