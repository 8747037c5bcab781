#include "query/questions/saved_yaml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/nearest.h"

enum status saved_wrong_at(struct saved_reader *r, size_t line, const char *what)
{
    return error_set(r->err, ST_INVALID, "%s:%zu: %s", r->query->path, line + 1, what);
}

enum status saved_wrong(struct saved_reader *r, const yaml_node_t *node, const char *what)
{
    return saved_wrong_at(r, node->start_mark.line, what);
}

enum status saved_text_of(struct saved_reader *r, const yaml_node_t *node, const char **text)
{
    if (node->type != YAML_SCALAR_NODE)
        return saved_wrong(r, node, "a text is expected here");
    size_t len = node->data.scalar.length;
    const char *const value = (const char *)node->data.scalar.value;
    while (len > 0 && (value[len - 1] == '\n' || value[len - 1] == ' '))
        len--;
    if (len == 0 || memchr(value, '\0', len) != NULL)
        return saved_wrong(r, node, len == 0 ? "this text is empty" : "a text cannot hold NUL");
    char *const copy = arena_alloc(&r->query->arena, len + 1);
    if (copy == NULL)
        return error_set(r->err, ST_NO_MEMORY, "memory is exhausted");
    memcpy(copy, value, len);
    copy[len] = '\0';
    *text = copy;
    return ST_OK;
}

enum status saved_number_of(struct saved_reader *r, const yaml_node_t *node, uint64_t *number)
{
    const char *text = NULL;
    const enum status status = saved_text_of(r, node, &text);
    if (status != ST_OK)
        return status;
    char *end = NULL;
    errno = 0;
    const unsigned long long value = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0)
        return saved_wrong(r, node, "a number is expected here");
    *number = value;
    return ST_OK;
}

static enum status say_unknown_word(struct saved_reader *r, const yaml_node_t *node,
                                    const char *text, const char *const *words, const char *nearest)
{
    const size_t line = node->start_mark.line + 1;
    if (nearest != NULL)
        return error_set(r->err, ST_INVALID, "%s:%zu: unknown word \"%.64s\"; did you mean %s?",
                         r->query->path, line, text, nearest);
    struct buf all;
    buf_init(&all, 256);
    for (size_t i = 0; words[i] != NULL; i++)
        buf_add_format(&all, "%s%s", i == 0 ? "" : ", ", words[i]);
    const enum status status =
        error_set(r->err, ST_INVALID, "%s:%zu: unknown word \"%.64s\"; one of %s is expected",
                  r->query->path, line, text, buf_text(&all));
    buf_release(&all);
    return status;
}

enum status saved_word_of(struct saved_reader *r, const yaml_node_t *node, const char *const *words,
                          size_t *index)
{
    const char *text = NULL;
    const enum status status = saved_text_of(r, node, &text);
    if (status != ST_OK)
        return status;
    struct nearest nearest = nearest_to(bytes_of(text));
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) {
            *index = i;
            return ST_OK;
        }
        nearest_offer(&nearest, words[i]);
    }
    return say_unknown_word(r, node, text, words, nearest.name);
}

enum status saved_names_of(struct saved_reader *r, const yaml_node_t *node,
                           struct field_names *names)
{
    const yaml_node_item_t *item = NULL;
    const yaml_node_item_t *end = NULL;
    if (node->type == YAML_SEQUENCE_NODE) {
        item = node->data.sequence.items.start;
        end = node->data.sequence.items.top;
    }
    if (item == end)
        return saved_wrong(r, node,
                           "a list of fields is expected here: [source.ip, dns.question.name]");
    for (; item < end; item++) {
        const char *text = NULL;
        const yaml_node_t *const value = yaml_document_get_node(&r->document, *item);
        const enum status status = saved_text_of(r, value, &text);
        if (status != ST_OK)
            return status;
        struct error fault = {.status = ST_OK};
        if (names->count == FIELD_NAMES_MAX)
            return saved_wrong(r, value, "too many fields");
        if (field_check(data_view_builtin(), bytes_of(text), &fault) != ST_OK)
            return saved_wrong(r, value, fault.text);
        names->names[names->count++] = bytes_of(text);
    }
    return ST_OK;
}

enum status saved_field_of(struct saved_reader *r, const yaml_node_t *node, struct bytes *name)
{
    const char *text = "";
    const enum status status = saved_text_of(r, node, &text);
    if (status != ST_OK)
        return status;
    struct error fault = {.status = ST_OK};
    if (field_check(data_view_builtin(), bytes_of(text), &fault) != ST_OK)
        return saved_wrong(r, node, fault.text);
    *name = bytes_of(text);
    return ST_OK;
}

const yaml_node_t *saved_key_node(struct saved_reader *r, const yaml_node_pair_t *pair)
{
    return yaml_document_get_node(&r->document, pair->key);
}

static enum status unknown_key(struct saved_reader *r, const yaml_node_t *node,
                               const struct saved_key *keys)
{
    if (node->type != YAML_SCALAR_NODE)
        return saved_wrong(r, node, "a key is expected here");
    const char *const name = (const char *)node->data.scalar.value;
    struct nearest nearest = nearest_to(bytes_of(name));
    for (size_t i = 0; keys[i].name != NULL; i++)
        nearest_offer(&nearest, keys[i].name);
    if (nearest.name == NULL)
        return error_set(r->err, ST_INVALID, "%s:%zu: unknown key %.64s", r->query->path,
                         node->start_mark.line + 1, name);
    return error_set(r->err, ST_INVALID, "%s:%zu: unknown key %.64s; did you mean %s?",
                     r->query->path, node->start_mark.line + 1, name, nearest.name);
}

/* Index of a key in its table; that of the end if it is not there. */
static size_t find_key(const yaml_node_t *node, const struct saved_key *keys)
{
    size_t i = 0;
    while (keys[i].name != NULL &&
           (node->type != YAML_SCALAR_NODE ||
            strcmp((const char *)node->data.scalar.value, keys[i].name) != 0))
        i++;
    return i;
}

enum status saved_read_keys(struct saved_reader *r, const yaml_node_t *node,
                            const struct saved_key *keys)
{
    uint64_t seen = 0;
    if (node->type != YAML_MAPPING_NODE)
        return saved_wrong(r, node, "keys with values are expected here");
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top; pair++) {
        const size_t i = find_key(saved_key_node(r, pair), keys);
        if (keys[i].name == NULL)
            return unknown_key(r, saved_key_node(r, pair), keys);
        if ((seen >> i & 1) != 0)
            return saved_wrong(r, saved_key_node(r, pair), "this key is there twice");
        seen |= UINT64_C(1) << i;
        const enum status status =
            keys[i].take(r, yaml_document_get_node(&r->document, pair->value));
        if (status != ST_OK)
            return status;
    }
    for (size_t i = 0; keys[i].name != NULL; i++) {
        if (keys[i].is_required && (seen >> i & 1) == 0)
            return error_set(r->err, ST_INVALID, "%s:%zu: the key %s is missing", r->query->path,
                             node->start_mark.line + 1, keys[i].name);
    }
    return ST_OK;
}
