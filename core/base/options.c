#include "core/base/options.h"

#include <stdbool.h>
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

static enum status unknown(const struct option_table *table, struct bytes name, struct error *err)
{
    struct nearest nearest = nearest_to(name);
    for (size_t i = 0; i < table->count; i++)
        nearest_offer(&nearest, table->rows[i].name);
    const int len = name.len > 64 ? 64 : (int)name.len;
    if (nearest.name == NULL)
        return error_set(err, ST_INVALID, "unknown option --%.*s", len, (const char *)name.data);
    return error_set(err, ST_INVALID, "unknown option --%.*s; did you mean --%s?", len,
                     (const char *)name.data, nearest.name);
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

/* One option: `word` without its dashes, and the word behind it (NULL at the end), which is its
 * value if there is no "=" in `word`. */
static enum status take_option(const struct option_table *table, const char *word, const char *next,
                               bool *used_next, void *settings, struct error *err)
{
    const char *const equals = strchr(word, '=');
    const size_t len = equals == NULL ? strlen(word) : (size_t)(equals - word);
    const struct bytes name = bytes_slice(bytes_of(word), 0, len);
    const struct option *const option = find(table, name);
    if (option == NULL)
        return unknown(table, name, err);
    if (option->value == NULL && equals != NULL)
        return error_set(err, ST_INVALID, "--%s takes no value", option->name);
    const char *value = NULL;
    if (option->value != NULL) {
        value = equals == NULL ? next : equals + 1;
        *used_next = equals == NULL;
        if (value == NULL)
            return error_set(err, ST_INVALID, "--%s needs a value: --%s %s", option->name,
                             option->name, option->value);
    }
    const enum status status = option->set(settings, value, err);
    if (status != ST_OK)
        error_prefix(err, "--%s", option->name);
    return status;
}

enum status options_parse(const struct option_table *table, size_t word_count, char *const *words,
                          void *settings, struct operands *operands, struct error *err)
{
    operands->count = 0;
    bool only_operands = false;
    for (size_t i = 0; i < word_count; i++) {
        const char *const word = words[i];
        if (only_operands || word[0] != '-' || word[1] == '\0') {
            operands->words[operands->count++] = word;
            continue;
        }
        if (strcmp(word, "--") == 0) {
            only_operands = true;
            continue;
        }
        const char *const name = word[1] == '-' ? word + 2 : name_of_letter(table, word);
        if (name == NULL)
            return error_set(err, ST_INVALID, "unknown option %.64s; options begin with --", word);
        bool used_next = false;
        const char *const next = i + 1 < word_count ? words[i + 1] : NULL;
        const enum status status = take_option(table, name, next, &used_next, settings, err);
        if (status != ST_OK)
            return status;
        i += used_next ? 1 : 0;
    }
    return ST_OK;
}
