/* A configuration file: YAML to keys and values with their places. The only user of libyaml. */
#ifndef DNSIGHT_SHIPPER_SETTINGS_CONFIG_FILE_H
#define DNSIGHT_SHIPPER_SETTINGS_CONFIG_FILE_H

#include <stddef.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"

enum config_kind {
    CONFIG_SECTION, /* keys below this one follow */
    CONFIG_LIST,    /* items follow, each as CONFIG_ITEM of the same key */
    CONFIG_ITEM,
    CONFIG_SCALAR,
    CONFIG_NOTHING, /* the key stands there without a value */
};

/* One step through a file. Everything is borrowed and dies with the call. */
struct config_entry {
    enum config_kind kind;
    const char *key;  /* with the sections around it: "output.file.path" */
    const char *text; /* of CONFIG_ITEM and CONFIG_SCALAR, variables put in; otherwise "" */
    size_t key_line;  /* of the last part of the key; from 1, as the other three */
    size_t key_column;
    size_t line; /* of the value, or of where it would be */
    size_t column;
};

/* Anything but ST_OK ends the reading with that status. */
typedef enum status (*config_handler)(void *context, const struct config_entry *entry,
                                      struct error *err);

/* Reads the text of a file: keys nested, dotted ("output.file.path:"), or mixed; values are texts
 * or lists of texts. ${NAME} is the environment variable of that name and must be set,
 * ${NAME:text} is `text` if it is not set or empty, $${ is ${. Aliases are refused. Returns ST_OK;
 * ST_INVALID (what is wrong with line and column), ST_NO_MEMORY, or what the handler returned,
 * with *err. */
MUST_CHECK enum status config_file_read(struct bytes text, config_handler handler, void *context,
                                        struct error *err);

#endif
