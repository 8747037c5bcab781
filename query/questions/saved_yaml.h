/* Reads the YAML of a saved query, key by key; whatever is wrong is said with its line. */
#ifndef DNSIGHT_QUERY_QUESTIONS_SAVED_YAML_H
#define DNSIGHT_QUERY_QUESTIONS_SAVED_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yaml.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "query/questions/saved_query.h"
#include "query/records/fields.h"

struct saved_reader {
    yaml_document_t document;
    struct saved_query *query;         /* texts are kept on its arena */
    struct saved_step *step;           /* being read */
    struct saved_parameter *parameter; /* being read */
    struct error *err;
};

/* A key of a mapping, and what takes its value. Tables of them end with a row of zeros. */
struct saved_key {
    const char *name;
    enum status (*take)(struct saved_reader *r, const yaml_node_t *value);
    bool is_required;
};

/* Says what is wrong at a line (from 0), or at a node. Both return ST_INVALID. */
enum status saved_wrong_at(struct saved_reader *r, size_t line, const char *what);
enum status saved_wrong(struct saved_reader *r, const yaml_node_t *node, const char *what);

/* Each takes the value of a node, and returns ST_OK; ST_INVALID if it is another kind of value, or
 * ST_NO_MEMORY: a text, without the line end of a block; a number; the index of a word in a list
 * that ends with NULL; a list of names of fields; the name of one. */
MUST_CHECK enum status saved_text_of(struct saved_reader *r, const yaml_node_t *node,
                                     const char **text);
MUST_CHECK enum status saved_number_of(struct saved_reader *r, const yaml_node_t *node,
                                       uint64_t *number);
MUST_CHECK enum status saved_word_of(struct saved_reader *r, const yaml_node_t *node,
                                     const char *const *words, size_t *index);
MUST_CHECK enum status saved_names_of(struct saved_reader *r, const yaml_node_t *node,
                                      struct field_names *names);
MUST_CHECK enum status saved_field_of(struct saved_reader *r, const yaml_node_t *node,
                                      struct bytes *name);

/* The key of a pair. */
const yaml_node_t *saved_key_node(struct saved_reader *r, const yaml_node_pair_t *pair);

/* Reads a mapping by its table of keys, each of which may be there once. Returns ST_OK, ST_INVALID
 * (an unknown key, one that is missing, a wrong value) or ST_NO_MEMORY. */
MUST_CHECK enum status saved_read_keys(struct saved_reader *r, const yaml_node_t *node,
                                       const struct saved_key *keys);

#endif
